//! provision-stack: CloudFormation is answered, success or failure, at S3's addresses.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep, TokioSleep};
use aws_smithy_async::time::TimeSource;
use provision_stack::{Config, Deps, LAST_INVOCATIONS, Outcome, handle};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::deployment::{deploy, settled};
use super::gate::evaluation;
use super::review::People;
use super::setup::{Setup, event};

pub const SAMPLE_URL: &str =
    "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/example";

const BY_ID: &str = r#""PhysicalResourceId": "reviewloop""#;
const NEVER_CREATED: &str = r#""PhysicalResourceId": "never-created""#;

/// The pause between two looks of a deletion.
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A deletion's pauses: they pass at once, and the function's clock is set ahead by them. The SDK's own timeouts stay
/// as they are.
#[derive(Clone, Default)]
pub struct Pauses {
    seconds: Arc<AtomicU64>,
    /// What happens in the pause that waits for the last invocations.
    meanwhile: Arc<Mutex<Option<Work>>>,
}

impl Pauses {
    pub fn with(meanwhile: impl Future<Output = ()> + Send + 'static) -> Self {
        Self {
            meanwhile: Arc::new(Mutex::new(Some(Box::pin(meanwhile)))),
            ..Self::default()
        }
    }

    pub fn of(&self, config: &SdkConfig) -> SdkConfig {
        let config = config.to_builder().sleep_impl(self.clone());
        config.time_source(self.clone()).build()
    }
}

impl fmt::Debug for Pauses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pauses").field(&self.seconds).finish()
    }
}

impl AsyncSleep for Pauses {
    fn sleep(&self, duration: Duration) -> Sleep {
        if ![BETWEEN_LOOKS, LAST_INVOCATIONS].contains(&duration) {
            return TokioSleep::new().sleep(duration);
        }
        self.seconds
            .fetch_add(duration.as_secs(), Ordering::Relaxed);
        let is_last = duration == LAST_INVOCATIONS;
        let work = is_last.then(|| self.meanwhile.lock().unwrap().take());
        let done = work.flatten().map(tokio::spawn);
        Sleep::new(async move {
            match done {
                Some(done) => done.await.unwrap(),
                None => tokio::task::yield_now().await,
            }
        })
    }
}

impl TimeSource for Pauses {
    fn now(&self) -> SystemTime {
        let passed = self.seconds.load(Ordering::Relaxed);
        SystemTime::now() + Duration::from_secs(passed)
    }
}

/// Handles a sample, and returns what CloudFormation was told beside the outcome.
pub async fn provision(setup: &Setup, sample: &str, replace: &[(&str, &str)]) -> (Outcome, Value) {
    let config = Pauses::default().of(&setup.of("provision-stack"));
    provision_with(&config, sample, replace).await
}

pub async fn provision_with(
    config: &SdkConfig,
    sample: &str,
    replace: &[(&str, &str)],
) -> (Outcome, Value) {
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
    let mut deps = Deps::new(config, Config {});
    // In these tests nothing listens where the SDK finds AWS.
    deps.endpoint_url = Some(origin);
    let outcome = handle(&deps, event(sample, &replace)).await.unwrap();
    (outcome, answered.await.unwrap())
}

/// One request, once it is whole.
pub async fn received(connection: &mut TcpStream) -> Vec<u8> {
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
async fn models_are_provided_by_name_and_gone_is_gone() {
    let setup = Setup::new().await;
    let (outcome, answer) = provision(&setup, "custom-resource-models-create", &[]).await;
    assert!(matches!(outcome, Outcome::Provided { .. }), "{outcome:?}");
    assert_eq!(answer["PhysicalResourceId"], "reviewloop");
    for _ in 0..2 {
        let (outcome, _) = provision(&setup, "custom-resource-models-delete", &[]).await;
        assert!(matches!(outcome, Outcome::Kept { .. }), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_request_is_answered_whatever_it_holds() {
    let setup = Setup::new().await;
    let unreadable = [
        (
            r#""Custom::Models""#,
            r#""Custom::Unheard""#,
            "unknown variant",
        ),
        (
            r#""EndpointName""#,
            r#""Name""#,
            "missing field `EndpointName`",
        ),
        (
            r#""ResourceProperties": {"#,
            r#""ResourceProperties": 7, "_": {"#,
            "invalid type",
        ),
        (
            r#""ResourceType""#,
            r#""_""#,
            "read the properties of Models",
        ),
        (
            r#""RequestType": "Create""#,
            r#""RequestType": "Adopt""#,
            "is no RequestType",
        ),
        (r#""RequestType""#, r#""_""#, "is no RequestType"),
        (r#""StackId""#, r#""_""#, "is no stack's ARN"),
    ];
    for (from, to, reason) in unreadable {
        for _ in 0..2 {
            let replace = [(from, to)];
            let (outcome, answer) =
                provision(&setup, "custom-resource-models-create", &replace).await;
            assert!(
                matches!(outcome, Outcome::Failed { .. }),
                "{from}: {outcome:?}"
            );
            assert_eq!(answer["Status"], "FAILED");
            assert_eq!(answer["RequestId"], "5f1d4d37-cffa-4f76-80c9-8b7d4a4d2eaa");
            let told = answer["Reason"].as_str().unwrap();
            assert!(told.contains(reason), "{told}");
            assert_ne!(answer["PhysicalResourceId"], "");
        }
    }
}

#[tokio::test]
async fn what_was_never_created_does_not_keep_the_stack() {
    let setup = Setup::new().await;
    for (from, to) in [
        ("Custom::Models", "Custom::Unheard"),
        ("EndpointName", "Name"),
    ] {
        // CloudFormation rolls back by asking for the deletion of what was never created.
        let never = [(from, to), (BY_ID, NEVER_CREATED)];
        let (outcome, answer) = provision(&setup, "custom-resource-models-delete", &never).await;
        assert!(matches!(outcome, Outcome::Kept { .. }), "{outcome:?}");
        assert_eq!(answer["Status"], "SUCCESS");
    }
}

#[tokio::test]
async fn a_creation_that_failed_half_way_is_deleted_by_the_id_that_it_was_answered_with() {
    let people = People::new().await;
    // A stranger's workforce is in the way.
    let (_, answer) = provision(&people.setup, "custom-resource-workforce-create", &[]).await;
    assert_eq!(answer["Status"], "FAILED");
    assert_eq!(answer["PhysicalResourceId"], "reviewloop");
}

#[tokio::test]
async fn what_exists_is_deleted_by_its_id_or_the_deletion_fails() {
    let setup = Setup::new().await;
    let arn = setup.register(&evaluation(140, None), false).await;
    setup.approve(&arn).await;
    deploy(&setup, "model-package-approved").await;
    settled(&setup).await;
    let sample = "custom-resource-models-delete";
    let (outcome, answer) = provision(&setup, sample, &[("Custom::Models", "Custom::Old")]).await;
    assert!(matches!(outcome, Outcome::Failed { .. }), "{outcome:?}");
    let reason = answer["Reason"].as_str().unwrap();
    assert!(reason.starts_with("reviewloop was not deleted"), "{reason}");
    let (outcome, answer) = provision(&setup, sample, &[("EndpointName", "Name")]).await;
    assert!(matches!(outcome, Outcome::Removed { .. }), "{outcome:?}");
    assert_eq!(answer["Status"], "SUCCESS");
}
