//! What the state file does not give: a fault of the disk, or a document of another version.

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Whether the fault has been said. One for the process: its stores lie on one disk.
static SAID: AtomicBool = AtomicBool::new(false);

/// The documents that have been said to be unreadable.
static UNREADABLE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The payload of the panic when the state folder cannot be read or written.
struct Fault;

/// The value of a statement, or of a blob's write, that only a fault of the disk can fail.
///
/// Such a fault unwinds. The transaction rolls back; the request that met it answers
/// `InternalFailure`, and the driver looks again after a pause.
pub fn sound<T>(result: Result<T, impl Display>) -> T {
    result.unwrap_or_else(|error| {
        if !SAID.swap(true, Ordering::Relaxed) {
            tracing::error!(
                %error,
                "the state folder cannot be read or written; every request is refused until it can"
            );
        }
        // Without the panic hook, which would print a trace for each refused request.
        panic::resume_unwind(Box::new(Fault))
    })
}

/// Whether a panic is such a fault, which has been said already.
pub fn is_fault(panic: &(dyn Any + Send)) -> bool {
    panic.is::<Fault>()
}

/// A commit succeeded.
pub(super) fn is_over() {
    if SAID.load(Ordering::Relaxed) && SAID.swap(false, Ordering::Relaxed) {
        tracing::info!("the state folder can be written again");
    }
}

/// Says once that a list goes on without a document.
pub(super) fn unreadable(kind: &str, name: &str, error: &serde_json::Error) {
    let mut said = UNREADABLE.lock().unwrap_or_else(PoisonError::into_inner);
    if said.insert(format!("{kind} {name}")) {
        tracing::error!(
            kind,
            name,
            %error,
            "left out: a document was stored by another version; remove the state folder"
        );
    }
}
