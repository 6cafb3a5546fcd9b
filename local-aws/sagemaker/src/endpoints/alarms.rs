//! The CloudWatch alarms that take a deployment back.

use super::guardrails::DeploymentConfig;
use local_cloudwatch::{State, state_of};
use local_core::Cloud;
use local_core::store::Tx;
use local_core::wire::AwsError;

/// Refuses alarms that are not there. AWS's pages do not say what becomes of them; one that never rings would guard nothing.
pub fn check(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    guardrails: &DeploymentConfig,
) -> Result<(), AwsError> {
    for alarm in guardrails.alarms() {
        if state_of(tx, region, alarm).is_none() {
            let arn = cloud.arn("cloudwatch", region, &format!("alarm:{alarm}"));
            return Err(AwsError::validation(format!(
                "Could not find alarm \"{arn}\"."
            )));
        }
    }
    Ok(())
}

/// The first that rings.
pub fn ringing<'g>(tx: &Tx, region: &str, guardrails: &'g DeploymentConfig) -> Option<&'g str> {
    let mut alarms = guardrails.alarms();
    alarms.find(|alarm| state_of(tx, region, alarm) == Some(State::Alarm))
}
