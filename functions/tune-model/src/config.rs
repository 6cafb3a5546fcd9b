//! What tune-model is told by its environment.

use anyhow::Result;
use lambda_main::{parsed, variable};
use policy::tuning::Bounds;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub stack: String,
    pub dataset_name: String,
    pub pipeline_name: String,
    pub bounds: Bounds,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            stack: variable("STACK_NAME")?,
            dataset_name: variable("DATASET_NAME")?,
            pipeline_name: variable("PIPELINE_NAME")?,
            bounds: Bounds {
                jobs: parsed("TUNING_JOBS")?,
                parallel: parsed("TUNING_PARALLEL_JOBS")?,
            },
        })
    }
}
