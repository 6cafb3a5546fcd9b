//! What request-labels is told by its environment.

use anyhow::{Error, Result};
use lambda_main::{caps, list, parsed, reviewers, variable};
use policy::review::Caps;
use policy::text::TextColumns;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub dataset_name: String,
    pub endpoint_name: String,
    /// `None` where the stack has no human review.
    pub reviewers: Option<String>,
    pub labels: Vec<String>,
    pub text_columns: TextColumns,
    /// Texts of one file that people are asked about.
    pub budget: usize,
    /// The model's doubt chooses no text that the audit would draw.
    pub audit_rate: f64,
    /// Texts a day.
    pub caps: Caps,
    /// Lambda's time limit and the function's disk bound it.
    pub maximum_upload_bytes: u64,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            dataset_name: variable("DATASET_NAME")?,
            endpoint_name: variable("ENDPOINT_NAME")?,
            reviewers: reviewers()?,
            labels: list("LABELS")?,
            text_columns: TextColumns::new(list("TEXT_COLUMN")?)
                .map_err(|reason| Error::msg(format!("TEXT_COLUMN: {reason}")))?,
            budget: parsed("LABEL_BUDGET")?,
            audit_rate: parsed("AUDIT_RATE")?,
            caps: caps()?,
            maximum_upload_bytes: parsed("MAXIMUM_UPLOAD_BYTES")?,
        })
    }
}
