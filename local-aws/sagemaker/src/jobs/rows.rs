//! The documents of jobs.

use super::event;
use super::kind::{Job, JobKind, JobState, Stage};
use super::status::JobStatus;
use crate::slots::{self, Slot};
use local_core::Cloud;
use local_core::store::Tx;
use local_core::tags;
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;

pub fn get<K: JobKind>(tx: &Tx, region: &str, name: &str) -> Option<Job<K>> {
    K::JOBS.get(tx, region, name)
}

/// The work of Create, also for a pipeline's step. Job names are used once per account and region.
pub fn put_new<K: JobKind>(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    request: K::Request,
) -> Result<Job<K>, AwsError> {
    put_new_with(cloud, tx, region, request, K::Details::default())
}

/// The same for a job that a tuning or an AutoML job launches, which its details tell.
pub fn put_new_with<K: JobKind>(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    request: K::Request,
    mut details: K::Details,
) -> Result<Job<K>, AwsError> {
    let name = K::name(&request).to_owned();
    K::check(&request)?;
    cloud.check_trust(tx, K::role_arn(&request), "sagemaker.amazonaws.com")?;
    let arn = cloud.arn("sagemaker", region, &format!("{}/{name}", K::RESOURCE));
    if K::JOBS.contains(tx, region, &name) {
        return Err(AwsError::new(
            400,
            "ResourceInUse",
            format!(
                "Job name must be unique within an AWS account and region, and a job with this \
                 name already exists ({arn})"
            ),
        ));
    }
    check_quota::<K>(cloud, tx, region, &K::instances(&request))?;
    let now = Timestamp::now(&cloud.world);
    K::enter(&mut details, Stage::Starting, now);
    let state = JobState {
        arn,
        status: JobStatus::InProgress,
        created: now,
        modified: now,
        started: None,
        ended: None,
        failure_reason: None,
        log_begins: 0,
        details,
    };
    tags::create(tx, &state.arn, K::tags(&request));
    let job = Job { state, request };
    put(cloud, tx, region, job.clone());
    Ok(job)
}

/// Refuses instances for jobs of this kind beyond the quota of their type.
pub fn check_quota<K: JobKind>(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    wanted: &Slot,
) -> Result<(), AwsError> {
    let active = K::ACTIVE.list(tx, region).into_iter().map(|(_, slot)| slot);
    let usage = format!("{} job usage", K::NAME.to_lowercase());
    slots::check(cloud, &usage, active, wanted)
}

/// Asks a running job to end; false where none runs.
pub fn request_stop<K: JobKind>(cloud: &Cloud, tx: &Tx, region: &str, name: &str) -> bool {
    let job = get::<K>(tx, region, name);
    let Some(mut job) = job.filter(|job| !job.state.status.is_final()) else {
        return false;
    };
    job.state.status = JobStatus::Stopping;
    let now = Timestamp::now(&cloud.world);
    K::enter(&mut job.state.details, Stage::Stopping, now);
    put(cloud, tx, region, job);
    true
}

/// Changes a job that is still there and still running.
pub fn change<K: JobKind>(
    cloud: &Cloud,
    region: &str,
    name: &str,
    change: impl FnOnce(&mut JobState<K>, Timestamp),
) {
    cloud.store.update(|tx| {
        if let Some(mut job) = get::<K>(tx, region, name)
            && !job.state.status.is_final()
        {
            change(&mut job.state, Timestamp::now(&cloud.world));
            put(cloud, tx, region, job);
        }
    });
}

/// Stores a job and tells the bus; a job that ended leaves the runner's list.
fn put<K: JobKind>(cloud: &Cloud, tx: &Tx, region: &str, mut job: Job<K>) {
    let name = K::name(&job.request).to_owned();
    job.state.modified = Timestamp::now(&cloud.world);
    if job.state.status.is_final() {
        K::ACTIVE.delete(tx, region, &name);
    } else {
        K::ACTIVE.put(tx, region, &name, &K::instances(&job.request));
    }
    K::JOBS.put(tx, region, &name, &job);
    tx.emit(&event::changed(cloud, tx, region, &job));
}
