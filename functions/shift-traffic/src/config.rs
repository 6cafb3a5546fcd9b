//! What shift-traffic is told by its environment.

use anyhow::{Error, Result};
use lambda_main::{hosted, parsed, variable};
use policy::gate::ApprovalMode;
use policy::hosting::{Hosted, Kind};
use policy::processing;
use rollout::step::Batching;
use rollout::{Counts, Strategy};

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    /// A challenger that gets requests is a variant of its endpoint.
    pub hosted: Hosted,
    /// `None`: what passes the gate is approved at once, or there are no labels to compare on.
    pub strategy: Option<Strategy>,
    pub approval_mode: ApprovalMode,
    /// How much worse than the champion is still "not worse", as a share of rows.
    pub margin: f64,
    /// Labelled rows, and days, after which a person is asked.
    pub budget: u64,
    pub days: u32,
    /// The same of rewards, where they decide.
    pub rewards: u64,
    pub batching: Batching,
    /// The inclusion probability of the audit's rows.
    pub audit_rate: f64,
    pub processing: processing::Settings,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        let audit_rate: f64 = parsed("AUDIT_RATE")?;
        let hosted = hosted()?;
        Ok(Self {
            bucket: variable("BUCKET")?,
            strategy: strategy(&variable("ROLLOUT")?, hosted.hosting.kind())?
                .filter(|strategy| audit_rate > 0.0 || strategy.counts() == Counts::Rewards),
            hosted,
            approval_mode: parsed("APPROVAL_MODE")?,
            margin: parsed("ROLLOUT_MARGIN")?,
            budget: parsed("ROLLOUT_LABELS")?,
            days: parsed("ROLLOUT_DAYS")?,
            rewards: parsed("ROLLOUT_REWARDS")?,
            batching: Batching {
                rows: parsed("ROLLOUT_BATCH")?,
            },
            audit_rate,
            processing: lambda_main::processing()?,
        })
    }
}

fn strategy(text: &str, kind: Kind) -> Result<Option<Strategy>> {
    if text == "none" {
        return Ok(None);
    }
    let refused = |reason: String| Error::msg(format!("ROLLOUT: {reason}"));
    let strategy: Strategy = text.parse().map_err(|error| refused(format!("{error}")))?;
    if strategy.place().is_some() && kind == Kind::Serverless {
        return Err(refused(format!(
            "{strategy} needs an endpoint with instances: a serverless one has one variant"
        )));
    }
    Ok(Some(strategy))
}
