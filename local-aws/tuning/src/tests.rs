//! Tuning jobs by their operations; their training jobs really run.

mod criteria;
mod early_stopping;
mod life;
mod lists;
mod refusals;
mod restart;
mod warm_start;

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

struct Bench {
    cloud: Arc<Cloud>,
    folder: TempDir,
    tasks: JoinSet<()>,
}

impl Bench {
    /// Nothing is driven.
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(configure: impl FnOnce(&mut Settings)) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), configure)
    }

    fn in_folder(folder: TempDir, configure: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::new(folder.path().join("state"));
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/trial.sh");
        settings.images.insert("trial".into(), program);
        configure(&mut settings);
        let cloud = Arc::new(Cloud::open(settings).unwrap());
        let (jobs, part) = (local_sagemaker::part(), crate::part());
        let limits = jobs.constraints.into_iter().chain(part.constraints);
        constraints::set(&cloud, limits);
        let operations = jobs.operations.into_iter().chain(part.operations);
        Table::new(operations.collect()).set(&cloud);
        let bucket = Bucket {
            region: REGION.to_owned(),
            created: cloud.world.now(),
            event_bridge: false,
        };
        // A second bench in the folder finds it.
        let _ = cloud
            .store
            .write(|tx| local_s3::create_bucket(tx, "data", &bucket));
        Self {
            cloud,
            folder,
            tasks: JoinSet::new(),
        }
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
        self.call("CreateHyperParameterTuningJob", request).await
    }

    async fn describe(&self, name: &str) -> Value {
        let members = json!({ "HyperParameterTuningJobName": name });
        let described = self.call("DescribeHyperParameterTuningJob", &members);
        described.await.unwrap()
    }

    /// Describes it after every change until `look` finds what it waits for.
    async fn until<T>(&self, name: &str, look: impl Fn(&Value) -> Option<T>) -> T {
        let mut changes = self.cloud.store.changes();
        loop {
            if let Some(found) = look(&self.describe(name).await) {
                return found;
            }
            changes.changed().await;
        }
    }

    async fn ended(&self, name: &str) -> Value {
        let end = "HyperParameterTuningEndTime";
        self.until(name, |job| job.get(end).map(|_| job.clone()))
            .await
    }

    /// Creates it, runs it, and describes its end.
    async fn run(&mut self, request: &Value) -> Value {
        self.create(request).await.unwrap();
        self.drive();
        let name = request["HyperParameterTuningJobName"].as_str().unwrap();
        self.ended(name).await
    }

    async fn training_jobs(&self, name: &str, more: Value) -> Vec<Value> {
        let mut members = json!({ "HyperParameterTuningJobName": name });
        extend(&mut members, more);
        let operation = "ListTrainingJobsForHyperParameterTuningJob";
        let listed = self.call(operation, &members).await.unwrap();
        listed["TrainingJobSummaries"].as_array().unwrap().clone()
    }

    /// The values that were tried, in the order of their launch.
    async fn tried(&self, name: &str) -> Vec<Value> {
        let jobs = self.training_jobs(name, json!({ "MaxResults": 100 }));
        let jobs = jobs.await.into_iter();
        jobs.map(|job| job["TunedHyperParameters"].clone())
            .collect()
    }

    /// The details of what was emitted so far.
    fn events(&self) -> Vec<Value> {
        let pending = self.cloud.store.read(|tx| tx.pending_events(u32::MAX));
        let events = pending.into_iter().map(|pending| pending.event);
        let kind = "SageMaker HyperParameter Tuning Job State Change";
        let ours = events.filter(|event| event.detail_type == kind);
        ours.map(|event| event.detail).collect()
    }
}

/// Lab 8's settings, with this line of shell for each training job.
fn lab_8(script: &str) -> Value {
    json!({
        "HyperParameterTuningJobName": "lab",
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": { "Type": "Maximize", "MetricName": "validation:accuracy" },
            "ResourceLimits": { "MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 2 },
            "ParameterRanges": {
                "IntegerParameterRanges": [],
                "ContinuousParameterRanges": [
                    { "Name": "learning_rate", "MinValue": "0.00001", "MaxValue": "0.00005", "ScalingType": "Linear" },
                ],
                "CategoricalParameterRanges": [
                    { "Name": "batch_size", "Values": ["128", "256"] },
                ],
            },
            "TrainingJobEarlyStoppingType": "Auto",
            "RandomSeed": 8,
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": { "epochs": "3" },
            "AlgorithmSpecification": {
                "TrainingImage": "registry/trial:1", "TrainingInputMode": "File",
                "MetricDefinitions": [
                    { "Name": "validation:accuracy", "Regex": "accuracy: (\\S+)" },
                ],
            },
            "RoleArn": ROLE,
            "OutputDataConfig": { "S3OutputPath": "s3://data/models" },
            "HyperParameterTuningResourceConfig": {
                "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1,
            },
            "StoppingCondition": { "MaxRuntimeInSeconds": 60 },
            "Environment": { "TRIAL": script },
        },
    })
}

/// With other limits: training jobs in all and at once.
fn with_limits(mut request: Value, jobs: u32, at_once: u32) -> Value {
    request["HyperParameterTuningJobConfig"]["ResourceLimits"] =
        json!({ "MaxNumberOfTrainingJobs": jobs, "MaxParallelTrainingJobs": at_once });
    request
}
