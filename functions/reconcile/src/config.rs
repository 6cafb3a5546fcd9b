//! What reconcile is told by its environment.

use anyhow::Result;
use lambda_main::{caps, hosted, parsed, reviewers, variable};
use policy::hosting::Hosted;
use policy::review::Caps;
use policy::scaling::Scaling;
use policy::single_flight::Bounds;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub dataset_name: String,
    pub pipeline_name: String,
    pub hosted: Hosted,
    pub scaling: Scaling,
    /// `None` where the stack has no human review.
    pub reviewers: Option<String>,
    pub bounds: Bounds,
    /// Human loops a day.
    pub caps: Caps,
    /// What the gate lets pass is compared with the champion before a person is asked about it.
    pub has_rollout: bool,
    /// On whose pages approvers decide about model versions; `None` where they do so by command.
    pub decide_function: Option<String>,
    pub stack: String,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        let hosted = hosted()?;
        Ok(Self {
            bucket: variable("BUCKET")?,
            dataset_name: variable("DATASET_NAME")?,
            pipeline_name: variable("PIPELINE_NAME")?,
            reviewers: reviewers()?,
            bounds: Bounds::each(hosted.maximum_attempts).a_day(parsed("MAXIMUM_RUNS_PER_DAY")?),
            hosted,
            scaling: parsed("SCALING")?,
            caps: caps()?,
            has_rollout: variable("ROLLOUT")? != "none",
            decide_function: Some(variable("DECIDE_FUNCTION")?).filter(|name| !name.is_empty()),
            stack: variable("STACK_NAME")?,
        })
    }
}
