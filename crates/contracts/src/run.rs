//! `state/run.json`: the single flight. Changed by compare-and-set alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The dataset; empty in runs of earlier releases, which did not note it.
    #[serde(default)]
    pub dataset: String,
    /// When the pipeline was created, in seconds: a pipeline that was deleted and made again has no execution of
    /// this run. 0 in runs of earlier releases.
    #[serde(default)]
    pub pipeline_created: i64,
    /// Number and id of the dataset version.
    pub version: u32,
    pub version_id: String,
    /// The day of the claim (UTC), and how many runs were claimed on it by themselves, this one among them.
    #[serde(default)]
    pub day: String,
    #[serde(default)]
    pub runs_of_day: u32,
    /// From 1; a changed definition or input, or a person's wish, makes the next.
    pub attempt: u32,
    /// The parameters that a person gave last for this version; attempts that begin by themselves keep them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub asked: BTreeMap<String, String>,
    /// H(pipeline definition) at the time of the claim.
    pub definition_hash: String,
    /// Everything StartPipelineExecution gets, fixed at the claim: an invocation that finds no ARN
    /// repeats the same call.
    pub parameters: BTreeMap<String, String>,
    pub client_request_token: String,
    pub execution_arn: Option<String>,
    /// RetryPipelineExecution calls made so far, counted before the call.
    pub retries: u32,
    /// The failure that the last of them answers, by the execution's `LastModifiedTime`: while it
    /// is still the execution's state, that call is under way, or is to be made again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retried_failure: Option<String>,
    /// The model package that the succeeded execution registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_package_arn: Option<String>,
    /// This attempt, or one before it, repeats the evaluation because champion or anchor had changed. It is
    /// repeated once.
    #[serde(default)]
    pub evaluated_again: bool,
    /// The model package that this attempt evaluates again, under a new version number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_model_package_arn: Option<String>,
    /// The studies whose winners this version has been trained with, by this attempt or one before it: each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub studies: Vec<String>,
    pub state: RunState,
}

impl Run {
    pub fn is_of_dataset(&self, dataset: &str) -> bool {
        self.dataset == dataset
    }

    /// Whether it is of the stack that is there now: a kept bucket may hold the run of an earlier one, or of its dataset before.
    pub fn is_of(&self, dataset: &str, pipeline_created: i64) -> bool {
        self.is_of_dataset(dataset) && self.is_of_pipeline(pipeline_created)
    }

    /// No stack of an earlier release is updated to this one, so a run without the time is of another pipeline.
    pub fn is_of_pipeline(&self, created: i64) -> bool {
        self.pipeline_created == created
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum RunState {
    /// Claimed; an execution is to be started, or runs.
    Active,
    Succeeded,
    /// Given up, for a person to look at.
    Stuck {
        reason: String,
    },
}

impl Run {
    /// Runs that were claimed on this day, as far as this one, the last, knows.
    pub fn runs_on(&self, day: &str) -> u32 {
        if self.day == day { self.runs_of_day } else { 0 }
    }
}

/// What `reviewloop start` and `reviewloop release` send to start-pipeline.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRequest {
    /// Pipeline parameters that differ from their defaults.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// The dataset version that waits and is to be started; `None` for the newest, whether it waits or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<u32>,
}

/// `state/failures/<execution id>.json`: why a run failed, from watch-pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub execution_arn: String,
    pub step: Option<String>,
    pub reason: String,
    pub class: FailureClass,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureClass {
    /// Capacity and service faults: the same again may succeed.
    Transient,
    /// The program, its data or its configuration: the same again fails again.
    Permanent,
    /// It was stopped.
    Stopped,
}
