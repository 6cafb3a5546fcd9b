//! What prepare-retraining is told by its environment.

use anyhow::Result;
use lambda_main::{list, parsed, variable};
use policy::retraining::Bounds;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub dataset_name: String,
    /// Labels that register-dataset accepts.
    pub labels: Vec<String>,
    pub bounds: Bounds,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            dataset_name: variable("DATASET_NAME")?,
            labels: list("LABELS")?,
            bounds: Bounds {
                minimum_new_labels: parsed("MINIMUM_NEW_LABELS")?,
                maximum_per_day: parsed("MAXIMUM_RETRAININGS_PER_DAY")?,
            },
        })
    }
}
