//! CreateHyperParameterTuningJob.

use local_core::store::Tx;
use local_core::tags;
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Cloud};
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{self, JobKind, Training};
use serde_json::json;
use tuning::Values;

use super::check::check;
use super::error::in_use;
use super::event;
use super::job::{JOBS, TuningJob};
use super::request::CreateRequest;
use super::warm_start;

const RESOURCE: &str = "hyper-parameter-tuning-job";

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    let (cloud, region) = (&call.cloud, &call.region);
    let request = checked(request)?;
    cloud.store.write(|tx| {
        let arn = put_new(cloud, tx, region, request)?;
        Ok(json!({ "HyperParameterTuningJobArn": arn }))
    })
}

/// All that can be said of a request without the state.
pub fn checked(mut request: CreateRequest) -> Result<CreateRequest, AwsError> {
    let objective = request.objective().metric_name.clone();
    request.training_job_definition.complete(&objective)?;
    check(&request)?;
    Ok(request)
}

/// Stores a tuning job of a checked request, and returns its ARN; the engine starts its training jobs.
pub fn put_new(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    request: CreateRequest,
) -> Result<String, AwsError> {
    let drawn = cloud.world.dice("sagemaker/tuning-seed");
    let given = request.hyper_parameter_tuning_job_config.random_seed;
    let seed = given.unwrap_or_else(|| drawn.number());
    let definition = &request.training_job_definition;
    cloud.check_trust(tx, &definition.role_arn, "sagemaker.amazonaws.com")?;
    if JOBS.contains(tx, region, request.name()) {
        return Err(in_use(request.name()));
    }
    // All that may run at once: that is what AWS counts.
    let mut wanted = Training::instances(&definition.request("job", &Values::new(), &[]));
    let at_once = request.limits().max_parallel_training_jobs;
    wanted.instance_count = wanted.instance_count.saturating_mul(at_once);
    jobs::check_quota::<Training>(cloud, tx, region, &wanted)?;
    let now = Timestamp::now(&cloud.world);
    let resource = format!("{RESOURCE}/{}", request.name());
    let job = TuningJob {
        arn: cloud.arn("sagemaker", region, &resource),
        status: JobStatus::InProgress,
        failure_reason: None,
        created: now,
        modified: now,
        ended: None,
        ending: None,
        seed,
        inherited: warm_start::inherit(tx, region, &request)?,
        request,
    };
    tags::create(tx, &job.arn, &job.request.tags);
    event::turn((cloud, tx), region, &job);
    Ok(job.arn)
}
