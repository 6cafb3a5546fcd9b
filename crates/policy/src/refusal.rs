//! Kinds of refused calls.

/// How a service turned a call down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Another operation on the same resource is under way; its end is an event.
    Busy,
    /// The service does not see yet what was created a moment ago: CreateEndpoint reads the
    /// endpoint config with eventual consistency, and AWS recommends to call again.
    Stale,
    /// The service's own fault. The call may have been carried out all the same.
    Fault,
    /// Quota, throttling, permissions, a missing resource. Their remedy leaves no trace in the state
    /// that a function reads, so the call is repeated after a pause.
    Passing,
    /// The same call will be refused again.
    Lasting,
}

/// Parts of the error codes for them.
const PASSING: [&str; 9] = [
    "accessdenied",
    "concurrentupdate",
    "expiredtoken",
    "limitexceeded",
    "notfound",
    "quotaexceeded",
    "rateexceeded",
    "throttl",
    "toomanyrequests",
];

/// Messages about resources created just before this call. "Could not find model data" is not one.
const STALE: [&str; 2] = [
    "Could not find endpoint configuration",
    "Could not find model \"",
];

/// Another invocation registered the variant as a scalable target meanwhile; the next call is made without.
const SCALABLE_TARGET: &str = "must be deregistered as scalable targets";

/// Classifies by code and message; the caller detects `Fault` by the HTTP status.
pub fn kind(code: &str, message: &str) -> Kind {
    let code = code.to_lowercase();
    let is_busy = code.contains("conflict")
        || message.contains("Cannot update in-progress")
        || message.contains("Cannot create already existing");
    if is_busy {
        Kind::Busy
    } else if STALE.iter().any(|start| message.starts_with(start)) {
        Kind::Stale
    } else if PASSING.iter().any(|part| code.contains(part)) || message.contains(SCALABLE_TARGET) {
        Kind::Passing
    } else {
        Kind::Lasting
    }
}

/// Whether the answer says that the resource is not there. Pipelines and human review have a code for it;
/// the other resources of SageMaker only have words in the message of a `ValidationException`.
pub fn is_missing(code: &str, message: &str) -> bool {
    code.starts_with("ResourceNotFound")
        || message.contains("Could not find")
        || message.contains("does not exist")
        // Of a training job.
        || message.contains("Requested resource not found")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_its_code_and_words() {
        let existing = "Cannot create already existing endpoint \"arn\".";
        let in_progress = "Cannot update in-progress endpoint \"arn\".";
        let limit =
            "The account-level service limit 'ml.m5.large for endpoint usage' is 1 Instances";
        for (code, message, expected) in [
            ("ValidationException", existing, Kind::Busy),
            ("ValidationException", in_progress, Kind::Busy),
            ("ConflictException", "", Kind::Busy),
            (
                "ValidationException",
                "Could not find endpoint configuration \"arn\".",
                Kind::Stale,
            ),
            (
                "ValidationException",
                "Could not find model \"arn\".",
                Kind::Stale,
            ),
            (
                "ValidationException",
                "Could not find model data at s3://bucket/model.tar.gz.",
                Kind::Lasting,
            ),
            ("ResourceLimitExceeded", limit, Kind::Passing),
            ("ServiceQuotaExceededException", "", Kind::Passing),
            ("ThrottlingException", "Rate exceeded", Kind::Passing),
            ("AccessDeniedException", "not authorized", Kind::Passing),
            ("ConcurrentUpdateException", "", Kind::Passing),
            ("ValidationException", SCALABLE_TARGET, Kind::Passing),
            (
                "ValidationException",
                "no such instance type",
                Kind::Lasting,
            ),
            ("", "", Kind::Lasting),
        ] {
            assert_eq!(kind(code, message), expected, "{code} {message}");
        }
    }
}
