//! Instances in use by type, and AWS's quotas on them.

use local_core::Cloud;
use local_core::wire::AwsError;
use serde::{Deserialize, Serialize};

/// The quota of a type that the settings do not name. AWS's own defaults are lower for most.
const INSTANCES: u32 = 20;

/// The instances of a job or a variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    pub instance_type: String,
    pub instance_count: u32,
}

/// Refuses instances beyond the quota of their type, in AWS's words. `usage` ends the
/// quota's name: `ml.m5.large for training job usage`.
pub fn check(
    cloud: &Cloud,
    usage: &str,
    used: impl IntoIterator<Item = Slot>,
    wanted: &Slot,
) -> Result<(), AwsError> {
    let quota = format!("{} for {usage}", wanted.instance_type);
    let most = cloud.settings.quotas.get(&quota).copied();
    let most = most.unwrap_or(INSTANCES);
    let used: u32 = used
        .into_iter()
        .filter(|slot| slot.instance_type == wanted.instance_type)
        .map(|slot| slot.instance_count)
        .sum();
    let delta = wanted.instance_count;
    if used.saturating_add(delta) <= most {
        return Ok(());
    }
    Err(AwsError::new(
        400,
        "ResourceLimitExceeded",
        format!(
            "The account-level service limit '{quota}' is {most} Instances, with current \
             utilization of {used} Instances and a request delta of {delta} Instances. Please use \
             AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is \
             not available, contact AWS support to request an increase for this quota."
        ),
    ))
}
