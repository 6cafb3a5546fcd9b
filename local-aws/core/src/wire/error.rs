//! An error in AWS's words; the protocol gives it its shape.

use serde_json::{Map, Value};
use thiserror::Error;

/// What a client sees: a status, a code and a message.
#[derive(Debug, Clone, Error)]
#[error("{code}: {message}")]
pub struct AwsError {
    pub status: u16,
    /// The exception's name in the service's model.
    pub code: String,
    pub message: String,
    /// Members of the exception besides the message, as `OriginalStatusCode` of a `ModelError`.
    pub members: Map<String, Value>,
    /// The code of services that once spoke the query protocol, where it differs.
    pub query_code: Option<&'static str>,
    /// Something AWS has and we do not; logged once, by name.
    pub unsupported: bool,
}

impl AwsError {
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            members: Map::new(),
            query_code: None,
            unsupported: false,
        }
    }

    /// 400 `ValidationException`.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationException", message)
    }

    /// 400 `ValidationException` for what AWS has and local-aws refuses; logged as a WARN.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self {
            unsupported: true,
            ..Self::validation(message)
        }
    }

    /// 400 `AccessDeniedException`; a protocol may have another status for it.
    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new(400, ACCESS_DENIED, message).with_query_code("AccessDenied")
    }

    pub fn is_access_denied(&self) -> bool {
        self.code == ACCESS_DENIED
    }

    /// 500 `InternalFailure`; the cause is logged here and never sent.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(error = %cause, "an operation failed inside");
        Self::new(500, "InternalFailure", "local-aws failed; its log says why")
    }

    #[must_use]
    pub fn with_member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    #[must_use]
    pub fn with_query_code(mut self, code: &'static str) -> Self {
        self.query_code = Some(code);
        self
    }
}

const ACCESS_DENIED: &str = "AccessDeniedException";
