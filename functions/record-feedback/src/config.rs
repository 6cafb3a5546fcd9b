//! What record-feedback is told by its environment.

use anyhow::Result;
use lambda_main::{list, variable};

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub labels: Vec<String>,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            labels: list("LABELS")?,
        })
    }
}
