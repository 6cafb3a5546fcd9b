//! What collect-labels is told by its environment.

use anyhow::Result;
use lambda_main::{caps, list, parsed, variable};
use policy::review::Caps;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub flow_definition_arn: String,
    pub labels: Vec<String>,
    pub maximum_attempts: u32,
    /// Human loops a day, those asked again among them.
    pub caps: Caps,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            flow_definition_arn: variable("FLOW_DEFINITION_ARN")?,
            labels: list("LABELS")?,
            maximum_attempts: parsed("MAXIMUM_ATTEMPTS")?,
            caps: caps()?,
        })
    }
}
