//! SDK errors as one sentence with a remedy; AWS's own code and message stand behind it.

use std::error::Error;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use policy::refusal;

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
            return anyhow::anyhow!(refused(action, code, message));
        }
        let connection = match &self {
            SdkError::TimeoutError(_) => true,
            SdkError::DispatchFailure(failure) => failure.is_io() || failure.is_timeout(),
            _ => false,
        };
        let endpoint = std::env::var("AWS_ENDPOINT_URL").ok();
        let place = endpoint.as_deref().filter(|url| !url.is_empty());
        anyhow::anyhow!(unanswered(action, &chain(&self), connection, place))
    }
}

/// Whether the error says that what was asked about is not there, as the functions tell it.
pub fn is_missing<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error.as_service_error().is_some_and(|service| {
        refusal::is_missing(
            service.code().unwrap_or_default(),
            service.message().unwrap_or_default(),
        )
    })
}

/// AWS answered, and not with what was asked for.
fn refused(action: &str, code: &str, message: &str) -> String {
    let ours = match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            "the AWS credentials have expired; sign in again (aws sso login) or export new ones"
                .to_owned()
        }
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "InvalidToken" => {
            "the AWS credentials are not valid here; set AWS_PROFILE, or export again what `reviewloop up` printed"
                .to_owned()
        }
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => {
            match lacking(message) {
                Some(permission) => format!(
                    "the AWS credentials lack the permission {permission}; use another profile, or ask for it"
                ),
                None => "the AWS credentials lack a permission for it; use another profile, or ask for it"
                    .to_owned(),
            }
        }
        "NoSuchBucket" => {
            "the stack's bucket is not there; was it deleted, or is AWS_REGION another region than the stack's?"
                .to_owned()
        }
        "ResourceNotFound" | "ResourceNotFoundException" => {
            "the resource does not exist; check the deployment and AWS_REGION"
                .to_owned()
        }
        "PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException" => {
            "the bucket is in another region; set AWS_REGION to the stack's".to_owned()
        }
        "ThrottlingException" | "Throttling" | "TooManyRequestsException" | "SlowDown" => {
            "AWS limits the rate of these calls; try again in a minute".to_owned()
        }
        "RequestTimeTooSkewed" => "this machine's clock is wrong; set it".to_owned(),
        _ => return format!("could not {action}: {code}: {message}"),
    };
    format!("could not {action}: {ours} ({code}: {message})")
}

/// The permission in "… is not authorized to perform: sagemaker:DescribePipeline on resource: …".
fn lacking(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("not authorized to perform: ")?;
    let permission = rest.split([' ', ',']).next()?;
    permission.contains(':').then_some(permission)
}

/// Nothing answered: no credentials to sign with, or no connection. `causes` run from the outermost inwards.
fn unanswered(action: &str, causes: &[String], connection: bool, endpoint: Option<&str>) -> String {
    let has = |word: &str| {
        causes
            .iter()
            .any(|cause| cause.to_lowercase().contains(word))
    };
    // Some providers explain themselves over several lines, of which the first says what is wrong.
    let innermost = causes.last().and_then(|cause| cause.lines().next());
    let innermost = innermost.unwrap_or_default().trim_end();
    // On a machine outside AWS the last provider that is asked is the instance's own, IMDS.
    let none = ["no providers in chain", "no identity resolver", "imds"];
    let ours = if none.iter().any(|word| has(word)) {
        "no AWS credentials were found; set AWS_PROFILE, run `aws configure` or `aws sso login`, or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".to_owned()
    } else if has("expired") {
        "the AWS credentials have expired; sign in again (aws sso login) or export new ones"
            .to_owned()
    } else if has("credential") {
        "the AWS credentials could not be loaded; check the profile that AWS_PROFILE names"
            .to_owned()
    } else if connection {
        match endpoint {
            Some(url) => format!(
                "nothing answers at {url}; does `reviewloop up` run, and is AWS_ENDPOINT_URL what it printed?"
            ),
            None => "AWS cannot be reached; is there a network, and is AWS_REGION spelled rightly?"
                .to_owned(),
        }
    } else {
        return format!("could not {action}: {innermost}");
    };
    format!("could not {action}: {ours} ({innermost})")
}

/// The outer causes only say that a request failed; the last says why.
fn chain(error: &dyn Error) -> Vec<String> {
    let mut causes = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        causes.push(error.to_string());
        source = error.source();
    }
    causes
}

#[cfg(test)]
mod tests;
