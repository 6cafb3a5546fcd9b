//! `state/deployments/<endpoint config>.json`, `state/live-versions/<version>.json` and
//! `state/pin.json`.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What was asked of the endpoint for one endpoint config. SageMaker keeps no history, so
/// without this record a silent rollback would look like a deployment never tried.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    pub endpoint_config: String,
    /// The version that comes to the endpoint with this config.
    pub model_package_arn: String,
    /// The live version that it comes to as a challenger. `None` where it is to replace what is live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub champion_arn: Option<String>,
    /// When the package was created, in seconds: in a group that was deleted and made again, another package has
    /// the same ARN. 0 in records of earlier releases.
    #[serde(default)]
    pub package_created: i64,
    /// The config that the endpoint had at the call; `None` where it was created. If the endpoint
    /// has this config again, it was rolled back; with any other config, another caller updated it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The endpoint's `LastModifiedTime` at the call. While DescribeEndpoint still answers with
    /// it, the answer is older than the call and says nothing about its success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint_modified: Option<String>,
    /// Create or Update calls so far, counted before the call; a refused one is taken back.
    pub attempts: u32,
    /// When the last of them was made.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    pub asked_at: Option<OffsetDateTime>,
    /// The model package's `LastModifiedTime` at the first call: approved anew since, the version
    /// starts with a clean record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_modified: Option<String>,
    /// How the last call was refused; `None` once one is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// The call returned, or the endpoint was seen to be on its way to this config.
    pub accepted: bool,
    /// The endpoint was seen InService on this config.
    pub confirmed: bool,
    /// The scaling that its variants' targets were last made for; `None` where they have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling: Option<String>,
    /// Why nothing more is done at the moment, for a person to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stuck: Option<String>,
}

impl Deployment {
    /// The version that is live with this config.
    pub fn champion(&self) -> &str {
        self.champion_arn
            .as_deref()
            .unwrap_or(&self.model_package_arn)
    }
}

/// Whether a record is about the package of its ARN that is there now. A record of an earlier release, which did not
/// note the time, is of a stack that was deleted.
pub fn is_of_package(noted: i64, created: i64) -> bool {
    noted == created
}

/// A refusal says nothing about the version: the registry is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// SageMaker's own code and sentence.
    pub reason: String,
    /// Refusals since a call was last accepted.
    pub times: u32,
    /// The same call will be refused again.
    pub lasting: bool,
}

/// A version that was InService once, under any settings: it is never withdrawn for reasons
/// of hosting. Written once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveVersion {
    pub model_package_arn: String,
    /// As in [`Deployment`].
    #[serde(default)]
    pub package_created: i64,
    /// The first endpoint config that it was live with.
    pub endpoint_config: String,
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
