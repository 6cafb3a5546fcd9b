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
