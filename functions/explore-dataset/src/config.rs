//! What explore-dataset is told by its environment.

use anyhow::Result;
use lambda_main::{parsed, variable};

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub dataset_name: String,
    /// Bytes of a version's parts: the function's disk holds them twice, and Lambda's time limit bounds them too.
    pub maximum_bytes: u64,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            dataset_name: variable("DATASET_NAME")?,
            maximum_bytes: parsed("MAXIMUM_BYTES")?,
        })
    }
}
