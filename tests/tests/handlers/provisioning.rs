//! provision-reviewers: CloudFormation is answered whatever happens.

use aws_lambda_events::cloudformation::CloudFormationCustomResourceRequest;
use provision_reviewers::{Config, Deps, Outcome, handle};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

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
    let url = format!("http://{}/answer", listener.local_addr().unwrap());
    let answered = tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        loop {
            let mut chunk = [0; 4096];
            let read = connection.read(&mut chunk).await.unwrap();
            request.extend_from_slice(&chunk[..read]);
            if let Some(body) = body(&request) {
                let done = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                connection.write_all(done).await.unwrap();
                return body;
            }
        }
    });
    let mut replace = replace.to_vec();
    replace.push((SAMPLE_URL, &url));
    let request: CloudFormationCustomResourceRequest = event(sample, &replace);
    let deps = Deps::new(&setup.config, Config {});
    let outcome = handle(&deps, request).await.unwrap();
    (outcome, answered.await.unwrap())
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
