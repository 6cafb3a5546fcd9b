//! `state/deployments/<endpoint config>.json` and `state/pin.json`.

use serde::{Deserialize, Serialize};

/// What was asked of the endpoint for one endpoint config. SageMaker keeps no history, so
/// without this record a silent rollback would look like a deployment never tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    pub endpoint_config: String,
    pub model_package_arn: String,
    /// The config that the endpoint had at the call; `None` where it was created. Back on it, the
    /// endpoint was rolled back; on any third one, somebody else has moved it meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Create or Update calls so far, counted before the call.
    pub attempts: u32,
    /// The call returned, or the endpoint was seen to be on its way to this config.
    pub accepted: bool,
    /// The endpoint was seen InService on this config.
    pub confirmed: bool,
}

/// A version that a person holds the endpoint at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    pub version: i32,
    pub reason: String,
}

/// Variant slots are constant: guardrails, retained capacity and scaling match by their names.
pub const CHAMPION_VARIANT: &str = "champion";
pub const CHALLENGER_VARIANT: &str = "challenger";
