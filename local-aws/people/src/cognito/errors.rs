//! Cognito's errors, in its own words.

use local_core::wire::AwsError;

pub fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "ResourceNotFoundException", message)
}

pub fn no_user() -> AwsError {
    AwsError::new(400, "UserNotFoundException", "User does not exist.")
}

pub fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidParameterException", message)
}

pub fn not_authorized(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "NotAuthorizedException", message)
}

pub fn weak_password(reason: &str) -> AwsError {
    let message = format!("Password did not conform with policy: {reason}");
    AwsError::new(400, "InvalidPasswordException", message)
}
