//! AutoML jobs by their operations; their jobs really run.

mod ends;
mod life;
mod lists;
mod refusals;
mod restart;

use std::path::Path;
use std::sync::Arc;

use local_core::driver::drive;
use local_core::wire::{AwsError, Table, apis, constraints, extend, table};
use local_core::{Cloud, DEFAULT_REGION, Principal, Settings};
use local_s3::Bucket;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

const REGION: &str = DEFAULT_REGION;
const ROLE: &str = "arn:aws:iam::123456789012:role/execution";

/// The later a candidate is trained, the better it is, up to the third.
const THIRD_IS_BEST: &str = r#"if [ $step = train ]; then
    case "$TRAINING_JOB_NAME" in
    *-001-*) echo "val_loss: 0.9 val_accuracy: 0.5 val_balanced_accuracy: 0.4" ;;
    *-002-*) echo "val_loss: 0.8 val_accuracy: 0.6 val_balanced_accuracy: 0.5" ;;
    *-003-*) echo "val_loss: 0.7 val_accuracy: 0.7 val_balanced_accuracy: 0.6" ;;
    *) echo "val_loss: 0.7 val_accuracy: 0.7 val_balanced_accuracy: 0.3" ;;
    esac
fi"#;

struct Bench {
    cloud: Arc<Cloud>,
    folder: TempDir,
    tasks: JoinSet<()>,
}

impl Bench {
    /// Nothing is driven. The data have these lines of shell for each step.
    fn new(steps: &str) -> Self {
        Self::with(steps, |_| {})
    }

    fn with(steps: &str, configure: impl FnOnce(&mut Settings)) -> Self {
        let bench = Self::in_folder(tempfile::tempdir().unwrap(), configure);
        let bucket = Bucket {
            region: REGION.to_owned(),
            created: bench.cloud.world.now(),
            event_bridge: false,
        };
        let store = &bench.cloud.store;
        store
            .write(|tx| local_s3::create_bucket(tx, "data", &bucket))
            .unwrap();
        bench.put_steps("reviews", steps);
        bench
    }

    fn in_folder(folder: TempDir, configure: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::new(folder.path().join("state"));
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/classifier");
        settings.images.insert("programs".into(), program);
        settings.automl_image = Some("programs".into());
        configure(&mut settings);
        let cloud = Arc::new(Cloud::open(settings).unwrap());
        let (jobs, part) = (local_sagemaker::part(), crate::part());
        let limits = jobs.constraints.into_iter().chain(part.constraints);
        constraints::set(&cloud, limits);
        let operations = jobs.operations.into_iter().chain(part.operations);
        Table::new(operations.collect()).set(&cloud);
        Self {
            cloud,
            folder,
            tasks: JoinSet::new(),
        }
    }

    fn put_steps(&self, folder: &str, steps: &str) {
        let key = format!("{folder}/steps.sh");
        local_s3::put_bytes(&self.cloud, "data", &key, steps.as_bytes()).unwrap();
    }

    fn drive(&mut self) {
        for part in [local_sagemaker::part(), crate::part()] {
            for controller in part.controllers {
                self.tasks.spawn(drive(self.cloud.clone(), controller));
            }
        }
    }

    async fn call(&self, operation: &str, members: &Value) -> Result<Value, AwsError> {
        let caller = (REGION, Principal::user());
        table::call(&self.cloud, apis::SAGEMAKER, operation, caller, members).await
    }

    async fn create(&self, request: &Value) -> Result<Value, AwsError> {
        self.call("CreateAutoMLJob", request).await
    }

    async fn describe(&self, name: &str) -> Value {
        let members = json!({ "AutoMLJobName": name });
        let described = self.call("DescribeAutoMLJobV2", &members);
        described.await.unwrap()
    }

    /// Describes it after every change until `look` finds what it waits for.
    async fn until<T>(&self, name: &str, mut look: impl FnMut(&Value) -> Option<T>) -> T {
        let mut changes = self.cloud.store.changes();
        loop {
            if let Some(found) = look(&self.describe(name).await) {
                return found;
            }
            changes.changed().await;
        }
    }

    async fn ended(&self, name: &str) -> Value {
        self.until(name, |job| job.get("EndTime").map(|_| job.clone()))
            .await
    }

    /// Creates it, runs it, and describes its end.
    async fn run(&mut self, request: &Value) -> Value {
        self.create(request).await.unwrap();
        self.drive();
        self.ended(request["AutoMLJobName"].as_str().unwrap()).await
    }

    async fn candidates(&self, name: &str, more: Value) -> Vec<Value> {
        let mut members = json!({ "AutoMLJobName": name });
        extend(&mut members, more);
        let listed = self.call("ListCandidatesForAutoMLJob", &members);
        let listed = listed.await.unwrap();
        listed["Candidates"].as_array().unwrap().clone()
    }

    /// The object of a URI.
    fn read(&self, uri: &str) -> String {
        let key = uri.strip_prefix("s3://data/").unwrap();
        let bytes = local_s3::get_bytes(&self.cloud, "data", key);
        String::from_utf8(bytes.unwrap()).unwrap()
    }
}

/// Lab 3's request, with at most so many candidates.
fn lab_3(candidates: u32) -> Value {
    json!({
        "AutoMLJobName": "lab",
        "InputDataConfig": [{
            "DataSource": { "S3DataSource": { "S3DataType": "S3Prefix", "S3Uri": "s3://data/reviews" } },
            "TargetAttributeName": "sentiment",
        }],
        "OutputDataConfig": { "S3OutputPath": "s3://data/autopilot/" },
        "AutoMLJobConfig": {
            "CompletionCriteria": {
                "MaxCandidates": candidates,
                "MaxRuntimePerTrainingJobInSeconds": 1200,
                "MaxAutoMLJobRuntimeInSeconds": 7200,
            },
        },
        "RoleArn": ROLE,
    })
}

/// The beginning of each name, and the value of the objective.
fn scores(candidates: &[Value]) -> Vec<(&str, Option<f64>)> {
    let candidates = candidates.iter();
    candidates
        .map(|candidate| {
            let name = candidate["CandidateName"].as_str().unwrap();
            let value = candidate["FinalAutoMLJobObjectiveMetric"]["Value"].as_f64();
            (&name[..7], value)
        })
        .collect()
}
