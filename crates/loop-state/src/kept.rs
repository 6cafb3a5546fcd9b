//! An object that one process reads again and again.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use serde::de::DeserializeOwned;

use crate::objects::{Answer, Bucket, Found, get, parsed};

/// The last content of an object. A read asks for it only if it has changed, so each answer is as fresh as a whole read's.
#[derive(Debug)]
pub struct Kept<T> {
    key: &'static str,
    last: Mutex<Option<Found<Arc<T>>>>,
}

impl<T: DeserializeOwned> Kept<T> {
    pub fn new(key: &'static str) -> Self {
        Self {
            key,
            last: Mutex::new(None),
        }
    }

    /// `None` where there is no such object.
    pub async fn read(&self, bucket: &Bucket) -> Result<Option<Arc<T>>> {
        let last = self.last().clone();
        let etag = last.as_ref().map(|last| last.etag.clone());
        let found = match get(bucket, self.key, etag).await? {
            Answer::Unchanged => return Ok(last.map(|last| last.value)),
            Answer::Nothing => None,
            Answer::Found(Found { value, etag }) => {
                let value = Arc::new(parsed(bucket, self.key, &value)?);
                Some(Found { value, etag })
            }
        };
        self.last().clone_from(&found);
        Ok(found.map(|found| found.value))
    }

    /// Whole at any time, also after a panic.
    fn last(&self) -> std::sync::MutexGuard<'_, Option<Found<Arc<T>>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
