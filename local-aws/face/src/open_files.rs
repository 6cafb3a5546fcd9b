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

#[cfg(test)]
mod tests {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    use super::raise_limit;

    #[test]
    fn the_soft_limit_on_open_files_becomes_the_hard_one() {
        let maximum = getrlimit(Resource::Nofile).maximum;
        let lowered = Rlimit {
            current: maximum.map_or(Some(4096), |maximum| Some(maximum - 1)),
            maximum,
        };
        setrlimit(Resource::Nofile, lowered).unwrap();
        assert_eq!(raise_limit(), maximum.unwrap_or(u64::MAX));
        assert_eq!(getrlimit(Resource::Nofile).current, maximum);
    }
}
