//! The states of processing and training jobs.

use serde::{Deserialize, Serialize};

use local_core::store::{Store, Tx};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobStatus {
    InProgress,
    Completed,
    Failed,
    Stopping,
    Stopped,
}

impl JobStatus {
    pub fn is_final(self) -> bool {
        !matches!(self, JobStatus::InProgress | JobStatus::Stopping)
    }

    pub fn name(self) -> &'static str {
        match self {
            JobStatus::InProgress => "InProgress",
            JobStatus::Completed => "Completed",
            JobStatus::Failed => "Failed",
            JobStatus::Stopping => "Stopping",
            JobStatus::Stopped => "Stopped",
        }
    }
}

/// Completes when a job was asked to stop, or is not there any more.
pub async fn stopped(store: &Store, kind: &'static str, status: impl Fn(&Tx) -> Option<JobStatus>) {
    let mut changes = store.changes_of(&[kind]);
    while store.read(&status) == Some(JobStatus::InProgress) {
        changes.changed().await;
    }
}
