//! A model from its training to its answer, with futures in place of programs.

use std::collections::{BTreeMap, HashMap};
use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use http::{HeaderMap, Method, Request, Response};
use local_core::programs::{Programs, Running, Start};
use local_core::wire::{AwsError, RawRequest};
use local_core::{Call, Principal};
use serde_json::json;

use crate::endpoints::invoke::invoke;
use crate::testing::{BUCKET, Bench, IMAGE, REGION, ROLE};

/// The folders of the programs that serve, by port.
type Serving = Arc<Mutex<HashMap<u16, PathBuf>>>;

/// `train` writes weights and ends; `serve` answers with them until it is asked to end.
#[derive(Default)]
struct InProcess {
    serving: Serving,
    ports: AtomicU16,
}

struct Program {
    ended: bool,
    port: Option<u16>,
    serving: Serving,
}

impl Programs for InProcess {
    fn built(&self, _program: &Path) -> Option<SystemTime> {
        None
    }

    fn start(&self, start: Start) -> io::Result<Box<dyn Running>> {
        let folder = start.folder.unwrap();
        let port = start.environment.get("SAGEMAKER_BIND_TO_PORT");
        let port = port.map(|port| port.to_str().unwrap().parse().unwrap());
        match (start.arguments[0].as_str(), port) {
            ("train", None) => std::fs::write(folder.join("model/weights"), "0.5")?,
            ("serve", Some(port)) => {
                self.serving.lock().unwrap().insert(port, folder);
            }
            call => panic!("{call:?}"),
        }
        Ok(Box::new(Program {
            ended: port.is_none(),
            port,
            serving: self.serving.clone(),
        }))
    }

    fn free_ports(&self, number: usize) -> io::Result<Vec<u16>> {
        let next = |_| self.ports.fetch_add(1, Ordering::Relaxed);
        Ok((0..number).map(next).collect())
    }

    fn ask(
        &self,
        port: u16,
        request: Request<Bytes>,
    ) -> BoxFuture<'static, io::Result<Response<Bytes>>> {
        let folder = self.serving.lock().unwrap().get(&port).cloned();
        let answer = match (folder, request.uri().path()) {
            (None, _) => Err(io::ErrorKind::ConnectionRefused.into()),
            (Some(_), "/ping") => Ok(Response::default()),
            (Some(folder), _) => {
                let weights = std::fs::read_to_string(folder.join("model/weights")).unwrap();
                let body = String::from_utf8(request.into_body().to_vec()).unwrap();
                Ok(Response::new(Bytes::from(format!("{body}: {weights}"))))
            }
        };
        ready(answer).boxed()
    }
}

impl Running for Program {
    fn wait(&mut self) -> BoxFuture<'_, io::Result<ExitStatus>> {
        if self.ended {
            return ready(Ok(ExitStatus::default())).boxed();
        }
        pending().boxed()
    }

    fn has_ended(&mut self) -> bool {
        self.ended
    }

    fn terminate(&mut self) {
        self.kill();
    }

    fn kill(&mut self) {
        self.ended = true;
        if let Some(port) = self.port {
            self.serving.lock().unwrap().remove(&port);
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

#[tokio::test]
async fn a_job_and_an_endpoint_run_where_programs_are_no_processes() {
    let serving = Serving::default();
    let mut bench = Bench::with(|cloud| {
        cloud.world.programs = Arc::new(InProcess {
            serving: serving.clone(),
            ..InProcess::default()
        });
        let images = &mut cloud.settings.images;
        images.insert("tiny".to_owned(), "/no/program/is/here".into());
    });
    bench.drive();
    let training = json!({
        "TrainingJobName": "job",
        "RoleArn": ROLE,
        "AlgorithmSpecification": { "TrainingImage": IMAGE, "TrainingInputMode": "File" },
        "OutputDataConfig": { "S3OutputPath": format!("s3://{BUCKET}/models") },
        "ResourceConfig": {
            "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1,
        },
    });
    bench.call("CreateTrainingJob", &training).await.unwrap();
    let job = bench
        .until(
            "DescribeTrainingJob",
            &json!({ "TrainingJobName": "job" }),
            |job| job.get("TrainingEndTime").map(|_| job.clone()),
        )
        .await;
    assert_eq!(job["TrainingJobStatus"], "Completed");

    let variant = json!({
        "VariantName": "only", "ModelName": "m",
        "InstanceType": "ml.m5.large", "InitialInstanceCount": 1,
    });
    let artifacts = &job["ModelArtifacts"]["S3ModelArtifacts"];
    for (operation, request) in [
        (
            "CreateModel",
            json!({
                "ModelName": "m", "ExecutionRoleArn": ROLE,
                "PrimaryContainer": { "Image": IMAGE, "ModelDataUrl": artifacts },
            }),
        ),
        (
            "CreateEndpointConfig",
            json!({ "EndpointConfigName": "config", "ProductionVariants": [variant] }),
        ),
        (
            "CreateEndpoint",
            json!({ "EndpointName": "e", "EndpointConfigName": "config" }),
        ),
    ] {
        bench.call(operation, &request).await.unwrap();
    }
    let name = json!({ "EndpointName": "e" });
    let in_service = |status: &str| (status == "InService").then_some(());
    bench
        .until("DescribeEndpoint", &name, |endpoint| {
            in_service(endpoint["EndpointStatus"].as_str()?)
        })
        .await;
    assert_eq!(invoked(&bench, "a review").await.unwrap(), "a review: 0.5");
    // For a while nothing listens on its port.
    let listens = std::mem::take(&mut *serving.lock().unwrap());
    let unanswered = invoked(&bench, "a review").await.unwrap_err();
    assert_eq!(
        (unanswered.code.as_str(), unanswered.message.as_str()),
        (
            "ServiceUnavailable",
            "The primary container did not answer; try again."
        )
    );
    *serving.lock().unwrap() = listens;

    bench.call("DeleteEndpoint", &name).await.unwrap();
    let mut changes = bench.cloud.store.changes();
    while bench.call("DescribeEndpoint", &name).await.is_ok() {
        changes.changed().await;
    }
    while !serving.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
}

async fn invoked(bench: &Bench, body: &str) -> Result<String, AwsError> {
    let call = Call {
        cloud: bench.cloud.clone(),
        region: REGION.to_owned(),
        principal: Principal::user(),
        request_id: String::new(),
    };
    let request = RawRequest {
        method: Method::POST,
        path: String::new(),
        labels: BTreeMap::from([("EndpointName".to_owned(), "e".to_owned())]),
        query: Vec::new(),
        headers: HeaderMap::new(),
        body: Bytes::from(body.to_owned()),
    };
    let answer = invoke(call, request).await?;
    let answer = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
    Ok(String::from_utf8(answer.unwrap().to_vec()).unwrap())
}
