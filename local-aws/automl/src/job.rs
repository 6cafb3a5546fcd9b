//! An AutoML job as it is kept.

use local_core::Cloud;
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;
use local_sagemaker::jobs::status::JobStatus;
use serde::{Deserialize, Serialize};

use super::error::not_found;
use super::metrics::Objective;
use super::request::{CreateRequest, ProblemType};

/// By region and name.
pub const JOBS: Table<AutoMlJob> = Table::new("sagemaker/automl-job");

/// Those in progress: a row for each, so that the engine need not read all.
pub const ACTIVE: Table<JobStatus> = Table::new("sagemaker/active-automl-job");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AutoMlJob {
    pub arn: String,
    pub status: JobStatus,
    pub secondary: Secondary,
    pub failure_reason: Option<String>,
    pub partial_failure: Option<String>,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub ended: Option<Timestamp>,
    /// How it ends, once that is decided: its jobs are stopped first, and what they come to decides nothing anew.
    pub ending: Option<Ending>,
    /// A part of its jobs' names, drawn when it was created: no job of another's has it.
    pub signs: String,
    /// The columns that `FeatureSpecificationS3Uri` names, once it was read.
    #[serde(default)]
    pub features: Option<Vec<String>>,
    /// What the analysis found, where the request did not say it.
    pub resolved: Option<Resolved>,
    /// By CreateAutoMLJob.
    pub is_of_first_version: bool,
    pub request: CreateRequest,
}

/// `AutoMLJobSecondaryStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Secondary {
    Starting,
    AnalyzingData,
    CandidateDefinitionsGenerated,
    FeatureEngineering,
    ModelTuning,
    #[serde(rename = "MaxAutoMLJobRuntimeReached")]
    MaxRuntimeReached,
    GeneratingExplainabilityReport,
    ExplainabilityError,
    Completed,
    Failed,
    Stopping,
    Stopped,
}

/// The problem and the objective: as the request says, and as the data say where it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    pub problem_type: ProblemType,
    pub objective: Objective,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    pub status: JobStatus,
    pub secondary: Secondary,
    pub failure_reason: Option<String>,
    pub partial_failure: Option<String>,
}

impl Ending {
    pub const STOPPED: Self = Self {
        status: JobStatus::Stopped,
        secondary: Secondary::Stopped,
        failure_reason: None,
        partial_failure: None,
    };

    pub const fn completed(secondary: Secondary) -> Self {
        Self {
            status: JobStatus::Completed,
            secondary,
            failure_reason: None,
            partial_failure: None,
        }
    }

    pub fn failed(reason: String) -> Self {
        Self {
            status: JobStatus::Failed,
            failure_reason: Some(reason),
            ..Self::completed(Secondary::Failed)
        }
    }
}

impl AutoMlJob {
    pub fn find(tx: &Tx, region: &str, name: &str) -> Result<Self, AwsError> {
        JOBS.get(tx, region, name).ok_or_else(|| not_found(name))
    }

    pub fn name(&self) -> &str {
        &self.request.name
    }

    /// When `MaxAutoMLJobRuntimeInSeconds` is over.
    pub fn deadline(&self) -> Option<Timestamp> {
        let seconds = self.request.completion_criteria().max_runtime_in_seconds?;
        Some(self.created.plus_seconds(f64::from(seconds)))
    }

    pub fn enter(&mut self, cloud: &Cloud, status: JobStatus, secondary: Secondary) {
        let now = Timestamp::now(&cloud.world);
        self.status = status;
        self.secondary = secondary;
        self.modified = now;
        self.ended = status.is_final().then_some(now);
    }

    /// Stores it; one that ended leaves the engine's list.
    pub fn put(&self, tx: &Tx, region: &str) {
        if self.status.is_final() {
            ACTIVE.delete(tx, region, self.name());
        } else if ACTIVE.get(tx, region, self.name()) != Some(self.status) {
            // Each row that is written wakes the engine.
            ACTIVE.put(tx, region, self.name(), &self.status);
        }
        JOBS.put(tx, region, self.name(), self);
    }
}
