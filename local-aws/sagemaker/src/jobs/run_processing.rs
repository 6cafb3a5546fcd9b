//! One processing job, from its inputs to its outputs.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::processing::{self, CreateRequest, ProcessingJob};
use super::status::JobStatus;
use super::status::stopped;
use crate::containers::process::{self, End};
use crate::containers::{blocking, folder, inputs, outputs, program};
use local_core::Cloud;
use local_core::timestamp::Timestamp;

/// Below the state folder.
pub const FOLDER: &str = "processing-jobs";

/// AWS's limit on `ExitMessage` and `FailureReason`.
const MOST_CHARACTERS: usize = 1024;

/// How it ended, before it is written down.
struct Ending {
    status: JobStatus,
    exit_message: Option<String>,
    failure_reason: Option<String>,
}

pub async fn run(cloud: &Arc<Cloud>, region: &str, name: &str) {
    let Some(job) = cloud.store.read(|tx| processing::get(tx, region, name)) else {
        return;
    };
    let ending = match attempt(cloud, region, &job).await {
        Ok(ending) => ending,
        Err(reason) => Ending {
            status: JobStatus::Failed,
            exit_message: None,
            failure_reason: Some(reason),
        },
    };
    finish(cloud, region, name, ending);
}

async fn attempt(cloud: &Arc<Cloud>, region: &str, job: &ProcessingJob) -> Result<Ending, String> {
    let request = &job.request;
    let name = &request.processing_job_name;
    let base = folder::fresh(cloud, FOLDER, name).map_err(internal)?;
    let prepared = {
        let (cloud, request, arn) = (cloud.clone(), request.clone(), job.arn.clone());
        let base = base.clone();
        blocking::run(move || prepare(&cloud, &request, &arn, &base)).await
    };
    let ending = match prepared {
        Ok(()) => execute(cloud, region, job, &base).await,
        Err(reason) => Err(reason),
    };
    folder::remove(&base);
    ending
}

fn prepare(cloud: &Cloud, request: &CreateRequest, arn: &str, base: &Path) -> Result<(), String> {
    let mut config = request.described();
    config["ProcessingJobArn"] = arn.into();
    let resources = json!({ "current_host": "algo-1", "hosts": ["algo-1"] });
    for (file, content) in [
        ("processingjobconfig", config),
        ("resourceconfig", resources),
    ] {
        let path = base.join("config").join(file).with_extension("json");
        folder::write(&path, content.to_string().as_bytes()).map_err(internal)?;
    }
    std::fs::create_dir_all(base.join("output")).map_err(internal)?;
    for input in &request.processing_inputs {
        let input = &input.s3_input;
        let target = folder::below(base, &input.local_path).map_err(client)?;
        inputs::download(cloud, input.s3_data_type, &input.s3_uri, &target)?;
    }
    for output in request.outputs() {
        let target = folder::below(base, &output.s3_output.local_path).map_err(client)?;
        std::fs::create_dir_all(target).map_err(internal)?;
    }
    Ok(())
}

async fn execute(
    cloud: &Arc<Cloud>,
    region: &str,
    job: &ProcessingJob,
    base: &Path,
) -> Result<Ending, String> {
    let request = &job.request;
    let name = &request.processing_job_name;
    let app = &request.app_specification;
    let program = program::program(cloud, &app.image_uri)?;
    let arguments =
        program::arguments(program, &app.container_entrypoint, &app.container_arguments)?;
    let mut command = program::command(cloud, program, base, region, name);
    command
        .args(arguments)
        .env("PROCESSING_JOB_ARN", &job.arn)
        .envs(&request.environment);
    started(cloud, region, name);
    let seconds = request
        .stopping_condition
        .map_or(ONE_DAY, |condition| condition.max_runtime_in_seconds);
    let stop = stopped(&cloud.store, processing::PROCESSING_JOBS.kind(), |tx| {
        processing::get(tx, region, name).map(|job| job.status)
    });
    let limit = Duration::from_secs(seconds);
    let end = process::run(
        &cloud.world,
        command,
        &process::log_path(cloud, name),
        limit,
        stop,
    )
    .await
    .map_err(internal)?;
    let exit_message = message(base);
    let ending = |status, failure_reason| Ending {
        status,
        exit_message: exit_message.clone(),
        failure_reason,
    };
    match end {
        End::Stopped => Ok(ending(JobStatus::Stopped, None)),
        End::TimedOut => Ok(ending(
            JobStatus::Failed,
            Some(format!(
                "ClientError: Max runtime of {seconds} seconds exceeded"
            )),
        )),
        End::Exited(status) if status.success() => {
            let (cloud, request, base) = (cloud.clone(), request.clone(), base.to_owned());
            blocking::run(move || upload(&cloud, &request, &base)).await?;
            Ok(ending(JobStatus::Completed, None))
        }
        End::Exited(status) => {
            let reason = exit_message
                .clone()
                .unwrap_or_else(|| "See job logs for more information".to_owned());
            let code = process::exit_code(status);
            Ok(ending(
                JobStatus::Failed,
                Some(format!("AlgorithmError: {reason}, exit code: {code}")),
            ))
        }
    }
}

/// AWS's default limit.
const ONE_DAY: u64 = 24 * 3600;

fn upload(cloud: &Cloud, request: &CreateRequest, base: &Path) -> Result<(), String> {
    for output in request.outputs() {
        let source = folder::below(base, &output.s3_output.local_path).map_err(client)?;
        outputs::upload(cloud, &source, &output.s3_output.s3_uri)?;
    }
    Ok(())
}

fn message(base: &Path) -> Option<String> {
    let text = std::fs::read(base.join("output/message")).ok()?;
    let text = String::from_utf8_lossy(&text);
    let text: String = text.trim().chars().take(MOST_CHARACTERS).collect();
    (!text.is_empty()).then_some(text)
}

fn started(cloud: &Cloud, region: &str, name: &str) {
    change(cloud, region, name, |job| {
        job.started = Some(Timestamp::now(&cloud.world));
    });
}

fn finish(cloud: &Cloud, region: &str, name: &str, ending: Ending) {
    if let Some(reason) = &ending.failure_reason {
        tracing::info!(
            processing_job.name = name,
            reason,
            "a processing job failed"
        );
    }
    change(cloud, region, name, |job| {
        job.status = ending.status;
        job.exit_message = ending.exit_message;
        job.failure_reason = ending
            .failure_reason
            .map(|reason| reason.chars().take(MOST_CHARACTERS).collect());
        job.ended = Some(Timestamp::now(&cloud.world));
    });
}

/// Changes a job that is still there and still running.
fn change(cloud: &Cloud, region: &str, name: &str, change: impl FnOnce(&mut ProcessingJob)) {
    let written: Result<(), Infallible> = cloud.store.write(|tx| {
        if let Some(mut job) = processing::get(tx, region, name)
            && !job.status.is_final()
        {
            change(&mut job);
            processing::put(cloud, tx, region, job);
        }
        Ok(())
    });
    let Ok(()) = written;
}

fn internal(error: impl std::fmt::Display) -> String {
    format!("InternalServerError: {error}")
}

fn client(what: impl std::fmt::Display) -> String {
    format!("ClientError: {what}")
}
