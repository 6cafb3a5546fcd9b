//! The challenger's variant at the endpoint.

use crate::guardrails::Finding;

/// As it is seen now.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Serving {
    /// The endpoint has no such variant.
    #[default]
    Absent,
    /// The endpoint is changing, and takes no call.
    Changing,
    Live {
        /// The endpoint's config.
        config: String,
        /// Of the requests.
        share: f64,
        findings: Vec<Finding>,
    },
}

impl Serving {
    pub fn is_live(&self) -> bool {
        matches!(self, Serving::Live { .. })
    }

    pub fn config(&self) -> Option<&str> {
        match self {
            Serving::Live { config, .. } => Some(config),
            Serving::Absent | Serving::Changing => None,
        }
    }

    /// Nothing, where there is no variant that answers.
    pub fn share(&self) -> f64 {
        match self {
            Serving::Live { share, .. } => *share,
            Serving::Absent | Serving::Changing => 0.0,
        }
    }

    pub fn findings(&self) -> &[Finding] {
        match self {
            Serving::Live { findings, .. } => findings,
            Serving::Absent | Serving::Changing => &[],
        }
    }
}
