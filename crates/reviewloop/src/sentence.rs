//! SDK errors as one sentence with a remedy; AWS's own code and message stand behind it.

use std::error::Error;

use aws_sdk_s3::primitives::ByteStreamError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::ErrorKind;
use policy::refusal;

pub trait Sentence {
    /// `action` is a verb phrase: "start the pipeline".
    fn sentence(self, action: &str) -> anyhow::Error;
}

impl<E> Sentence for SdkError<E, HttpResponse>
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn sentence(self, action: &str) -> anyhow::Error {
        if let Some(service) = self.as_service_error() {
            let code = service.code().unwrap_or("an unknown error");
            let message = service.message().unwrap_or("without a message");
            let status = self.raw_response().map(|answer| answer.status().as_u16());
            return error(refused(action, code, message), is_for_now(status, code));
        }
        // What the SDK's own retries take for a connection that was lost.
        let connection = match &self {
            SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
            SdkError::DispatchFailure(failure) => {
                let is_lost = failure.as_other() == Some(ErrorKind::TransientError);
                failure.is_io() || failure.is_timeout() || is_lost
            }
            _ => false,
        };
        let endpoint = std::env::var("AWS_ENDPOINT_URL").ok();
        let place = endpoint.as_deref().filter(|url| !url.is_empty());
        let causes = chain(&self);
        let passes = silence(&causes, connection) == Silence::NoConnection;
        error(unanswered(action, &causes, connection, place), passes)
    }
}

/// An error that passes by itself: the connection is lost, AWS limits the rate of calls, or the fault is its own.
#[derive(Debug)]
pub struct Passing(pub String);

impl std::fmt::Display for Passing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Passing {}

fn error(sentence: String, passes: bool) -> anyhow::Error {
    if passes {
        Passing(sentence).into()
    } else {
        anyhow::Error::msg(sentence)
    }
}

/// Whether the same call may succeed later with nothing mended. An object's body may also break off.
pub fn passes(error: &anyhow::Error) -> bool {
    error.is::<Passing>() || error.is::<ByteStreamError>()
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

/// The codes by which AWS limits the rate of calls.
const THROTTLED: [&str; 4] = [
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
    "SlowDown",
];

/// The statuses that the SDK's own retries take for AWS's fault; they are used up by now.
const FAULTS: [u16; 4] = [500, 502, 503, 504];

/// Whether a refusal is of now alone.
fn is_for_now(status: Option<u16>, code: &str) -> bool {
    THROTTLED.contains(&code) || status.is_some_and(|status| FAULTS.contains(&status))
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
        code if THROTTLED.contains(&code) => {
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

/// Why nothing answered.
#[derive(PartialEq, Eq)]
enum Silence {
    NoCredentials,
    ExpiredCredentials,
    UnreadableCredentials,
    NoConnection,
    Else,
}

/// `causes` run from the outermost inwards.
fn silence(causes: &[String], connection: bool) -> Silence {
    let has = |word: &str| {
        causes
            .iter()
            .any(|cause| cause.to_lowercase().contains(word))
    };
    // On a machine outside AWS the last provider that is asked is the instance's own, IMDS.
    let none = ["no providers in chain", "no identity resolver", "imds"];
    if none.iter().any(|word| has(word)) {
        Silence::NoCredentials
    } else if has("expired") {
        Silence::ExpiredCredentials
    } else if connection {
        // Of a provider that renews the credentials, too.
        Silence::NoConnection
    } else if has("credential") {
        Silence::UnreadableCredentials
    } else {
        Silence::Else
    }
}

/// Nothing answered: no credentials to sign with, or no connection.
fn unanswered(action: &str, causes: &[String], connection: bool, endpoint: Option<&str>) -> String {
    // Some providers explain themselves over several lines, of which the first says what is wrong.
    let innermost = causes.last().and_then(|cause| cause.lines().next());
    let innermost = innermost.unwrap_or_default().trim_end();
    let ours = match (silence(causes, connection), endpoint) {
        (Silence::NoCredentials, _) => "no AWS credentials were found; set AWS_PROFILE, run `aws configure` or `aws sso login`, or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".to_owned(),
        (Silence::ExpiredCredentials, _) => {
            "the AWS credentials have expired; sign in again (aws sso login) or export new ones"
                .to_owned()
        }
        (Silence::UnreadableCredentials, _) => {
            "the AWS credentials could not be loaded; check the profile that AWS_PROFILE names"
                .to_owned()
        }
        (Silence::NoConnection, Some(url)) => format!(
            "nothing answers at {url}; does `reviewloop up` run, and is AWS_ENDPOINT_URL what it printed?"
        ),
        (Silence::NoConnection, None) => {
            "AWS cannot be reached; is there a network, and is AWS_REGION spelled rightly?"
                .to_owned()
        }
        (Silence::Else, _) => return format!("could not {action}: {innermost}"),
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
