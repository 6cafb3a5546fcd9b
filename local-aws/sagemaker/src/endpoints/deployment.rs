//! A deployment under way: the fleet that is to serve, how far it is, and what comes next.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::guardrails::DeploymentConfig;
use super::variant::Variant;
use local_core::timestamp::Timestamp;

#[cfg(test)]
mod tests;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    pub config_name: String,
    pub variants: Vec<Variant>,
    pub started: Timestamp,
    pub phase: Phase,
    pub phase_started: Timestamp,
    /// Only weights and counts change: servers that run stay.
    pub keeps_servers: bool,
    /// `None` where all traffic moves at once and nothing bakes.
    #[serde(default)]
    pub guarded: Option<Guarded>,
}

/// A deployment with guardrails: both fleets serve, each its share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guarded {
    pub config: DeploymentConfig,
    /// The step that traffic has reached; 0 while the old fleet has all of it.
    pub step: u32,
}

/// As `VariantStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    Creating,
    Updating,
    ActivatingTraffic,
    Baking,
}

/// What is done with a guarded deployment whose new fleet is healthy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Bake,
    Shift,
    Complete,
}

impl Deployment {
    pub fn new(config_name: String, variants: Vec<Variant>, phase: Phase, now: Timestamp) -> Self {
        Deployment {
            config_name,
            variants,
            started: now,
            phase,
            phase_started: now,
            keeps_servers: false,
            guarded: None,
        }
    }

    pub fn enter(&mut self, phase: Phase, now: Timestamp) {
        self.phase = phase;
        self.phase_started = now;
    }

    /// The part of a variant's requests that the new fleet gets.
    pub fn share(&self, variant: &Variant) -> f64 {
        let guarded = self.guarded.as_ref();
        guarded.map_or(0.0, |guarded| guarded.config.share(guarded.step, variant))
    }

    /// What is due, given the name of an alarm that rings; the reason to take the deployment back.
    pub fn next(&self, now: Timestamp, rings: Option<&str>) -> Result<Option<Step>, String> {
        let Some(Guarded { config, step }) = &self.guarded else {
            return Ok(None);
        };
        let has_passed = |seconds: u32, since| now.seconds_since(since) >= f64::from(seconds);
        if let Some(limit) = config.time_limit()
            && has_passed(limit, self.started)
        {
            return Err(format!(
                "the deployment has not ended within {limit} seconds"
            ));
        }
        match self.phase {
            Phase::Creating | Phase::Updating => Ok(None),
            Phase::ActivatingTraffic => Ok(Some(Step::Bake)),
            Phase::Baking => {
                if let Some(alarm) = rings {
                    return Err(format!("the alarm {alarm} rings"));
                }
                let last = config.steps(&self.variants);
                let (wait, _) = config.bakes(*step, last);
                let done = if *step < last {
                    Step::Shift
                } else {
                    Step::Complete
                };
                Ok(has_passed(wait, self.phase_started).then_some(done))
            }
        }
    }

    /// As `PendingDeploymentSummary`.
    pub fn summary<T: Serialize>(&self, spell: fn(Timestamp) -> T) -> Value {
        let described = |is_shadow: bool| {
            let variants = self.variants.iter();
            let variants = variants.filter(|variant| variant.is_shadow == is_shadow);
            let described = variants.map(|variant| self.described(variant, spell));
            described.collect::<Vec<_>>()
        };
        let shadows = described(true);
        json!({
            "EndpointConfigName": self.config_name,
            "StartTime": spell(self.started),
            "ProductionVariants": described(false),
            "ShadowProductionVariants": (!shadows.is_empty()).then_some(shadows),
        })
    }

    /// As `PendingProductionVariantSummary`: current is the part that gets requests.
    fn described<T: Serialize>(&self, variant: &Variant, spell: fn(Timestamp) -> T) -> Value {
        let guarded = self.guarded.as_ref().filter(|guarded| guarded.step > 0);
        let active = guarded.map(|guarded| guarded.config.active_instances(guarded.step, variant));
        let weight = guarded.map(|_| variant.weight);
        json!({
            "VariantName": variant.name,
            "DeployedImages": variant.deployed_images(),
            "CurrentWeight": weight.unwrap_or_default(),
            "DesiredWeight": variant.weight,
            "CurrentInstanceCount": variant.instances().map(|_| active.unwrap_or_default()),
            "DesiredInstanceCount": variant.instances(),
            "InstanceType": variant.instance_type,
            "CurrentServerlessConfig": variant.serverless,
            "DesiredServerlessConfig": variant.serverless,
            "VariantStatus": self.status(self.message(variant), spell),
        })
    }

    /// As `VariantStatus` of each of its variants.
    pub fn status<T: Serialize>(
        &self,
        message: Option<String>,
        spell: fn(Timestamp) -> T,
    ) -> Value {
        let status = json!({
            "Status": self.phase,
            "StatusMessage": message,
            "StartTime": spell(self.phase_started),
        });
        json!([local_core::wire::without_nulls(status)])
    }

    /// Like AWS's, of which its guide shows one.
    fn message(&self, variant: &Variant) -> Option<String> {
        let guarded = self.guarded.as_ref();
        let Guarded { config, step } = guarded.filter(|_| self.phase == Phase::Baking)?;
        let last = config.steps(&self.variants);
        let (seconds, member) = config.bakes(*step, last);
        let capacity = if *step < last { "canary" } else { "full" };
        let active = config.active_instances(*step, variant);
        Some(format!(
            "Baking for {seconds} seconds ({member}) with traffic enabled on {capacity} capacity of {active} instance(s)."
        ))
    }
}
