//! What judge-model is told by its environment.

use anyhow::{Error, Result};
use lambda_main::{parsed, variable};
use policy::gate::{ApprovalMode, BiasLimits, Gate};

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub model_package_group: String,
    pub approval_mode: ApprovalMode,
    /// What passes is compared with the champion on labelled rows before anybody approves it.
    pub has_rollout: bool,
    pub gate: Gate,
    pub bias_limits: BiasLimits,
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            model_package_group: variable("MODEL_PACKAGE_GROUP")?,
            approval_mode: parsed("APPROVAL_MODE")?,
            has_rollout: variable("ROLLOUT")? != "none",
            gate: Gate {
                minimum_test_rows: parsed("MINIMUM_TEST_ROWS")?,
                balanced_accuracy_margin: parsed("BALANCED_ACCURACY_MARGIN")?,
                minimum_recall: parsed("MINIMUM_RECALL")?,
                non_inferiority_margin: parsed("NON_INFERIORITY_MARGIN")?,
            },
            bias_limits: BiasLimits::parse(&variable("BIAS_LIMITS")?)
                .map_err(|reason| Error::msg(format!("BIAS_LIMITS: {reason}")))?,
        })
    }
}
