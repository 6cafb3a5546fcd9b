//! A connection that transactions take turns on.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

/// A panic in another transaction rolled that one back; the connection itself is sound.
pub(super) fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
