//! SDK errors as one sentence with a remedy; AWS's own code and message stand behind it.

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

/// Whether the error says that what was asked about is not there. Some of SageMaker's calls have no code for it.
pub fn is_missing<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error.as_service_error().is_some_and(|service| {
        let (code, message) = (service.code().unwrap_or_default(), service.message());
        code.starts_with("ResourceNotFound")
            || code.starts_with("NoSuch")
            || code == "ValidationException"
                && message.is_some_and(|message| {
                    [
                        "does not exist",
                        "Could not find",
                        "Requested resource not found",
                    ]
                    .iter()
                    .any(|sentence| message.contains(sentence))
                })
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
mod tests {
    use super::*;

    #[test]
    fn a_missing_permission_is_named_with_aws_words_behind_it() {
        let message = "User: arn:aws:iam::1:user/ana is not authorized to perform: sagemaker:DescribePipeline on resource: arn:aws:sagemaker:eu-central-1:1:pipeline/x because no identity-based policy allows it";
        let sentence = refused("find the stack", "AccessDeniedException", message);
        assert!(
            sentence.starts_with(
                "could not find the stack: the AWS credentials lack the permission sagemaker:DescribePipeline;"
            ),
            "{sentence}"
        );
        assert!(
            sentence.ends_with(&format!("(AccessDeniedException: {message})")),
            "{sentence}"
        );
        let s3 = refused("read s3://b/k", "AccessDenied", "Access Denied");
        assert!(s3.contains("lack a permission for it"), "{s3}");
    }

    #[test]
    fn what_people_meet_first_has_a_remedy() {
        for (code, remedy) in [
            ("ExpiredTokenException", "aws sso login"),
            (
                "UnrecognizedClientException",
                "what `reviewloop up` printed",
            ),
            ("NoSuchBucket", "AWS_REGION"),
            ("PermanentRedirect", "set AWS_REGION"),
            (
                "ResourceNotFoundException",
                "check the deployment and AWS_REGION",
            ),
            ("ThrottlingException", "try again in a minute"),
        ] {
            let sentence = refused("do it", code, "said AWS");
            assert!(sentence.contains(remedy), "{sentence}");
            assert!(
                sentence.ends_with(&format!("({code}: said AWS)")),
                "{sentence}"
            );
        }
        let other = refused("do it", "ConflictException", "said AWS");
        assert_eq!(other, "could not do it: ConflictException: said AWS");
    }

    #[test]
    fn no_answer_says_whether_credentials_or_the_connection_are_missing() {
        let causes = |list: &[&str]| {
            list.iter()
                .map(|cause| (*cause).to_owned())
                .collect::<Vec<_>>()
        };
        let none = causes(&[
            "dispatch failure",
            "the credential provider was not enabled",
            "no providers in chain provided credentials",
        ]);
        let sentence = unanswered("find the stack", &none, false, None);
        assert!(
            sentence.contains("no AWS credentials were found; set AWS_PROFILE"),
            "{sentence}"
        );
        let none = causes(&[
            "dispatch failure",
            "no providers in chain provided credentials:\n  1. environment\n  2. profile",
        ]);
        let sentence = unanswered("find the stack", &none, false, None);
        assert!(
            sentence.ends_with("(no providers in chain provided credentials:)")
                && !sentence.contains('\n'),
            "{sentence}"
        );
        let none = causes(&["dispatch failure", "request forbidden: IMDS is disabled"]);
        let sentence = unanswered("find the stack", &none, false, None);
        assert!(
            sentence.contains("no AWS credentials were found"),
            "{sentence}"
        );
        let refused = causes(&[
            "dispatch failure",
            "io error",
            "Connection refused (os error 111)",
        ]);
        let sentence = unanswered(
            "find the stack",
            &refused,
            true,
            Some("http://127.0.0.1:4566"),
        );
        assert!(
            sentence.contains("nothing answers at http://127.0.0.1:4566; does `reviewloop up` run"),
            "{sentence}"
        );
        let sentence = unanswered("find the stack", &refused, true, None);
        assert!(sentence.contains("is there a network"), "{sentence}");
        assert!(
            sentence.ends_with("(Connection refused (os error 111))"),
            "{sentence}"
        );
        let sso = causes(&[
            "dispatch failure",
            "an error occurred while loading credentials",
            "the SSO token has expired",
        ]);
        assert!(unanswered("do it", &sso, false, None).contains("aws sso login"));
    }
}
