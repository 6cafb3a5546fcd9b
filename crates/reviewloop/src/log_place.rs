//! Whether logs are files or in CloudWatch Logs, and where those of training jobs are.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::state;

/// In an account in CloudWatch Logs, by the emulator in files below a folder.
pub enum LogPlace {
    CloudWatch,
    Folder(PathBuf),
}

/// CloudWatch Logs' group of all training jobs.
pub const TRAINING_JOBS: &str = "/aws/sagemaker/TrainingJobs";

impl LogPlace {
    /// As the endpoint URL of the environment says.
    pub fn of_environment() -> anyhow::Result<Self> {
        let endpoint = std::env::var("AWS_ENDPOINT_URL").unwrap_or_default();
        if endpoint.is_empty() {
            return Ok(Self::CloudWatch);
        }
        let folders = state::of_environment()
            .into_iter()
            .chain([PathBuf::from(state::UP)]);
        let is_its = |folder: &PathBuf| {
            state::read_running(folder).is_some_and(|running| running.endpoint_url == endpoint)
        };
        let folder = folders.into_iter().find(is_its).with_context(|| {
            format!(
                "the emulator at {endpoint} has its state in another folder than {}: export {}, which `reviewloop up` \
                 prints",
                state::UP,
                state::VARIABLE
            )
        })?;
        Ok(Self::Folder(folder.join("logs")))
    }
}

/// The emulator's file of a training job.
pub fn training_job(logs: &Path, region: &str, name: &str) -> PathBuf {
    logs.join(format!("training-job/{region}/{name}.log"))
}
