//! Training jobs.

pub mod request;
mod secondary;

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::kind::{Container, Job, JobKind, JobState, Left, Spell, Stage};
use super::metrics::{self, Metric};
use super::status::JobStatus;
use crate::slots::Slot;
use local_containers::checkpoints::Checkpoints;
use local_containers::objects::InName;
use local_containers::{folder, inputs, outputs, program};
use local_core::listing::SortOrder;
use local_core::store::Table;
use local_core::tags::Tag;
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;
use request::CreateRequest;
use secondary::{SecondaryStatus, Transitions};

#[derive(Clone)]
pub struct Training;

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Details {
    /// Of the tuning job that launched it.
    tuning_job_arn: Option<String>,
    /// Of the AutoML job that launched it.
    #[serde(default)]
    automl_job_arn: Option<String>,
    final_metrics: Vec<Metric>,
    transitions: Transitions,
}

impl JobKind for Training {
    const NAME: &'static str = "Training";
    const RESOURCE: &'static str = "training-job";
    const JOBS: Table<Job<Self>> = Table::new("sagemaker/training-job");
    const ACTIVE: Table<Slot> = Table::new("sagemaker/active-training-job");
    const LIST_ORDER: SortOrder = SortOrder::Descending;
    const MESSAGE_FILE: &'static str = "output/failure";
    const NO_MESSAGE: &'static str = "";
    const TIMED_OUT: JobStatus = JobStatus::Stopped;
    const KEEPS_PARTIAL_RESULTS: bool = true;

    type Request = CreateRequest;
    type Details = Details;

    /// Source: aws/aws-sdk issue 165, which quotes the answer.
    fn missing(_name: &str) -> String {
        "Requested resource not found.".to_owned()
    }

    fn name(request: &CreateRequest) -> &str {
        &request.training_job_name
    }

    fn role_arn(request: &CreateRequest) -> &str {
        &request.role_arn
    }

    fn tags(request: &CreateRequest) -> &[Tag] {
        &request.tags
    }

    fn instances(request: &CreateRequest) -> Slot {
        Slot {
            instance_type: request.resource_config.instance_type.clone(),
            instance_count: request.resource_config.instance_count,
        }
    }

    fn check(request: &CreateRequest) -> Result<(), AwsError> {
        program::check_environment(&request.environment)?;
        request.check()
    }

    fn members(job: &Job<Self>, spell: Spell) -> Value {
        json!({
            "TuningJobArn": job.state.details.tuning_job_arn,
            "AutoMLJobArn": job.state.details.automl_job_arn,
            "SecondaryStatus": job.state.details.transitions.last(),
            "ModelArtifacts": { "S3ModelArtifacts": job.request.model_artifacts() },
            "SecondaryStatusTransitions": job.state.details.transitions.described(spell),
        })
    }

    fn described(job: &Job<Self>) -> Value {
        let metrics = job.state.details.final_metrics.iter().map(|metric| {
            json!({
                "MetricName": metric.name,
                "Value": metric.value,
                "Timestamp": metric.at.seconds(),
            })
        });
        let seconds = job.state.started.zip(job.state.ended).map(|(start, end)| {
            // Whole seconds, each begun one counted as AWS bills it: the service's model knows no
            // time of none.
            end.seconds_since(start).ceil().max(1.0) as i64
        });
        json!({
            "FinalMetricDataList": metrics.collect::<Vec<_>>(),
            "TrainingTimeInSeconds": seconds,
            "BillableTimeInSeconds": seconds,
            "EnableNetworkIsolation": false,
            "EnableInterContainerTrafficEncryption": false,
            "EnableManagedSpotTraining": job.request.enable_managed_spot_training == Some(true),
            "ProfilingStatus": "Disabled",
        })
    }

    fn summary(state: &JobState<Self>) -> Value {
        json!({ "SecondaryStatus": state.details.transitions.last() })
    }

    fn metrics(job: &Job<Self>, log: &Path, now: Timestamp) -> Vec<Metric> {
        let definitions = &job.request.algorithm_specification.metric_definitions;
        if definitions.is_empty() {
            return Vec::new();
        }
        let log = metrics::text(log, job.state.log_begins);
        metrics::last_values(definitions, &log, now)
    }

    fn enter(details: &mut Details, stage: Stage, now: Timestamp) {
        details.transitions.enter(stage, now);
    }

    fn keep(details: &mut Details, left: Left) {
        details.final_metrics = left.metrics;
    }

    fn container(job: &Job<Self>) -> Container<'_> {
        let request = &job.request;
        let algorithm = &request.algorithm_specification;
        Container {
            image: &algorithm.training_image,
            entrypoint: &algorithm.container_entrypoint,
            arguments: &algorithm.container_arguments,
            own_arguments: &["train"],
            environment: &request.environment,
            own_variables: vec![
                ("TRAINING_JOB_NAME", request.training_job_name.clone()),
                ("TRAINING_JOB_ARN", job.state.arn.clone()),
            ],
            limit: Duration::from_secs(request.stopping_condition.max_runtime_in_seconds),
        }
    }

    fn prepare(role: &InName, job: &Job<Self>, folder: &Path) -> Result<(), String> {
        configure(&job.request, folder).map_err(|error| format!("InternalServerError: {error}"))?;
        for channel in &job.request.input_data_config {
            let name = &channel.channel_name;
            let source = &channel.data_source.s3_data_source;
            let target = folder::join(&folder.join("input/data"), name)
                .ok_or_else(|| format!("ClientError: channel '{name}' leaves its folder"))?;
            inputs::download(role, source.s3_data_type, &source.s3_uri, &target)?;
        }
        Ok(())
    }

    fn checkpoints(request: &CreateRequest, folder: &Path) -> Option<Checkpoints> {
        let config = request.checkpoint_config.as_ref()?;
        // Checked when the job was created.
        let folder = folder::below(folder, config.local_folder()).ok()?;
        Some(Checkpoints::new(folder, &config.s3_uri))
    }

    fn upload(role: &InName, request: &CreateRequest, folder: &Path) -> Result<(), String> {
        for (source, archive, uri) in [
            ("model", "model.tar.gz", request.model_artifacts()),
            ("output/data", "output.tar.gz", request.output_artifacts()),
        ] {
            outputs::upload_archive(role, &folder.join(source), &folder.join(archive), &uri)?;
        }
        Ok(())
    }
}

impl Details {
    /// Of a training job that a tuning job launches.
    pub fn of_tuning_job(arn: &str) -> Self {
        Self {
            tuning_job_arn: Some(arn.to_owned()),
            ..Self::default()
        }
    }

    /// Of a training job that an AutoML job launches.
    pub fn of_automl_job(arn: &str) -> Self {
        Self {
            automl_job_arn: Some(arn.to_owned()),
            ..Self::default()
        }
    }
}

impl Job<Training> {
    /// The last value of a metric, once it has ended.
    pub fn final_value(&self, metric: &str) -> Option<f64> {
        let mut metrics = self.state.details.final_metrics.iter();
        let found = metrics.find(|found| found.name == metric);
        found.map(|metric| metric.value)
    }

    /// Its program has ended well, and its model is on its way to S3.
    pub fn is_uploading(&self) -> bool {
        self.state.details.transitions.last() == SecondaryStatus::Uploading
    }

    /// Stopped by its own `MaxRuntimeInSeconds`, not by a call.
    pub fn ran_too_long(&self) -> bool {
        let status = self.state.details.transitions.last();
        self.state.status.is_final() && status == SecondaryStatus::MaxRuntimeExceeded
    }
}

/// Writes what a container finds below `/opt/ml` besides its channels.
fn configure(request: &CreateRequest, folder: &Path) -> std::io::Result<()> {
    let instance_type = &request.resource_config.instance_type;
    let resources = json!({
        "current_host": "algo-1",
        "current_instance_type": instance_type,
        "current_group_name": "homogeneousCluster",
        "hosts": ["algo-1"],
        "instance_groups": [{
            "instance_group_name": "homogeneousCluster",
            "instance_type": instance_type,
            "hosts": ["algo-1"],
        }],
        "network_interface_name": "lo",
    });
    let channels = request.input_data_config.iter().map(|channel| {
        let mut config = json!({
            "TrainingInputMode": "File",
            "S3DistributionType": "FullyReplicated",
            "RecordWrapperType": "None",
        });
        if let Some(content_type) = &channel.content_type {
            config["ContentType"] = content_type.as_str().into();
        }
        (channel.channel_name.clone(), config)
    });
    let channels: Map<String, Value> = channels.collect();
    for (file, content) in [
        ("hyperparameters.json", json!(request.hyper_parameters)),
        ("resourceconfig.json", resources),
        ("inputdataconfig.json", Value::Object(channels)),
    ] {
        let path = folder.join("input/config").join(file);
        folder::write(&path, content.to_string().as_bytes())?;
    }
    for created in ["model", "output/data", "input/data"] {
        std::fs::create_dir_all(folder.join(created))?;
    }
    Ok(())
}
