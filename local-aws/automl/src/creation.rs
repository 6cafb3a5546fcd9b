//! CreateAutoMLJob and CreateAutoMLJobV2.

use local_core::Call;
use local_core::names;
use local_core::tags;
use local_core::timestamp::Timestamp;
use local_core::wire::Reply;
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{self, JobKind, Processing, Training};
use serde_json::json;

use super::check::{check, no_image};
use super::error::in_use;
use super::first_version;
use super::job::{AutoMlJob, JOBS, Secondary};
use super::request::CreateRequest;
use super::steps::Steps;

const RESOURCE: &str = "automl-job";

pub async fn create_first(call: Call, request: first_version::CreateRequest) -> Reply {
    put(&call, request.try_into()?, true)
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    put(&call, request, false)
}

fn put(call: &Call, request: CreateRequest, is_of_first_version: bool) -> Reply {
    let (cloud, region) = (&call.cloud, &call.region);
    check(&request)?;
    let now = Timestamp::now(&cloud.world);
    let job = AutoMlJob {
        arn: names::arn(call, RESOURCE, &request.name),
        status: JobStatus::InProgress,
        secondary: Secondary::Starting,
        failure_reason: None,
        partial_failure: None,
        created: now,
        modified: now,
        ended: None,
        ending: None,
        signs: cloud.world.dice("sagemaker/automl-job").hex(8),
        features: None,
        resolved: None,
        is_of_first_version,
        request,
    };
    let steps = Steps::of(cloud, region, &job).ok_or_else(no_image)?;
    cloud.store.write(|tx| {
        cloud.check_trust(tx, &job.request.role_arn, "sagemaker.amazonaws.com")?;
        let names = JOBS.keys(tx).into_iter();
        let mut names = names.filter(|(scope, _)| scope == region);
        if names.any(|(_, name)| name.eq_ignore_ascii_case(job.name())) {
            return Err(in_use(job.name()));
        }
        // AWS counts what its jobs will run on: here one at a time.
        let processing = Processing::instances(&steps.analyze());
        jobs::check_quota::<Processing>(cloud, tx, region, &processing)?;
        let training = Training::instances(&steps.training(1));
        jobs::check_quota::<Training>(cloud, tx, region, &training)?;
        tags::create(tx, &job.arn, &job.request.tags);
        job.put(tx, region);
        Ok(json!({ "AutoMLJobArn": job.arn }))
    })
}
