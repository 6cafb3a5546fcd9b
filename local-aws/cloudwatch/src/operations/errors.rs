//! CloudWatch's errors: by the exception's name, and by the code of the query protocol that it once spoke.

use local_core::wire::AwsError;

pub fn invalid(message: String) -> AwsError {
    AwsError::new(400, "InvalidParameterValueException", message)
        .with_query_code("InvalidParameterValue")
}

pub fn combination(message: String) -> AwsError {
    AwsError::new(400, "InvalidParameterCombinationException", message)
        .with_query_code("InvalidParameterCombination")
}

pub fn missing(parameter: &str) -> AwsError {
    let message = format!("The parameter {parameter} is required.");
    AwsError::new(400, "MissingRequiredParameterException", message)
        .with_query_code("MissingParameter")
}

/// As the operations answer whose model has no error for a wrong value.
pub fn validation(message: String) -> AwsError {
    AwsError::new(400, "ValidationError", message)
}

pub fn next_token() -> AwsError {
    AwsError::new(400, "InvalidNextToken", "The next token is invalid.")
}

pub fn not_found(alarm: &str) -> AwsError {
    AwsError::new(
        404,
        "ResourceNotFound",
        format!("Alarm {alarm} does not exist"),
    )
}
