//! Refusals in SageMaker's words.

use local_core::wire::AwsError;

/// Source: aws/amazon-sagemaker-examples issue 1540, which quotes the answer.
pub fn not_found(name: &str) -> AwsError {
    AwsError::new(400, "ResourceNotFound", missing(name))
}

pub fn missing(name: &str) -> String {
    format!("Amazon SageMaker can't find a tuning job called {name}. Type another name.")
}

/// Source: aws/amazon-sagemaker-examples issue 2440, which quotes the answer.
pub fn in_use(name: &str) -> AwsError {
    let message = format!(
        "A hyperparameter tuning job with the name, {name}, already exists. Choose a different name."
    );
    AwsError::new(400, "ResourceInUse", message)
}
