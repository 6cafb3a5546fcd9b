//! One finding of the gate.

use contracts::verdict::{Check, Decision};

pub fn check(name: &str, decision: Decision, reason: String) -> Check {
    Check {
        name: name.to_owned(),
        decision,
        reason,
    }
}
