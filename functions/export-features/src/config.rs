//! What export-features is told by its environment.

use anyhow::Result;
use lambda_main::{parsed, variable};

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub dataset_name: String,
    pub pipeline_name: String,
    pub feature_group: String,
    /// Rows of a version: Lambda's time limit bounds them.
    pub maximum_rows: u64,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            dataset_name: variable("DATASET_NAME")?,
            pipeline_name: variable("PIPELINE_NAME")?,
            feature_group: variable("FEATURE_GROUP")?,
            maximum_rows: parsed("MAXIMUM_ROWS")?,
        })
    }
}
