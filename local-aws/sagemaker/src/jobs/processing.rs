//! Processing jobs.

mod request;

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::kind::{Container, Job, JobKind, JobState, Left, Spell};
use super::requests;
use super::status::JobStatus;
use crate::slots::Slot;
use local_containers::objects::InName;
use local_containers::{folder, inputs, outputs, program};
use local_core::listing::SortOrder;
use local_core::store::Table;
use local_core::tags::Tag;
use local_core::wire::AwsError;
use request::CreateRequest;

#[derive(Clone)]
pub struct Processing;

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Details {
    exit_message: Option<String>,
    /// Of the AutoML job that launched it.
    #[serde(default)]
    automl_job_arn: Option<String>,
}

impl JobKind for Processing {
    const NAME: &'static str = "Processing";
    const RESOURCE: &'static str = "processing-job";
    const JOBS: Table<Job<Self>> = Table::new("sagemaker/processing-job");
    const ACTIVE: Table<Slot> = Table::new("sagemaker/active-processing-job");
    const LIST_ORDER: SortOrder = SortOrder::Ascending;
    const MESSAGE_FILE: &'static str = "output/message";
    const NO_MESSAGE: &'static str = "See job logs for more information";
    const TIMED_OUT: JobStatus = JobStatus::Failed;
    const KEEPS_PARTIAL_RESULTS: bool = false;

    type Request = CreateRequest;
    type Details = Details;

    /// Source: aws-controllers-k8s/sagemaker-controller, generator.yaml, which knows a missing job by these words.
    fn missing(name: &str) -> String {
        format!("Could not find requested job with name: {name}")
    }

    fn name(request: &CreateRequest) -> &str {
        &request.processing_job_name
    }

    fn role_arn(request: &CreateRequest) -> &str {
        &request.role_arn
    }

    fn tags(request: &CreateRequest) -> &[Tag] {
        &request.tags
    }

    fn instances(request: &CreateRequest) -> Slot {
        let cluster = &request.processing_resources.cluster_config;
        Slot {
            instance_type: cluster.instance_type.clone(),
            instance_count: cluster.instance_count,
        }
    }

    fn check(request: &CreateRequest) -> Result<(), AwsError> {
        program::check_environment(&request.environment)?;
        requests::check_instance_count(Self::NAME, Self::instances(request).instance_count)
    }

    fn members(job: &Job<Self>, _spell: Spell) -> Value {
        json!({
            "ExitMessage": job.state.details.exit_message,
            "AutoMLJobArn": job.state.details.automl_job_arn,
        })
    }

    fn described(_job: &Job<Self>) -> Value {
        Value::Null
    }

    fn summary(state: &JobState<Self>) -> Value {
        json!({
            "FailureReason": state.failure_reason,
            "ExitMessage": state.details.exit_message,
        })
    }

    fn keep(details: &mut Details, left: Left) {
        details.exit_message = left.message;
    }

    fn container(job: &Job<Self>) -> Container<'_> {
        let request = &job.request;
        let app = &request.app_specification;
        let seconds = request
            .stopping_condition
            .map_or_else(requests::one_day, |condition| {
                condition.max_runtime_in_seconds
            });
        Container {
            image: &app.image_uri,
            entrypoint: &app.container_entrypoint,
            arguments: &app.container_arguments,
            own_arguments: &[],
            environment: &request.environment,
            own_variables: vec![("PROCESSING_JOB_ARN", job.state.arn.clone())],
            limit: Duration::from_secs(seconds),
        }
    }

    fn prepare(role: &InName, job: &Job<Self>, folder: &Path) -> Result<(), String> {
        configure(job, folder).map_err(internal)?;
        for input in &job.request.processing_inputs {
            let input = &input.s3_input;
            let target = folder::below(folder, &input.local_path).map_err(client)?;
            inputs::download(role, input.s3_data_type, &input.s3_uri, &target)?;
        }
        for output in job.request.outputs() {
            let target = folder::below(folder, &output.s3_output.local_path).map_err(client)?;
            std::fs::create_dir_all(target).map_err(internal)?;
        }
        Ok(())
    }

    fn upload(role: &InName, request: &CreateRequest, folder: &Path) -> Result<(), String> {
        for output in request.outputs() {
            let source = folder::below(folder, &output.s3_output.local_path).map_err(client)?;
            outputs::upload(role, &source, &output.s3_output.s3_uri)?;
        }
        Ok(())
    }
}

impl Details {
    /// Of a processing job that an AutoML job launches.
    pub fn of_automl_job(arn: &str) -> Self {
        Self {
            automl_job_arn: Some(arn.to_owned()),
            ..Self::default()
        }
    }
}

/// Writes what a container finds below `/opt/ml` besides its inputs.
fn configure(job: &Job<Processing>, folder: &Path) -> std::io::Result<()> {
    let mut config = requests::described(&job.request);
    config["ProcessingJobArn"] = job.state.arn.as_str().into();
    let resources = json!({ "current_host": "algo-1", "hosts": ["algo-1"] });
    for (file, content) in [
        ("processingjobconfig.json", config),
        ("resourceconfig.json", resources),
    ] {
        let path = folder.join("config").join(file);
        folder::write(&path, content.to_string().as_bytes())?;
    }
    std::fs::create_dir_all(folder.join("output"))
}

fn internal(error: impl std::fmt::Display) -> String {
    format!("InternalServerError: {error}")
}

fn client(what: impl std::fmt::Display) -> String {
    format!("ClientError: {what}")
}
