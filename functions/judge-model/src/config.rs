//! What judge-model is told by its environment.

use std::str::FromStr;

use anyhow::{Error, Result};
use lambda_main::{parsed, variable};
use policy::gate::{BiasLimits, Gate};

#[derive(Debug, Clone)]
pub struct Config {
    pub bucket: String,
    pub model_package_group: String,
    pub approval_mode: ApprovalMode,
    pub gate: Gate,
    pub bias_limits: BiasLimits,
}

/// Whether a passed gate approves, or only recommends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalMode {
    Automatic,
    Manual,
}

impl FromStr for ApprovalMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "automatic" => Ok(Self::Automatic),
            "manual" => Ok(Self::Manual),
            _ => Err("it must be automatic or manual".to_owned()),
        }
    }
}

impl Config {
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            bucket: variable("BUCKET")?,
            model_package_group: variable("MODEL_PACKAGE_GROUP")?,
            approval_mode: parsed("APPROVAL_MODE")?,
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
