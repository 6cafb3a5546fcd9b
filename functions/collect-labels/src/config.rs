//! What collect-labels is told by its environment.

use anyhow::Result;
use lambda_main::{caps, list, parsed, reviewers, variable};
use policy::review::Caps;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    /// `None` where the stack has no human review.
    pub reviewers: Option<String>,
    pub labels: Vec<String>,
    pub maximum_attempts: u32,
    /// Reviewers who answer one text.
    pub maximum_answers: usize,
    /// Texts a day; one that is asked again without an answer counts again.
    pub caps: Caps,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            reviewers: reviewers()?,
            labels: list("LABELS")?,
            maximum_attempts: parsed("MAXIMUM_ATTEMPTS")?,
            maximum_answers: parsed("MAXIMUM_ANSWERS")?,
            caps: caps()?,
        })
    }
}
