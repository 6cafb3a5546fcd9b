//! A store that cannot be read or written: said once, then refused.

use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the fault has been said. One for the process: its stores lie on one disk.
static SAID: AtomicBool = AtomicBool::new(false);

/// The value of a statement that only a fault of the disk can fail: the schema is ours.
///
/// Such a fault unwinds. The transaction rolls back; the request that met it answers
/// `InternalFailure`, and the driver looks again after a pause.
pub(super) fn sound<T>(result: rusqlite::Result<T>) -> T {
    result.unwrap_or_else(|error| {
        if !SAID.swap(true, Ordering::Relaxed) {
            tracing::error!(
                %error,
                "the state file cannot be read or written; every request is refused until it can"
            );
        }
        // Without the panic hook, which would print a trace for each refused request.
        panic::resume_unwind(Box::new("the state file cannot be read or written"))
    })
}

/// A commit succeeded.
pub(super) fn is_over() {
    if SAID.load(Ordering::Relaxed) && SAID.swap(false, Ordering::Relaxed) {
        tracing::info!("the state file can be written again");
    }
}
