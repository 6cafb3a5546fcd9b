//! Objects as rows: read, and written under a condition with their event.

use crate::bucket;
use crate::event::{self, Cause, Change};
use crate::failure::Failure;
use crate::key;
use crate::object::{OBJECTS, Object};
use local_core::store::Tx;

/// When a write succeeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    None,
    /// `If-None-Match: *`
    Absent,
    /// `If-Match: "etag"`
    Etag(String),
    /// `If-Match: *`
    Present,
}

pub(crate) fn get(tx: &Tx, bucket: &str, key: &str) -> Result<Object, Failure> {
    bucket::get(tx, bucket)?;
    OBJECTS
        .get(tx, bucket, key)
        .ok_or_else(|| Failure::NoSuchKey(key.to_owned()))
}

/// Puts the row if the condition holds, and emits `Object Created`.
pub(crate) fn put(
    tx: &Tx,
    cause: &Cause,
    (bucket, key): (&str, &str),
    object: &Object,
    condition: &Condition,
) -> Result<(), Failure> {
    let settings = bucket::get(tx, bucket)?;
    key::check(key)?;
    check(tx, (bucket, key), condition)?;
    OBJECTS.put(tx, bucket, key, object);
    event::emit(tx, cause, settings, (bucket, key), &Change::Created(object));
    Ok(())
}

/// Deletes the row if there is one and the condition holds, and emits `Object Deleted`.
pub(crate) fn delete(
    tx: &Tx,
    cause: &Cause,
    (bucket, key): (&str, &str),
    condition: &Condition,
) -> Result<(), Failure> {
    let settings = bucket::get(tx, bucket)?;
    check(tx, (bucket, key), condition)?;
    if OBJECTS.delete(tx, bucket, key) {
        event::emit(tx, cause, settings, (bucket, key), &Change::Deleted);
    }
    Ok(())
}

fn check(tx: &Tx, (bucket, key): (&str, &str), condition: &Condition) -> Result<(), Failure> {
    let stored = match condition {
        Condition::None => return Ok(()),
        _ => OBJECTS.get(tx, bucket, key),
    };
    match (condition, stored) {
        (Condition::Absent, Some(_)) => Err(Failure::PreconditionFailed("If-None-Match")),
        (Condition::Etag(_) | Condition::Present, None) => Err(Failure::NoSuchKey(key.to_owned())),
        (Condition::Etag(etag), Some(object)) if *etag != object.etag => {
            Err(Failure::PreconditionFailed("If-Match"))
        }
        _ => Ok(()),
    }
}
