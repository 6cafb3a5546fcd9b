//! One training job, from its channels to its model archive.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::metrics;
use super::status::JobStatus;
use super::status::stopped;
use super::training::{self, CreateRequest, SecondaryStatus, TrainingJob};
use crate::containers::process::{self, End};
use crate::containers::{blocking, folder, inputs, outputs, program};
use local_core::Cloud;
use local_core::timestamp::Timestamp;

/// Below the state folder.
pub const FOLDER: &str = "training-jobs";

/// AWS's limit on `FailureReason`.
const MOST_CHARACTERS: usize = 1024;

pub async fn run(cloud: &Arc<Cloud>, region: &str, name: &str) {
    let Some(job) = cloud.store.read(|tx| training::get(tx, region, name)) else {
        return;
    };
    let (ending, failure_reason) = match attempt(cloud, region, &job).await {
        Ok(ending) => (ending, None),
        Err(reason) => (SecondaryStatus::Failed, Some(reason)),
    };
    if let Some(reason) = &failure_reason {
        tracing::info!(training_job.name = name, reason, "a training job failed");
    }
    let definitions = &job.request.algorithm_specification.metric_definitions;
    let now = Timestamp::now(&cloud.world);
    let metrics = metrics::last_values(definitions, &process::log_path(cloud, name), now);
    change(cloud, region, name, |job| {
        job.status = match ending {
            SecondaryStatus::Completed => JobStatus::Completed,
            SecondaryStatus::Failed => JobStatus::Failed,
            _ => JobStatus::Stopped,
        };
        job.final_metrics = metrics;
        job.failure_reason =
            failure_reason.map(|reason| reason.chars().take(MOST_CHARACTERS).collect());
        job.enter(ending, now);
        job.close(now);
    });
}

async fn attempt(
    cloud: &Arc<Cloud>,
    region: &str,
    job: &TrainingJob,
) -> Result<SecondaryStatus, String> {
    let name = &job.request.training_job_name;
    let base = folder::fresh(cloud, FOLDER, name).map_err(internal)?;
    enter(cloud, region, name, SecondaryStatus::Downloading);
    let prepared = {
        let (cloud, request, base) = (cloud.clone(), job.request.clone(), base.clone());
        blocking::run(move || prepare(&cloud, &request, &base)).await
    };
    let ending = match prepared {
        Ok(()) => execute(cloud, region, job, &base).await,
        Err(reason) => Err(reason),
    };
    folder::remove(&base);
    ending
}

fn prepare(cloud: &Cloud, request: &CreateRequest, base: &Path) -> Result<(), String> {
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
    let channels: Map<String, Value> = request
        .input_data_config
        .iter()
        .map(|channel| {
            let mut config = json!({
                "TrainingInputMode": "File",
                "S3DistributionType": "FullyReplicated",
                "RecordWrapperType": "None",
            });
            if let Some(content_type) = &channel.content_type {
                config["ContentType"] = content_type.as_str().into();
            }
            (channel.channel_name.clone(), config)
        })
        .collect();
    let config = base.join("input/config");
    for (file, content) in [
        ("hyperparameters.json", json!(request.hyper_parameters)),
        ("resourceconfig.json", resources),
        ("inputdataconfig.json", Value::Object(channels)),
    ] {
        folder::write(&config.join(file), content.to_string().as_bytes()).map_err(internal)?;
    }
    for created in ["model", "output/data", "checkpoints", "input/data"] {
        std::fs::create_dir_all(base.join(created)).map_err(internal)?;
    }
    for channel in &request.input_data_config {
        let source = &channel.data_source.s3_data_source;
        let target = base.join("input/data").join(&channel.channel_name);
        inputs::download(cloud, source.s3_data_type, &source.s3_uri, &target)?;
    }
    Ok(())
}

async fn execute(
    cloud: &Arc<Cloud>,
    region: &str,
    job: &TrainingJob,
    base: &Path,
) -> Result<SecondaryStatus, String> {
    let request = &job.request;
    let name = &request.training_job_name;
    let algorithm = &request.algorithm_specification;
    let program = program::program(cloud, &algorithm.training_image)?;
    let train = ["train".to_owned()];
    let own_entrypoint = !algorithm.container_entrypoint.is_empty();
    // An image's own program is called with `train`; an entry point replaces that call.
    let given: &[String] = if own_entrypoint || !algorithm.container_arguments.is_empty() {
        &algorithm.container_arguments
    } else {
        &train
    };
    let arguments = program::arguments(program, &algorithm.container_entrypoint, given)?;
    let mut command = program::command(cloud, program, base, region, name);
    command
        .args(arguments)
        .env("TRAINING_JOB_NAME", name)
        .env("TRAINING_JOB_ARN", &job.arn)
        .envs(&request.environment);
    change(cloud, region, name, |job| {
        let now = Timestamp::now(&cloud.world);
        job.started = Some(now);
        if job.status == JobStatus::InProgress {
            job.enter(SecondaryStatus::Training, now);
        }
    });
    let limit = Duration::from_secs(request.stopping_condition.max_runtime_in_seconds);
    let stop = stopped(&cloud.store, training::TRAINING_JOBS.kind(), |tx| {
        training::get(tx, region, name).map(|job| job.status)
    });
    let end = process::run(
        &cloud.world,
        command,
        &process::log_path(cloud, name),
        limit,
        stop,
    )
    .await
    .map_err(internal)?;
    let ending = match end {
        End::Stopped => SecondaryStatus::Stopped,
        End::TimedOut => SecondaryStatus::MaxRuntimeExceeded,
        End::Exited(status) if status.success() => SecondaryStatus::Completed,
        End::Exited(status) => {
            let failure = std::fs::read(base.join("output/failure")).unwrap_or_default();
            let failure = String::from_utf8_lossy(&failure);
            let code = process::exit_code(status);
            return Err(format!(
                "AlgorithmError: {}, exit code: {code}",
                failure.trim()
            ));
        }
    };
    if ending == SecondaryStatus::Completed {
        enter(cloud, region, name, SecondaryStatus::Uploading);
    }
    // What a stopped job has saved is kept, as on AWS.
    let (cloud, request, base) = (cloud.clone(), request.clone(), base.to_owned());
    blocking::run(move || upload(&cloud, &request, &base)).await?;
    Ok(ending)
}

fn upload(cloud: &Cloud, request: &CreateRequest, base: &Path) -> Result<(), String> {
    let model = base.join("model.tar.gz");
    outputs::upload_archive(
        cloud,
        &base.join("model"),
        &model,
        &request.model_artifacts(),
    )?;
    let output = base.join("output.tar.gz");
    let artifacts = request.output_artifacts();
    outputs::upload_archive(cloud, &base.join("output/data"), &output, &artifacts)?;
    Ok(())
}

fn enter(cloud: &Cloud, region: &str, name: &str, status: SecondaryStatus) {
    change(cloud, region, name, |job| {
        if job.status == JobStatus::InProgress {
            job.enter(status, Timestamp::now(&cloud.world));
        }
    });
}

/// Changes a job that is still there and still running.
fn change(cloud: &Cloud, region: &str, name: &str, change: impl FnOnce(&mut TrainingJob)) {
    let written: Result<(), Infallible> = cloud.store.write(|tx| {
        if let Some(mut job) = training::get(tx, region, name)
            && !job.status.is_final()
        {
            change(&mut job);
            training::put(cloud, tx, region, job);
        }
        Ok(())
    });
    let Ok(()) = written;
}

fn internal(error: impl std::fmt::Display) -> String {
    format!("InternalServerError: {error}")
}
