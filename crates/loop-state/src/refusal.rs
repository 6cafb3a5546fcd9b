//! Why a call was refused, in the service's own words.

use aws_sdk_sagemaker::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use policy::refusal::{self, Kind};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub kind: Kind,
    /// The service's code and sentence.
    pub reason: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Refusal {}

impl<E: ProvideErrorMetadata + std::error::Error + 'static> From<SdkError<E>> for Refusal {
    fn from(error: SdkError<E>) -> Self {
        Self::of(&error)
    }
}

impl Refusal {
    pub fn of<E: ProvideErrorMetadata + std::error::Error + 'static>(error: &SdkError<E>) -> Self {
        let is_fault = error
            .raw_response()
            .is_none_or(|response| response.status().is_server_error());
        let Some(service) = error.as_service_error().filter(|_| !is_fault) else {
            return Self {
                kind: Kind::Fault,
                reason: DisplayErrorContext(error).to_string(),
            };
        };
        let code = service.code().unwrap_or_default();
        let message = service.message().unwrap_or("no reason given");
        Self {
            kind: refusal::kind(code, message),
            reason: format!("{code}: {message}"),
        }
    }
}

/// Whether SageMaker says that the resource is not there.
pub fn is_missing<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    let Some(service) = error.as_service_error() else {
        return false;
    };
    refusal::is_missing(
        service.code().unwrap_or_default(),
        service.message().unwrap_or_default(),
    )
}
