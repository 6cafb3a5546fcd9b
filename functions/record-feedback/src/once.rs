//! A record that is written once, and completed where something was not known.

use anyhow::{Result, bail};
use contracts::inference::Recorded;
use loop_state::objects;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Deps;

pub enum Written<T> {
    /// With the record that stood there before, where one did.
    Now { before: Option<T> },
    /// The same was recorded before.
    Before,
    /// Another one was.
    Conflict,
}

impl<T> Written<T> {
    /// `None` for a conflict.
    pub fn recorded(&self) -> Option<Recorded> {
        match self {
            Written::Now { .. } => Some(Recorded::Recorded),
            Written::Before => Some(Recorded::Already),
            Written::Conflict => None,
        }
    }
}

/// Invocations that write at once are few.
const TRIES: u32 = 5;

/// `merged` is the record that both make, or `None` where they contradict each other.
pub async fn write<T: Serialize + DeserializeOwned>(
    deps: &Deps,
    key: &str,
    record: &T,
    merged: impl Fn(&T) -> Option<Merged<T>>,
) -> Result<Written<T>> {
    for _ in 0..TRIES {
        if objects::create(&deps.bucket, key, record).await? {
            return Ok(Written::Now { before: None });
        }
        let Some(found) = objects::read::<T>(&deps.bucket, key).await? else {
            continue;
        };
        match merged(&found.value) {
            None => return Ok(Written::Conflict),
            Some(Merged::Same) => return Ok(Written::Before),
            Some(Merged::More(more)) => {
                if objects::replace(&deps.bucket, key, &more, &found.etag).await? {
                    let before = Some(found.value);
                    return Ok(Written::Now { before });
                }
            }
        }
    }
    bail!("others write {key} all the time: try again")
}

pub enum Merged<T> {
    /// What stands there says it all.
    Same,
    More(T),
}
