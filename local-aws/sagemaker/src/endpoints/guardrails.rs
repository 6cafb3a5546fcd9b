//! `DeploymentConfig`: in which steps traffic moves to a new fleet, how long each step bakes, and the alarms that take
//! it back.
//!
//! Sources: the SageMaker developer guide, "deployment-guardrails" with the pages below it, and the API reference,
//! "BlueGreenUpdatePolicy".

use serde::{Deserialize, Serialize};

use super::variant::Variant;
use local_core::wire::AwsError;

#[cfg(test)]
mod tests;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeploymentConfig {
    /// Without one, traffic moves all at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    blue_green_update_policy: Option<BlueGreenUpdatePolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_rollback_configuration: Option<AutoRollbackConfiguration>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct BlueGreenUpdatePolicy {
    traffic_routing_configuration: TrafficRoutingConfiguration,
    #[serde(skip_serializing_if = "Option::is_none")]
    termination_wait_in_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_execution_timeout_in_seconds: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TrafficRoutingConfiguration {
    #[serde(rename = "Type")]
    kind: Routing,
    wait_interval_in_seconds: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    canary_size: Option<CapacitySize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    linear_step_size: Option<CapacitySize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Routing {
    AllAtOnce,
    Canary,
    Linear,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CapacitySize {
    #[serde(rename = "Type")]
    kind: Capacity,
    value: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Capacity {
    InstanceCount,
    CapacityPercent,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AutoRollbackConfiguration {
    #[serde(default)]
    alarms: Vec<Alarm>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Alarm {
    alarm_name: String,
}

/// A part of a fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fraction {
    part: u64,
    whole: u64,
}

const NOTHING: Fraction = Fraction { part: 0, whole: 1 };
const EVERYTHING: Fraction = Fraction { part: 1, whole: 1 };

impl DeploymentConfig {
    /// Refuses what contradicts itself.
    pub fn check(&self) -> Result<(), AwsError> {
        let Some(policy) = &self.blue_green_update_policy else {
            return Ok(());
        };
        let routing = &policy.traffic_routing_configuration;
        let sizes = [routing.canary_size, routing.linear_step_size].map(|size| size.is_some());
        let needed = match routing.kind {
            Routing::AllAtOnce => [false, false],
            Routing::Canary => [true, false],
            Routing::Linear => [false, true],
        };
        if sizes != needed {
            return Err(AwsError::validation(
                "CanarySize belongs to the TrafficRoutingConfiguration of Type CANARY, and LinearStepSize to LINEAR",
            ));
        }
        Ok(())
    }

    /// Refuses steps that these variants cannot take, and waits that the time limit has no room for.
    pub fn check_for(&self, variants: &[Variant]) -> Result<(), AwsError> {
        if let Some((member, size, percents)) = self.size() {
            for variant in answering(variants) {
                let Fraction { part, whole } = size.of(variant);
                let (least, most) = percents;
                if part * 100 < least * whole || part * 100 > most * whole {
                    return Err(AwsError::validation(format!(
                        "{member} must be {least}-{most}% of the instances of variant {}, which has {}",
                        variant.name, variant.instance_count
                    )));
                }
            }
        }
        let last = self.steps(variants);
        let waits = (1..=last).map(|step| self.bakes(step, last).0);
        let waits: u32 = waits.sum();
        match self.time_limit() {
            Some(limit) if limit <= waits => Err(AwsError::validation(format!(
                "MaximumExecutionTimeoutInSeconds {limit} must be larger than the {waits} seconds of all waits"
            ))),
            _ => Ok(()),
        }
    }

    /// How often traffic moves.
    pub fn steps(&self, variants: &[Variant]) -> u32 {
        let steps = |size: CapacitySize| {
            let steps = answering(variants).map(|variant| {
                let Fraction { part, whole } = size.of(variant);
                u32::try_from(whole.div_ceil(part.max(1))).unwrap_or(u32::MAX)
            });
            steps.max().unwrap_or(1)
        };
        match self.size() {
            None => 1,
            Some((CANARY, ..)) => 2,
            Some((_, size, _)) => steps(size),
        }
    }

    /// The part of a variant's requests that the new fleet gets from this step on.
    pub fn share(&self, step: u32, variant: &Variant) -> f64 {
        let Fraction { part, whole } = self.active(step, variant);
        part as f64 / whole as f64
    }

    /// The new instances of a variant that get requests from this step on.
    pub fn active_instances(&self, step: u32, variant: &Variant) -> u32 {
        let Fraction { part, whole } = self.active(step, variant);
        let active = (part * u64::from(variant.instance_count)).div_ceil(whole);
        u32::try_from(active).unwrap_or(variant.instance_count)
    }

    /// The seconds that the fleets are watched after a step, and the member that says so.
    pub fn bakes(&self, step: u32, last: u32) -> (u32, &'static str) {
        let policy = self.blue_green_update_policy.as_ref();
        if step < last {
            let wait = policy.map(|policy| &policy.traffic_routing_configuration);
            let wait = wait.map(|routing| routing.wait_interval_in_seconds);
            (wait.unwrap_or_default(), "WaitIntervalInSeconds")
        } else {
            let wait = policy.and_then(|policy| policy.termination_wait_in_seconds);
            (wait.unwrap_or_default(), "TerminationWaitInSeconds")
        }
    }

    /// Seconds for the whole deployment; AWS documents no default.
    pub fn time_limit(&self) -> Option<u32> {
        let policy = self.blue_green_update_policy.as_ref()?;
        policy.maximum_execution_timeout_in_seconds
    }

    pub fn alarms(&self) -> impl Iterator<Item = &str> {
        let alarms = self.auto_rollback_configuration.iter();
        let alarms = alarms.flat_map(|configuration| &configuration.alarms);
        alarms.map(|alarm| alarm.alarm_name.as_str())
    }

    fn active(&self, step: u32, variant: &Variant) -> Fraction {
        let Some((member, size, _)) = self.size().filter(|_| step > 0) else {
            return if step > 0 { EVERYTHING } else { NOTHING };
        };
        if member == CANARY && step > 1 {
            return EVERYTHING;
        }
        let Fraction { part, whole } = size.of(variant);
        Fraction {
            part: (part * u64::from(step)).min(whole),
            whole,
        }
    }

    /// The member that sizes a step, its value, and the least and most percents of a fleet that it may be.
    fn size(&self) -> Option<(&'static str, CapacitySize, (u64, u64))> {
        let policy = self.blue_green_update_policy.as_ref()?;
        let routing = &policy.traffic_routing_configuration;
        let canary = routing.canary_size.map(|size| (CANARY, size, (0, 50)));
        let step = routing.linear_step_size;
        canary.or_else(|| step.map(|size| ("LinearStepSize", size, (10, 50))))
    }
}

const CANARY: &str = "CanarySize";

/// A shadow has no share of its own: it follows its fleet's requests.
fn answering(variants: &[Variant]) -> impl Iterator<Item = &Variant> {
    variants.iter().filter(|variant| !variant.is_shadow)
}

impl CapacitySize {
    fn of(self, variant: &Variant) -> Fraction {
        let whole = match self.kind {
            Capacity::CapacityPercent => 100,
            Capacity::InstanceCount => variant.instance_count,
        };
        Fraction {
            part: self.value.into(),
            whole: u64::from(whole.max(1)),
        }
    }
}
