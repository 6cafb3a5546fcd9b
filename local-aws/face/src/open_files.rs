//! How many files this process may open: connections, objects, jobs and sandboxes need some each.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the soft limit to the hard one and answers what is allowed now. The soft one is 1,024 on
/// most systems, for the sake of programs that wait with `select`.
pub(crate) fn raise_limit() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let allowed = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        // macOS refuses a soft limit without a bound.
        Err(_) => limit.current,
    };
    allowed.unwrap_or(u64::MAX)
}
