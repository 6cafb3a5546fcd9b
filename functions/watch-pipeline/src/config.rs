//! What watch-pipeline is told by its environment.

use anyhow::Result;
use lambda_main::{parsed, variable};
use policy::single_flight::Bounds;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub pipeline_name: String,
    pub bounds: Bounds,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            pipeline_name: variable("PIPELINE_NAME")?,
            bounds: Bounds::each(parsed("MAXIMUM_ATTEMPTS")?),
        })
    }
}
