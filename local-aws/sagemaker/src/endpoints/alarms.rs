//! The CloudWatch alarms that take a deployment back.

use super::guardrails::DeploymentConfig;
use super::variant::Variant;
use local_cloudwatch::{State, state_of};
use local_containers::objects::principal;
use local_core::Cloud;
use local_core::authorization::Question;
use local_core::store::Tx;
use local_core::wire::AwsError;

/// Refuses alarms that are not there, and those that a variant's role may not look at. AWS's pages do not say what becomes
/// of the first; one that never rings would guard nothing. The role's right is in "deployment-guardrails-configuration".
pub fn check(
    cloud: &Cloud,
    tx: &Tx,
    (region, variants): (&str, &[Variant]),
    guardrails: &DeploymentConfig,
) -> Result<(), AwsError> {
    for alarm in guardrails.alarms() {
        let arn = cloud.arn("cloudwatch", region, &format!("alarm:{alarm}"));
        if state_of(tx, region, alarm).is_none() {
            return Err(AwsError::validation(format!(
                "Could not find alarm \"{arn}\"."
            )));
        }
        for variant in variants {
            let role = principal(&variant.role_arn);
            let question = Question::new(&role, "cloudwatch:DescribeAlarms", &arn);
            cloud.authorize_in(tx, &question)?;
        }
    }
    Ok(())
}

/// The first that rings.
pub fn ringing<'g>(tx: &Tx, region: &str, guardrails: &'g DeploymentConfig) -> Option<&'g str> {
    let mut alarms = guardrails.alarms();
    alarms.find(|alarm| state_of(tx, region, alarm) == Some(State::Alarm))
}
