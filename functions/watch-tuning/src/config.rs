//! What watch-tuning is told by its environment.

use anyhow::Result;
use lambda_main::variable;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub stack: String,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            stack: variable("STACK_NAME")?,
        })
    }
}
