//! What shift-traffic is told by its environment.

use anyhow::{Error, Result};
use lambda_main::{parsed, variable};
use policy::gate::ApprovalMode;
use policy::processing;
use rollout::Strategy;
use rollout::step::Batching;

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub model_package_group: String,
    /// `None`: what passes the gate is approved at once, or there are no labels to compare on.
    pub strategy: Option<Strategy>,
    pub approval_mode: ApprovalMode,
    /// How much worse than the champion is still "not worse", as a share of rows.
    pub margin: f64,
    /// Labelled rows, and days, after which a person is asked.
    pub budget: u64,
    pub days: u32,
    pub batching: Batching,
    /// The inclusion probability of the audit's rows.
    pub audit_rate: f64,
    pub processing: processing::Settings,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        let audit_rate: f64 = parsed("AUDIT_RATE")?;
        Ok(Self {
            bucket: variable("BUCKET")?,
            model_package_group: variable("MODEL_PACKAGE_GROUP")?,
            strategy: strategy(&variable("ROLLOUT")?)?.filter(|_| audit_rate > 0.0),
            approval_mode: parsed("APPROVAL_MODE")?,
            margin: parsed("ROLLOUT_MARGIN")?,
            budget: parsed("ROLLOUT_LABELS")?,
            days: parsed("ROLLOUT_DAYS")?,
            batching: Batching {
                rows: parsed("ROLLOUT_BATCH")?,
            },
            audit_rate,
            processing: lambda_main::processing()?,
        })
    }
}

fn strategy(text: &str) -> Result<Option<Strategy>> {
    if text == "none" {
        return Ok(None);
    }
    let refused = |reason: String| Error::msg(format!("ROLLOUT: {reason}"));
    match text.parse() {
        Ok(Strategy::Shadow) => Ok(Some(Strategy::Shadow)),
        Ok(other) => Err(refused(format!(
            "{other} is not supported, shadow and none are"
        ))),
        Err(unreadable) => Err(refused(unreadable.to_string())),
    }
}
