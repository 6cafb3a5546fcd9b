//! Error classes of failed pipeline executions.

use contracts::run::FailureClass;

/// How AWS words capacity, quotas, throttling and its own faults in a `FailureReason`: by a code, a sentence
/// or both. The pipeline's steps wait for the same by their retry policies; a retry of the execution gives
/// them that time once more.
///
/// Sources: the SageMaker developer guide, "Retry policy for pipeline steps" (a quota may be free again a
/// while later) and "Common errors"; the EC2 user guide, "Insufficient instance capacity"; the S3 API
/// reference, "Error responses".
const TRANSIENT: [&str; 20] = [
    // Capacity.
    "capacityerror",
    "insufficientcapacity",
    "insufficientinstancecapacity",
    "insufficient capacity",
    // Not "do not have sufficient" alone: AccessDenied goes on with "access to perform this action".
    "currently do not have sufficient",
    // Quotas: "The account-level service limit '…' is 1 Instances, with current utilization of …".
    "limitexceeded",
    "quotaexceeded",
    "service limit",
    // Throttling.
    "throttl",
    "rate exceeded",
    "too many requests",
    "toomanyrequests",
    "slowdown",
    "reduce your request rate",
    // Faults of a service.
    "internalservererror",
    "internal server error",
    "internal error",
    "internalfailure",
    "serviceunavailable",
    "service_fault",
];

/// How SageMaker begins a program's own message, which may contain any words.
const PROGRAM: &str = "algorithmerror";

pub fn class(status: &str, reason: &str) -> FailureClass {
    if status.eq_ignore_ascii_case("Stopped") || status.eq_ignore_ascii_case("Stopping") {
        return FailureClass::Stopped;
    }
    let reason = reason.to_lowercase();
    let is_transient = TRANSIENT.iter().any(|word| reason.contains(word));
    if is_transient && !reason.contains(PROGRAM) && !exceeds_a_whole_quota(&reason) {
        FailureClass::Transient
    } else {
        FailureClass::Permanent
    }
}

/// Whether more is asked for than the quota has when all of it is free. Waiting does not change that; only a
/// larger quota does.
fn exceeds_a_whole_quota(reason: &str) -> bool {
    let after = |words: &str| Some(reason.split_once(words)?.1);
    let quota = after("service limit")
        .and_then(|rest| rest.split_once("' is "))
        .and_then(|(_, rest)| leading_number(rest));
    let asked = after("request delta of ").and_then(leading_number);
    quota.is_some_and(|quota| asked.unwrap_or(1) > quota)
}

fn leading_number(text: &str) -> Option<u64> {
    let end = text.find(|letter: char| !letter.is_ascii_digit());
    text[..end.unwrap_or(text.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_fall_into_their_class() {
        for (status, reason, expected) in [
            (
                "Failed",
                "CapacityError: Unable to provision requested ML compute",
                FailureClass::Transient,
            ),
            (
                "Failed",
                "InternalServerError: We encountered an internal error.",
                FailureClass::Transient,
            ),
            (
                "Failed",
                "ThrottlingException: Rate exceeded",
                FailureClass::Transient,
            ),
            (
                "Failed",
                "ClientError: The account-level service limit 'ml.m5.large for training job usage' is 1 Instances, \
                 with current utilization of 1 Instances and a request delta of 1 Instances.",
                FailureClass::Transient,
            ),
            // A new account's quota of most accelerators.
            (
                "Failed",
                "ResourceLimitExceeded: The account-level service limit 'ml.p3.2xlarge for training job usage' is 0 \
                 Instances, with current utilization of 0 Instances and a request delta of 1 Instances.",
                FailureClass::Permanent,
            ),
            (
                "Failed",
                "ClientError: The account-level service limit 'ml.m5.large for training job usage' is 2 Instances, \
                 with current utilization of 0 Instances and a request delta of 3 Instances.",
                FailureClass::Permanent,
            ),
            (
                "Failed",
                "ResourceLimitExceeded: wait",
                FailureClass::Transient,
            ),
            (
                "Failed",
                "We currently do not have sufficient ml.p3.2xlarge capacity in the Availability Zone you requested",
                FailureClass::Transient,
            ),
            (
                "Failed",
                "ClientError: AccessDenied: You do not have sufficient access to perform this action.",
                FailureClass::Permanent,
            ),
            (
                "Failed",
                "InsufficientInstanceCapacity",
                FailureClass::Transient,
            ),
            (
                "Failed",
                "ClientError: SlowDown: Please reduce your request rate.",
                FailureClass::Transient,
            ),
            (
                "Failed",
                "TooManyRequestsException",
                FailureClass::Transient,
            ),
            (
                "Failed",
                "MaxRuntimeExceeded: Training job runtime exceeded MaxRuntimeInSeconds provided",
                FailureClass::Permanent,
            ),
            (
                "Failed",
                "AlgorithmError: the service limit of rows",
                FailureClass::Permanent,
            ),
            (
                "Failed",
                "AlgorithmError: only one class",
                FailureClass::Permanent,
            ),
            (
                "Failed",
                "AlgorithmError: internal error in the throttle column, exit code: 1",
                FailureClass::Permanent,
            ),
            (
                "Failed",
                "ClientError: exit code 1",
                FailureClass::Permanent,
            ),
            ("Failed", "", FailureClass::Permanent),
            ("Stopped", "", FailureClass::Stopped),
        ] {
            assert_eq!(class(status, reason), expected, "{status} {reason}");
        }
    }
}
