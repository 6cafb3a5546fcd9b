//! What watch-endpoint is told by its environment.

use anyhow::Result;
use lambda_main::{hosted, variable};
use policy::hosting::Hosted;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub hosted: Hosted,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            hosted: hosted()?,
        })
    }
}
