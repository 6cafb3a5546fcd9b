//! Why a pattern is refused: it is wrong, or local-aws does not honour it.

use local_core::wire::AwsError;

pub fn invalid(reason: &str) -> AwsError {
    AwsError::new(
        400,
        "InvalidEventPatternException",
        format!("Event pattern is not valid. Reason: {reason}"),
    )
}

/// EventBridge takes it: what is told is what local-aws does not honour.
pub fn not_honoured(at: &str, what: &str) -> AwsError {
    AwsError::unsupported(format!("local-aws does not honour {what} in {at}"))
}
