//! Refusals in SageMaker's form.

use local_core::wire::AwsError;

/// Source: aws/amazon-sagemaker-examples issue 2244, which quotes the answer.
pub fn not_found(name: &str) -> AwsError {
    let message = format!("Amazon SageMaker can't find an AutoML job called {name}.");
    AwsError::new(400, "ResourceNotFound", message)
}

pub fn in_use(name: &str) -> AwsError {
    let message = format!(
        "An AutoML job with the name {name} already exists. Names are unique whatever their case."
    );
    AwsError::new(400, "ResourceInUse", message)
}
