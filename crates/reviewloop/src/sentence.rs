//! SDK errors as one sentence: AWS's code and message, or why no answer came.

use std::error::Error;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

pub trait Sentence {
    /// `action` is a verb phrase: "start the pipeline".
    fn sentence(self, action: &str) -> anyhow::Error;
}

impl<E, R> Sentence for SdkError<E, R>
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    fn sentence(self, action: &str) -> anyhow::Error {
        if let Some(service) = self.as_service_error() {
            let code = service.code().unwrap_or("an unknown error");
            let message = service.message().unwrap_or("without a message");
            return anyhow::anyhow!("could not {action}: {code}: {message}");
        }
        let cause = root(&self);
        let hint = match &self {
            SdkError::DispatchFailure(failure) if failure.is_io() || failure.is_timeout() => {
                "; is AWS_ENDPOINT_URL right, and does `reviewloop up` run?"
            }
            SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => {
                "; are AWS credentials and region set?"
            }
            _ => "",
        };
        anyhow::anyhow!("could not {action}: {cause}{hint}")
    }
}

/// The innermost cause: the outer ones only say that a request failed.
fn root(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
