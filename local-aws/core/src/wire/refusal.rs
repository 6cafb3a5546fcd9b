//! An error before the operation runs, in the protocol that the client reads.

use super::error::AwsError;
use super::protocol::Protocol;

pub(super) struct Refusal {
    pub protocol: Protocol,
    pub error: AwsError,
}

impl Refusal {
    /// What local-aws does not have, whoever asks.
    pub fn unknown_operation(protocol: Protocol, message: String) -> Self {
        Self {
            protocol,
            error: AwsError::new(400, "UnknownOperationException", message),
        }
    }

    pub fn log(&self) {
        let (code, reason) = (&self.error.code, &self.error.message);
        tracing::warn!(code, reason, "refused");
    }
}
