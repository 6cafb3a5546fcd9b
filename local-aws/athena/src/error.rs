//! Athena's errors.

use local_core::page::{self, Page};
use local_core::wire::AwsError;

/// 400 `InvalidRequestException`.
pub fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidRequestException", message)
        .with_member("AthenaErrorCode", "INVALID_INPUT")
}

/// 400 `MetadataException`: Athena's word for any error of the catalogue.
pub fn metadata(cause: &AwsError) -> AwsError {
    AwsError::new(400, "MetadataException", cause.to_string())
}

pub fn page<T>(
    all: Vec<T>,
    name: impl Fn(&T) -> &str,
    next_token: Option<&str>,
    size: usize,
) -> Result<Page<T>, AwsError> {
    page::page(all, name, next_token, size).ok_or_else(|| invalid("NextToken is invalid"))
}
