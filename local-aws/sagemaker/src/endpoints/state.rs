//! An endpoint's states and what may follow what.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::deployment::{Deployment, Guarded, Phase};
use super::guardrails::DeploymentConfig;
use super::variant::Variant;
use crate::slots::Slot;
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    pub name: String,
    pub arn: String,
    pub status: EndpointStatus,
    /// The configuration that serves, or, while the endpoint is created, the one asked for.
    pub config_name: String,
    /// The variants that serve; none until the first deployment has ended well.
    pub variants: Vec<Variant>,
    pub pending: Option<Deployment>,
    /// `LastDeploymentConfig`: the one that was given last.
    #[serde(default)]
    pub deployment_config: Option<DeploymentConfig>,
    pub failure_reason: Option<String>,
    pub created: Timestamp,
    pub modified: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndpointStatus {
    Creating,
    Updating,
    RollingBack,
    InService,
    Deleting,
    Failed,
}

/// The properties of the variants that serve which `RetainAllVariantProperties` keeps.
#[derive(Debug, Clone, Copy, Default)]
pub struct Retained {
    pub weight: bool,
    pub instance_count: bool,
}

impl Endpoint {
    /// The instances that it occupies: those that serve, and those that are started beside them.
    pub fn slots(&self) -> impl Iterator<Item = Slot> {
        let serving = self.variants.iter().filter_map(Variant::slot);
        serving.chain(self.started())
    }

    /// The instances that its deployment starts: a whole fleet, or what a resize adds to each variant.
    pub fn started(&self) -> impl Iterator<Item = Slot> {
        let pending = self.pending.iter();
        let started = pending.flat_map(|pending| {
            let kept = pending.keeps_servers.then_some(&self.variants);
            pending.variants.iter().filter_map(move |variant| {
                let mut kept = kept.into_iter().flatten();
                let kept = kept.find(|kept| kept.name == variant.name);
                let kept = kept.map_or(0, |kept| kept.instance_count);
                let slot = variant.slot()?;
                Some(Slot {
                    instance_count: slot.instance_count.saturating_sub(kept),
                    ..slot
                })
            })
        });
        started.filter(|slot| slot.instance_count > 0)
    }

    pub fn creating(
        name: String,
        arn: String,
        config_name: String,
        variants: Vec<Variant>,
        now: Timestamp,
    ) -> Endpoint {
        Endpoint {
            name,
            arn,
            status: EndpointStatus::Creating,
            config_name: config_name.clone(),
            variants: Vec::new(),
            pending: Some(Deployment::new(config_name, variants, Phase::Creating, now)),
            deployment_config: None,
            failure_reason: None,
            created: now,
            modified: now,
        }
    }

    /// Blue/green: a new fleet beside the one that serves.
    pub fn update(
        &mut self,
        config_name: &str,
        mut variants: Vec<Variant>,
        retained: Retained,
        guardrails: Option<&DeploymentConfig>,
        now: Timestamp,
    ) -> Result<(), AwsError> {
        self.must_be_in_service()?;
        self.must_not_become_serverless(&variants)?;
        for variant in &mut variants {
            let Some(serving) = self.variants.iter().find(|v| v.name == variant.name) else {
                continue;
            };
            if retained.weight {
                variant.weight = serving.weight;
            }
            if retained.instance_count && variant.serverless.is_none() {
                variant.instance_count = serving.instance_count;
            }
        }
        let guarded = match guardrails {
            Some(config) => self.guarded(config, &variants)?,
            None => None,
        };
        self.deployment_config = guardrails.cloned().or(self.deployment_config.take());
        self.status = EndpointStatus::Updating;
        self.failure_reason = None;
        self.modified = now;
        let config_name = config_name.to_owned();
        self.pending = Some(Deployment {
            guarded,
            ..Deployment::new(config_name, variants, Phase::Creating, now)
        });
        Ok(())
    }

    /// The guardrails of a deployment of these variants; none where AWS ignores them. Source: the SageMaker developer
    /// guide, "deployment-guardrails-exclusions", and the note of "deployment-guardrails" on kinds of endpoints.
    fn guarded(
        &self,
        config: &DeploymentConfig,
        variants: &[Variant],
    ) -> Result<Option<Guarded>, AwsError> {
        let mut all = self.variants.iter().chain(variants);
        if all.clone().any(|variant| variant.serverless.is_some()) {
            return Err(AwsError::validation(
                "DeploymentConfig is not supported for serverless endpoints",
            ));
        }
        if all.any(Variant::is_inf1) {
            return Ok(None);
        }
        let names = |variants: &[Variant]| {
            let names = variants.iter().filter(|variant| !variant.is_shadow);
            let mut names: Vec<String> = names.map(|variant| variant.name.clone()).collect();
            names.sort();
            names
        };
        if names(&self.variants) != names(variants) {
            return Err(AwsError::validation(format!(
                "DeploymentConfig needs the variant names of the endpoint \"{}\" in the new configuration: {}",
                self.arn,
                names(&self.variants).join(", ")
            )));
        }
        config.check_for(variants)?;
        Ok(Some(Guarded {
            config: config.clone(),
            step: 0,
        }))
    }

    /// The variants that serve. A resize tells of itself there: what is wanted of each, and how far it is.
    pub fn described<T: Serialize>(
        &self,
        is_shadow: bool,
        spell: fn(Timestamp) -> T,
    ) -> Vec<Value> {
        let resize = self.pending.as_ref();
        let resize = resize.filter(|pending| pending.keeps_servers);
        let variants = self.variants.iter();
        let variants = variants.filter(|variant| variant.is_shadow == is_shadow);
        let described = variants.map(|variant| {
            let Some(resize) = resize else {
                return variant.described(variant);
            };
            let mut desired = resize.variants.iter();
            let desired = desired.find(|desired| desired.name == variant.name);
            let mut described = variant.described(desired.unwrap_or(variant));
            described["VariantStatus"] = resize.status(None, spell);
            described
        });
        described.collect()
    }

    /// Other weights and counts of what serves.
    pub fn resize(&mut self, variants: Vec<Variant>, now: Timestamp) -> Result<(), AwsError> {
        self.must_be_in_service()?;
        self.status = EndpointStatus::Updating;
        self.modified = now;
        let config_name = self.config_name.clone();
        self.pending = Some(Deployment {
            keeps_servers: true,
            ..Deployment::new(config_name, variants, Phase::Updating, now)
        });
        Ok(())
    }

    /// Its deployment has guardrails.
    pub fn is_guarded(&self) -> bool {
        let pending = self.pending.as_ref();
        pending.is_some_and(|pending| pending.guarded.is_some())
    }

    /// Traffic has begun to move, step by step.
    pub fn is_shifting(&self) -> bool {
        let pending = self.pending.as_ref();
        let guarded = pending.and_then(|pending| pending.guarded.as_ref());
        guarded.is_some_and(|guarded| guarded.step > 0)
    }

    /// The new fleet is healthy: traffic moves, all of it or by one step more.
    pub fn activate(&mut self, now: Timestamp) {
        if let Some(pending) = &mut self.pending {
            pending.enter(Phase::ActivatingTraffic, now);
            if let Some(guarded) = &mut pending.guarded {
                guarded.step += 1;
            }
        }
        self.modified = now;
    }

    /// Both fleets are watched for a while.
    pub fn bake(&mut self, now: Timestamp) {
        if let Some(pending) = &mut self.pending {
            pending.enter(Phase::Baking, now);
        }
        self.modified = now;
    }

    /// The deployment ended well: what was pending serves.
    pub fn complete(&mut self, now: Timestamp) {
        if let Some(pending) = self.pending.take() {
            self.config_name = pending.config_name;
            self.variants = pending.variants;
        }
        self.status = EndpointStatus::InService;
        self.modified = now;
    }

    /// The new fleet did not become healthy, or an alarm rings. An endpoint that serves keeps its old configuration
    /// and says nothing, as on AWS: `FailureReason` stays empty.
    pub fn reject(&mut self, reason: String, now: Timestamp) {
        self.modified = now;
        if self.status == EndpointStatus::Creating {
            self.status = EndpointStatus::Failed;
            self.failure_reason = Some(reason);
            self.pending = None;
        } else {
            self.status = EndpointStatus::RollingBack;
        }
    }

    pub fn rolled_back(&mut self, now: Timestamp) {
        self.status = EndpointStatus::InService;
        self.pending = None;
        self.modified = now;
    }

    pub fn delete(&mut self, now: Timestamp) -> Result<(), AwsError> {
        match self.status {
            EndpointStatus::InService | EndpointStatus::Failed => {
                self.status = EndpointStatus::Deleting;
                self.modified = now;
                Ok(())
            }
            _ => Err(self.in_progress()),
        }
    }

    /// The developer guide, "serverless-endpoints": the other way round it can be.
    fn must_not_become_serverless(&self, variants: &[Variant]) -> Result<(), AwsError> {
        let has_instances = self
            .variants
            .iter()
            .any(|variant| variant.serverless.is_none());
        if has_instances && variants.iter().any(|variant| variant.serverless.is_some()) {
            return Err(AwsError::validation(format!(
                "Cannot update the instance-based endpoint \"{}\" to a serverless one.",
                self.arn
            )));
        }
        Ok(())
    }

    fn must_be_in_service(&self) -> Result<(), AwsError> {
        match self.status {
            EndpointStatus::InService => Ok(()),
            EndpointStatus::Failed => Err(AwsError::validation(format!(
                "Cannot update endpoint \"{}\" in status Failed: it can only be deleted.",
                self.arn
            ))),
            _ => Err(self.in_progress()),
        }
    }

    fn in_progress(&self) -> AwsError {
        AwsError::validation(format!(
            "Cannot update in-progress endpoint \"{}\".",
            self.arn
        ))
    }
}

impl EndpointStatus {
    pub fn name(self) -> &'static str {
        match self {
            EndpointStatus::Creating => "Creating",
            EndpointStatus::Updating => "Updating",
            EndpointStatus::RollingBack => "RollingBack",
            EndpointStatus::InService => "InService",
            EndpointStatus::Deleting => "Deleting",
            EndpointStatus::Failed => "Failed",
        }
    }
}
