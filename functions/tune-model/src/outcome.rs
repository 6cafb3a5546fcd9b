//! What a request or an event came to.

use contracts::tuning::Study;
use policy::shell::at_stack;
use serde::Serialize;
use tracing::warn;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    Started {
        study: String,
    },
    /// The same study was started before.
    Found {
        study: String,
    },
    /// Nothing is due.
    Idle,
    /// Nothing was started.
    Refused {
        reason: String,
    },
}

pub fn refused(reason: String) -> Outcome {
    warn!(reason, "no study was started");
    Outcome::Refused { reason }
}

/// Why no other study begins.
pub fn under_way(study: &Study, stack: &str) -> String {
    let Study { name, version, .. } = study;
    let stop = at_stack(&format!("reviewloop stop {name}"), stack);
    let tune = at_stack("reviewloop tune", stack);
    format!(
        "study {name} of dataset version {version} is under way, one at a time: `{stop}` stops it, `{tune}` with its own \
         arguments follows it"
    )
}
