//! Refusals, in the words of the API that they are answered in: SageMaker's own, or the runtime's.

use local_core::wire::AwsError;

/// A refusal before it is known which API answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Invalid(String),
    NoGroup(String),
}

impl Refusal {
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    fn message(self) -> String {
        match self {
            Self::Invalid(message) => format!("Validation Error: {message}"),
            Self::NoGroup(name) => format!(
                "Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name {name}"
            ),
        }
    }

    /// As CreateFeatureGroup and its like answer it.
    pub fn of_control(self) -> AwsError {
        let code = match &self {
            Self::Invalid(_) => "ValidationException",
            Self::NoGroup(_) => "ResourceNotFound",
        };
        AwsError::new(400, code, self.message())
    }

    /// As PutRecord and its like answer it.
    pub fn of_runtime(self) -> AwsError {
        let (status, code) = match &self {
            Self::Invalid(_) => (400, "ValidationError"),
            Self::NoGroup(_) => (404, "ResourceNotFound"),
        };
        AwsError::new(status, code, self.message())
    }
}
