use anyhow::Context;

use super::*;
use crate::evidence::{endpoint, execution, model_at};
use crate::fixture::cloud::Cloud;

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

#[test]
fn what_passes_by_itself_is_told_from_what_a_person_must_mend() {
    for (status, code, expected) in [
        (400, "ThrottlingException", true),
        (503, "SlowDown", true),
        (503, "an unknown error", true),
        (500, "InternalFailure", true),
        (501, "NotImplemented", false),
        (400, "ValidationException", false),
        (403, "ExpiredTokenException", false),
    ] {
        assert_eq!(is_for_now(Some(status), code), expected, "{status} {code}");
    }
    let causes = |cause: &str| ["dispatch failure".to_owned(), cause.to_owned()];
    let lost = causes("Connection refused (os error 111)");
    assert!(silence(&lost, true) == Silence::NoConnection);
    let expired = causes("the SSO token has expired");
    assert!(silence(&expired, true) == Silence::ExpiredCredentials);
    // Also behind what the caller was at.
    let throttled: anyhow::Result<()> = Err(error("too many calls".to_owned(), true));
    let throttled = throttled.context("read the record").expect_err("an error");
    assert!(passes(&throttled));
    assert_eq!(format!("{throttled:#}"), "read the record: too many calls");
    assert!(!passes(&error("no such version".to_owned(), false)));
}

#[tokio::test]
async fn what_is_not_there_is_missing_whichever_words_its_call_has_for_it() {
    let cloud = Cloud::new().await;
    let account = &cloud.account;
    assert!(endpoint(account).await.expect("looked for").is_none());
    let version = account.model_package_arn(1);
    let found = model_at(account, &version).await;
    assert!(found.expect("looked for").is_none());
    let arn = account.sagemaker_arn("pipeline/reviewloop/execution/k3jx5c0q2f7d");
    let found = execution::describe(account, &arn).await;
    assert!(found.expect("looked for").is_none());
    let training = account.sagemaker.describe_training_job();
    let training = training.training_job_name("none").send().await;
    assert!(is_missing(&training.expect_err("there is none")));
    let processing = account.sagemaker.describe_processing_job();
    let processing = processing.processing_job_name("none").send().await;
    assert!(is_missing(&processing.expect_err("there is none")));
}
