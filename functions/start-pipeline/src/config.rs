//! What start-pipeline is told by its environment.

use anyhow::Result;
use lambda_main::{parsed, variable};
use policy::single_flight::Bounds;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub dataset_name: String,
    pub pipeline_name: String,
    pub model_package_group: String,
    pub bounds: Bounds,
    /// A training job holds all rows in memory.
    pub maximum_training_rows: u64,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            dataset_name: variable("DATASET_NAME")?,
            pipeline_name: variable("PIPELINE_NAME")?,
            model_package_group: variable("MODEL_PACKAGE_GROUP")?,
            bounds: Bounds::each(parsed("MAXIMUM_ATTEMPTS")?)
                .a_day(parsed("MAXIMUM_RUNS_PER_DAY")?),
            maximum_training_rows: parsed("MAXIMUM_TRAINING_ROWS")?,
        })
    }
}
