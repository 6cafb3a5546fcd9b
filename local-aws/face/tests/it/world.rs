//! A served cloud with a deployed template, called as anybody may.

use std::path::{Path, PathBuf};
use std::time::Duration;

use local_aws::{LocalAws, Settings};
use reqwest::Response;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Long enough for a machine that does much else; a healthy test waits milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Served {
    pub aws: LocalAws,
    pub folder: TempDir,
    client: reqwest::Client,
}

/// Serves `template`, in which `CodeUri: f` is the test function.
pub(crate) async fn serve(template: &str) -> Served {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("bin")).unwrap();
    std::os::unix::fs::symlink(test_function(), folder.path().join("bin/f")).unwrap();
    std::fs::write(folder.path().join("template.yaml"), template).unwrap();
    reopen(folder).await
}

/// The same folder again.
pub(crate) async fn reopen(folder: TempDir) -> Served {
    let settings = settings(folder.path());
    reopen_with(settings, folder).await
}

pub(crate) async fn reopen_with(settings: Settings, folder: TempDir) -> Served {
    let aws = LocalAws::start(settings).await.unwrap();
    Served {
        aws,
        folder,
        client: reqwest::Client::new(),
    }
}

pub(crate) fn settings(folder: &Path) -> Settings {
    let mut settings = Settings::new(folder.join("state"));
    settings.functions_dir = Some(folder.join("bin"));
    settings.template = Some(folder.join("template.yaml"));
    settings.retry_delay = Duration::from_millis(1);
    // Unsigned calls are the user's: these tests are not about signatures.
    settings.accept_any_credentials = true;
    settings
}

/// The example of this package, which `cargo test` builds beside the tests.
fn test_function() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let binary = test
        .parent()
        .and_then(Path::parent)
        .unwrap()
        .join("examples/test_function");
    assert!(
        binary.is_file(),
        "{} is missing: `cargo test -p local-aws` builds it, `--test` alone does not",
        binary.display()
    );
    binary
}

impl Served {
    pub(crate) async fn stop(self) -> TempDir {
        self.aws.stop().await;
        self.folder
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// An operation of a JSON service: `AWSEvents.PutRule`.
    pub(crate) async fn call(&self, target: &str, members: Value) -> Result<Value, Value> {
        let request = self
            .client
            .post(&self.aws.endpoint_url)
            .header("x-amz-target", target);
        let response = request
            .header("content-type", "application/x-amz-json-1.1")
            .body(members.to_string())
            .send()
            .await
            .unwrap();
        let status = response.status();
        let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        if status.is_success() {
            Ok(body)
        } else {
            Err(body)
        }
    }

    pub(crate) async fn invoke(&self, function: &str, kind: &str, event: &Value) -> Response {
        let url = format!(
            "{}/2015-03-31/functions/{function}/invocations",
            self.aws.endpoint_url
        );
        let request = self
            .lambda(&url)
            .header("x-amz-invocation-type", kind)
            .header("x-amz-log-type", "Tail");
        request.body(event.to_string()).send().await.unwrap()
    }

    /// A request to Lambda. Its signature is nobody's, which this cloud accepts; but only its scope
    /// says which service is meant.
    pub(crate) fn lambda(&self, url: &str) -> reqwest::RequestBuilder {
        let scope = "AWS4-HMAC-SHA256 Credential=anybody/20260101/us-east-1/lambda/aws4_request, \
                     SignedHeaders=host, Signature=none";
        self.client
            .post(url)
            .header("authorization", scope)
            .header("x-amz-date", "20260101T000000Z")
    }

    /// Takes the messages of a queue until there are as many as expected.
    pub(crate) async fn messages(&self, queue: &str, expected: usize) -> Vec<Value> {
        let mut messages = Vec::new();
        self.until(&format!("{expected} messages in {queue}"), async || {
            messages.extend(self.receive(queue).await);
            messages.len() >= expected
        })
        .await;
        assert_eq!(messages.len(), expected, "{messages:?}");
        messages
    }

    /// What waits in a queue now; received messages are deleted.
    pub(crate) async fn receive(&self, queue: &str) -> Vec<Value> {
        let url = self
            .call("AmazonSQS.GetQueueUrl", json!({ "QueueName": queue }))
            .await
            .unwrap()["QueueUrl"]
            .clone();
        let members =
            json!({ "QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"] });
        let answer = self
            .call("AmazonSQS.ReceiveMessage", members)
            .await
            .unwrap();
        let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
        for message in &messages {
            let members = json!({ "QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"] });
            self.call("AmazonSQS.DeleteMessage", members).await.unwrap();
        }
        messages
    }

    /// Looks again after each commit.
    pub(crate) async fn until(&self, what: &str, mut condition: impl AsyncFnMut() -> bool) {
        let mut changes = self.aws.cloud.store.changes();
        let wait = async {
            while !condition().await {
                changes.changed().await;
            }
        };
        assert!(
            tokio::time::timeout(PATIENCE, wait).await.is_ok(),
            "waited in vain for {what}"
        );
    }
}

/// The JSON in a message's body.
pub(crate) fn body(message: &Value) -> Value {
    serde_json::from_str(message["Body"].as_str().unwrap()).unwrap()
}
