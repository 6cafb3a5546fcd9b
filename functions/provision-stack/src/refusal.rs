//! Refused calls, as a deletion sees them.

use loop_state::refusal::Refusal;
use policy::refusal::Kind;

/// Whether the same call may succeed at the next look.
pub fn passes(refusal: &Refusal) -> bool {
    match refusal.kind {
        Kind::Busy | Kind::Stale | Kind::Fault => true,
        // A permission does not come by waiting, while CloudFormation does.
        Kind::Passing => !refusal.reason.contains("AccessDenied"),
        Kind::Lasting => false,
    }
}

/// Of a call that stops something: it may just have ended, which the next look shows.
pub fn unless_ended<T>(stopped: Result<T, Refusal>) -> Result<(), Refusal> {
    match stopped {
        Err(refusal) if !passes(&refusal) => Err(refusal),
        _ => Ok(()),
    }
}
