//! What predict is told by its environment.

use anyhow::{Error, Result};
use lambda_main::{caps, list, parsed, reviewers, variable};
use policy::review::{Budget, Caps};
use policy::text::TextColumns;
use rollout::assignment::Shares;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub endpoint_name: String,
    /// `None` where the stack has no human review.
    pub reviewers: Option<String>,
    pub labels: Vec<String>,
    pub text_columns: TextColumns,
    /// `None` where no challenger answers requests.
    pub shares: Option<Shares>,
    /// Answers are kept.
    pub captures: bool,
    pub budget: Budget,
    /// Human loops a day, at any traffic.
    pub caps: Caps,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            endpoint_name: variable("ENDPOINT_NAME")?,
            reviewers: reviewers()?,
            labels: list("LABELS")?,
            text_columns: TextColumns::new(list("TEXT_COLUMN")?)
                .map_err(|reason| Error::msg(format!("TEXT_COLUMN: {reason}")))?,
            shares: Shares::of(&variable("ROLLOUT")?),
            captures: variable("DATA_CAPTURE")? == "all",
            budget: Budget {
                threshold: parsed("REVIEW_THRESHOLD")?,
                rate: parsed("REVIEW_RATE")?,
                audit_rate: parsed("AUDIT_RATE")?,
            },
            caps: caps()?,
        })
    }
}
