//! A tuning job as it is kept.

use local_core::Cloud;
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;
use local_sagemaker::jobs::status::JobStatus;
use serde::{Deserialize, Serialize};

use super::error::not_found;
use super::inherited::Inherited;
use super::request::CreateRequest;

/// By region and name.
pub const JOBS: Table<TuningJob> = Table::new("sagemaker/hyper-parameter-tuning-job");
/// Those in progress: a row for each, so that the engine need not read all.
pub const ACTIVE: Table<JobStatus> = Table::new("sagemaker/active-hyper-parameter-tuning-job");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TuningJob {
    pub arn: String,
    pub status: JobStatus,
    pub failure_reason: Option<String>,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub ended: Option<Timestamp>,
    /// How it ends, once that is decided: its training jobs are stopped first, and what they come to decides nothing anew.
    pub ending: Option<Ending>,
    /// `RandomSeed`, or one that was drawn when it was created.
    pub seed: u64,
    /// What it starts warm with.
    pub inherited: Vec<Inherited>,
    pub request: CreateRequest,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    pub status: JobStatus,
    pub failure_reason: Option<String>,
}

impl Ending {
    pub const COMPLETED: Self = Self {
        status: JobStatus::Completed,
        failure_reason: None,
    };
    pub const STOPPED: Self = Self {
        status: JobStatus::Stopped,
        failure_reason: None,
    };

    pub fn failed(reason: String) -> Self {
        Self {
            status: JobStatus::Failed,
            failure_reason: Some(reason),
        }
    }
}

impl TuningJob {
    pub fn find(tx: &Tx, region: &str, name: &str) -> Result<Self, AwsError> {
        JOBS.get(tx, region, name).ok_or_else(|| not_found(name))
    }

    pub fn name(&self) -> &str {
        self.request.name()
    }

    /// When `MaxRuntimeInSeconds` is over.
    pub fn deadline(&self) -> Option<Timestamp> {
        let seconds = self.request.limits().max_runtime_in_seconds?;
        Some(self.created.plus_seconds(f64::from(seconds)))
    }

    pub fn enter(&mut self, cloud: &Cloud, status: JobStatus) {
        let now = Timestamp::now(&cloud.world);
        self.status = status;
        self.modified = now;
        self.ended = status.is_final().then_some(now);
    }
}
