//! Glue's errors.

use local_core::ACCOUNT;
use local_core::page::{self, Page};
use local_core::wire::AwsError;

pub fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "EntityNotFoundException", message)
}

pub fn already_exists(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "AlreadyExistsException", message)
}

pub fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidInputException", message)
}

/// The account's own catalogue is the only one.
pub fn check_catalog(id: Option<&str>) -> Result<(), AwsError> {
    match id {
        None | Some(ACCOUNT) => Ok(()),
        Some(other) => Err(AwsError::unsupported(format!(
            "local-aws has the catalogue of the account {ACCOUNT} alone, not {other}"
        ))),
    }
}

pub fn page<T>(
    all: Vec<T>,
    name: impl Fn(&T) -> &str,
    next_token: Option<&str>,
    size: usize,
) -> Result<Page<T>, AwsError> {
    page::page(all, name, next_token, size).ok_or_else(|| invalid("NextToken is invalid"))
}
