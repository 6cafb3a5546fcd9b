//! Error classes of failed pipeline executions.

use contracts::run::FailureClass;

/// How SageMaker words capacity and service faults in a `FailureReason`.
const TRANSIENT: [&str; 8] = [
    "capacityerror",
    "insufficientcapacity",
    "insufficient capacity",
    "internalservererror",
    "internal error",
    "serviceunavailable",
    "throttl",
    "service_fault",
];

/// How SageMaker begins a program's own message, which may contain any words.
const PROGRAM: &str = "algorithmerror";

pub fn class(status: &str, reason: &str) -> FailureClass {
    if status.eq_ignore_ascii_case("Stopped") || status.eq_ignore_ascii_case("Stopping") {
        return FailureClass::Stopped;
    }
    let reason = reason.to_lowercase();
    if !reason.contains(PROGRAM) && TRANSIENT.iter().any(|word| reason.contains(word)) {
        FailureClass::Transient
    } else {
        FailureClass::Permanent
    }
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
