//! provision-stack: CloudFormation is answered, success or failure, at S3's addresses.

use aws_lambda_events::cloudformation::CloudFormationCustomResourceRequest;
use provision_stack::{Config, Deps, Outcome, handle, respond};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::deployment::{deploy, settled};
use super::gate::evaluation;
use super::review::People;
use super::setup::{Setup, event};

const SAMPLE_URL: &str =
    "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/example";

const BY_ID: &str = r#""PhysicalResourceId": "reviewloop""#;
const NEVER_CREATED: &str = r#""PhysicalResourceId": "never-created""#;

/// Handles a sample, and returns what CloudFormation was told beside the outcome.
async fn provision(setup: &Setup, sample: &str, replace: &[(&str, &str)]) -> (Outcome, Value) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let url = format!("{origin}/answer");
    let answered = tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let request = received(&mut connection).await;
        let done = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        connection.write_all(done).await.unwrap();
        body(&request).unwrap()
    });
    let mut replace = replace.to_vec();
    replace.push((SAMPLE_URL, &url));
    let request: CloudFormationCustomResourceRequest = event(sample, &replace);
    let mut deps = Deps::new(&setup.config, Config {});
    // In these tests nothing listens where the SDK finds AWS.
    deps.endpoint_url = Some(origin);
    let outcome = handle(&deps, request).await.unwrap();
    (outcome, answered.await.unwrap())
}

/// One request, once it is whole.
async fn received(connection: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    while body(&request).is_none() {
        let mut chunk = [0; 4096];
        let read = connection.read(&mut chunk).await.unwrap();
        request.extend_from_slice(&chunk[..read]);
    }
    request
}

/// The JSON body, once it is whole.
fn body(request: &[u8]) -> Option<Value> {
    let head = request
        .windows(4)
        .position(|window| window == b"\r\n\r\n")?
        + 4;
    serde_json::from_slice(&request[head..]).ok()
}

#[tokio::test]
async fn an_existing_workforce_of_others_is_neither_replaced_nor_deleted() {
    let people = People::new().await;
    let setup = &people.setup;
    for sample in [
        "custom-resource-workforce-create",
        "custom-resource-workforce-update",
    ] {
        let (outcome, answer) = provision(setup, sample, &[]).await;
        assert!(matches!(outcome, Outcome::Failed { .. }), "{outcome:?}");
        assert_eq!(answer["Status"], "FAILED");
        assert!(
            answer["Reason"]
                .as_str()
                .unwrap()
                .contains("belongs to another user pool")
        );
    }
    let (outcome, answer) = provision(setup, "custom-resource-workforce-delete", &[]).await;
    assert!(matches!(outcome, Outcome::Kept { .. }), "{outcome:?}");
    assert_eq!(answer["Status"], "SUCCESS");
    let workforces = setup.sagemaker.list_workforces().send().await.unwrap();
    assert_eq!(workforces.workforces().len(), 1);
}

#[tokio::test]
async fn what_does_not_carry_our_tag_is_left_alone() {
    let people = People::new().await;
    let setup = &people.setup;
    // The flow definition is there already, made by somebody else under our name.
    let (created, _) = provision(setup, "custom-resource-flow-definition-create", &[]).await;
    assert!(
        matches!(created, Outcome::Provided { .. } | Outcome::Failed { .. }),
        "{created:?}"
    );
    let (outcome, answer) = provision(setup, "custom-resource-flow-definition-delete", &[]).await;
    assert!(matches!(outcome, Outcome::Kept { .. }), "{outcome:?}");
    assert_eq!(answer["Status"], "SUCCESS");
}

#[tokio::test]
async fn the_endpoint_is_provided_by_name_and_gone_is_gone() {
    let setup = Setup::new().await;
    let (outcome, answer) = provision(&setup, "custom-resource-endpoint-create", &[]).await;
    assert!(matches!(outcome, Outcome::Provided { .. }), "{outcome:?}");
    assert_eq!(answer["PhysicalResourceId"], "reviewloop");
    for _ in 0..2 {
        let (outcome, _) = provision(&setup, "custom-resource-endpoint-delete", &[]).await;
        assert!(matches!(outcome, Outcome::Kept { .. }), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_custom_resource_that_cannot_be_read_is_answered_and_does_not_keep_the_stack() {
    let setup = Setup::new().await;
    let unreadable = [
        ("Custom::Endpoint", "Custom::Unheard", "unknown variant"),
        ("EndpointName", "Name", "missing field `EndpointName`"),
    ];
    for (from, to, reason) in unreadable {
        let replace = [(from, to)];
        let (outcome, answer) =
            provision(&setup, "custom-resource-endpoint-create", &replace).await;
        assert!(matches!(outcome, Outcome::Failed { .. }), "{outcome:?}");
        assert_eq!(answer["Status"], "FAILED");
        let told = answer["Reason"].as_str().unwrap();
        assert!(told.contains("read the properties of Endpoint"), "{told}");
        assert!(told.contains(reason), "{told}");
        // CloudFormation rolls back by asking for the deletion of what was never created.
        let never = replace.into_iter().chain([(BY_ID, NEVER_CREATED)]);
        let never: Vec<_> = never.collect();
        let (outcome, answer) = provision(&setup, "custom-resource-endpoint-delete", &never).await;
        assert!(matches!(outcome, Outcome::Kept { .. }), "{outcome:?}");
        assert_eq!(answer["Status"], "SUCCESS");
    }
}

#[tokio::test]
async fn what_exists_is_deleted_by_its_id_or_the_deletion_fails() {
    let setup = Setup::new().await;
    let arn = setup.register(&evaluation(140, None), false).await;
    setup.approve(&arn).await;
    deploy(&setup, "model-package-approved").await;
    settled(&setup).await;
    let sample = "custom-resource-endpoint-delete";
    let (outcome, answer) = provision(&setup, sample, &[("Custom::Endpoint", "Custom::Old")]).await;
    assert!(matches!(outcome, Outcome::Failed { .. }), "{outcome:?}");
    let reason = answer["Reason"].as_str().unwrap();
    assert!(reason.starts_with("reviewloop was not deleted"), "{reason}");
    let (outcome, answer) = provision(&setup, sample, &[("EndpointName", "Name")]).await;
    assert!(matches!(outcome, Outcome::Removed { .. }), "{outcome:?}");
    assert_eq!(answer["Status"], "SUCCESS");
}

#[tokio::test]
async fn an_answer_to_another_address_is_refused_and_nothing_is_done() {
    let setup = Setup::new().await;
    let arn = setup.register(&evaluation(140, None), false).await;
    setup.approve(&arn).await;
    deploy(&setup, "model-package-approved").await;
    settled(&setup).await;
    let deps = Deps::new(&setup.config, Config {});
    let elsewhere = [(SAMPLE_URL, "http://169.254.169.254/latest/meta-data")];
    let request = event("custom-resource-endpoint-delete", &elsewhere);
    let outcome = handle(&deps, request).await.unwrap();
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
    let endpoint = setup.sagemaker.describe_endpoint();
    let there = endpoint.endpoint_name("reviewloop").send().await;
    assert!(there.is_ok(), "nothing was done: {there:?}");
}

#[test]
fn an_answer_goes_to_s3_or_to_where_the_sdk_finds_it() {
    let local = Some("http://127.0.0.1:4566");
    let table = [
        (SAMPLE_URL, None, true),
        ("https://s3.cn-north-1.amazonaws.com.cn/key", None, true),
        ("https://a.s3.cn-north-1.amazonaws.com.cn/key", None, true),
        ("https://s3.eusc-de-east-1.amazonaws.eu/key", None, true),
        ("https://a.s3.eusc-de-east-1.amazonaws.eu/key", None, true),
        ("https://s3.amazonaws.com/answers/key", None, true),
        ("https://s3-eu-west-1.amazonaws.com/answers/key", None, true),
        (
            "https://answers.s3-us-gov-west-1.amazonaws.com/key",
            None,
            true,
        ),
        (
            "https://answers.s3.eu-central-1.amazonaws.com/key",
            None,
            true,
        ),
        (
            "https://an.swers.s3.eu-central-1.amazonaws.com/key",
            None,
            true,
        ),
        (
            "https://a.s3.dualstack.eu-west-1.amazonaws.com/k",
            None,
            true,
        ),
        (
            "https://api.execute-api.us-east-1.amazonaws.com/k",
            None,
            false,
        ),
        (
            "https://s3.execute-api.us-east-1.amazonaws.com/k",
            None,
            false,
        ),
        ("https://it.us-east-1.elb.amazonaws.com/key", None, false),
        ("https://s3.us-east-1.elb.amazonaws.com/key", None, false),
        ("https://s3-it.us-east-1.elb.amazonaws.com/key", None, false),
        ("https://s3-website.amazonaws.com/key", None, false),
        (
            "https://a.s3-website-us-east-1.amazonaws.com/k",
            None,
            false,
        ),
        ("https://s3.elb.amazonaws.com/key", None, false),
        ("https://nots3.amazonaws.com/key", None, false),
        ("https://s3.elb.amazonaws.eu/key", None, false),
        ("https://amazonaws.com/key", None, false),
        (SAMPLE_URL, local, true),
        ("http://127.0.0.1:4566/answers/key", local, true),
        ("http://127.0.0.1:4566/answers/key", None, false),
        ("http://127.0.0.1:4567/internal", local, false),
        ("https://127.0.0.1:4566/internal", local, false),
        ("http://localhost:4566/internal", local, false),
        ("http://169.254.169.254/latest/meta-data", local, false),
        ("http://answers.s3.amazonaws.com/key", local, false),
        ("https://answers.s3.amazonaws.com:8443/key", local, false),
        ("https://amazonaws.com.example.org/key", local, false),
        ("https://s3.amazonaws.com@example.org/key", local, false),
        ("https://example.org/?.amazonaws.com", local, false),
        ("https://notamazonaws.com/key", local, false),
        ("file:///etc/passwd", local, false),
        ("nowhere", local, false),
    ];
    for (url, endpoint_url, accepted) in table {
        let checked = respond::check(url, endpoint_url);
        assert_eq!(checked.is_ok(), accepted, "{url}: {checked:?}");
    }
    let told = respond::check("https://example.org/key?X-Amz-Signature=secret", None);
    assert!(
        !told.unwrap_err().contains("secret"),
        "no signature is logged"
    );
}

#[tokio::test]
async fn a_redirect_of_the_answer_is_not_followed() {
    let setup = Setup::new().await;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    // Whoever follows is answered well.
    let server = tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            let request = received(&mut connection).await;
            let first = request.starts_with(b"PUT /answer ");
            let status = if first { "307 Elsewhere" } else { "200 OK" };
            let answer = format!(
                "HTTP/1.1 {status}\r\nLocation: /internal\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            connection.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let mut deps = Deps::new(&setup.config, Config {});
    deps.endpoint_url = Some(origin.clone());
    let url = format!("{origin}/answer");
    let request = event("custom-resource-endpoint-create", &[(SAMPLE_URL, &url)]);
    let error = handle(&deps, request).await.unwrap_err();
    assert!(format!("{error:#}").contains("307"), "{error:#}");
    server.abort();
}
