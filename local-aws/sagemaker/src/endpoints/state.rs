//! An endpoint's states and what may follow what.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::endpoint_configs::{ProductionVariant, ServerlessConfig};
use super::super::models;
use crate::slots::Slot;
use local_core::Cloud;
use local_core::store::Tx;
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

/// One slot of traffic, with the model as it was when the deployment was asked for: a model that
/// is deleted later does not take the endpoint with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    pub name: String,
    pub weight: f64,
    pub instance_count: u32,
    pub instance_type: Option<String>,
    pub serverless: Option<ServerlessConfig>,
    pub startup_timeout_seconds: Option<u64>,
    pub image: String,
    pub model_data_url: Option<String>,
    /// The model's role. Empty in an endpoint of an earlier local-aws, and where the model has none.
    #[serde(default)]
    pub role_arn: String,
    pub environment: BTreeMap<String, String>,
}

/// A deployment under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    pub config_name: String,
    pub variants: Vec<Variant>,
    pub started: Timestamp,
    pub phase: Phase,
    pub phase_started: Timestamp,
    /// Only weights and counts change: servers that run stay.
    pub keeps_servers: bool,
}

/// As `VariantStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    Creating,
    Updating,
    ActivatingTraffic,
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
        self.status = EndpointStatus::Updating;
        self.failure_reason = None;
        self.modified = now;
        let config_name = config_name.to_owned();
        self.pending = Some(Deployment::new(config_name, variants, Phase::Creating, now));
        Ok(())
    }

    /// The variants that serve. A resize tells of itself there: what is wanted of each, and how far it is.
    pub fn described<T: Serialize>(&self, spell: fn(Timestamp) -> T) -> Vec<Value> {
        let resize = self.pending.as_ref();
        let resize = resize.filter(|pending| pending.keeps_servers);
        let variants = self.variants.iter();
        let described = variants.map(|variant| {
            let Some(resize) = resize else {
                return variant.described(variant);
            };
            let mut desired = resize.variants.iter();
            let desired = desired.find(|desired| desired.name == variant.name);
            let mut described = variant.described(desired.unwrap_or(variant));
            described["VariantStatus"] = resize.status(spell);
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

    /// The new fleet is healthy: traffic moves.
    pub fn activate(&mut self, now: Timestamp) {
        if let Some(pending) = &mut self.pending {
            pending.phase = Phase::ActivatingTraffic;
            pending.phase_started = now;
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

    /// The new fleet did not become healthy. An endpoint that serves keeps its old configuration
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

impl Deployment {
    fn new(config_name: String, variants: Vec<Variant>, phase: Phase, now: Timestamp) -> Self {
        Deployment {
            config_name,
            variants,
            started: now,
            phase,
            phase_started: now,
            keeps_servers: false,
        }
    }

    fn status<T: Serialize>(&self, spell: fn(Timestamp) -> T) -> Value {
        json!([{ "Status": self.phase, "StartTime": spell(self.phase_started) }])
    }
}

impl Variant {
    pub fn of(
        cloud: &Cloud,
        tx: &Tx,
        region: &str,
        variant: &ProductionVariant,
    ) -> Result<Variant, AwsError> {
        let model = models::required(cloud, tx, region, &variant.model_name)?;
        Ok(Variant {
            name: variant.variant_name.clone(),
            weight: variant.initial_variant_weight.unwrap_or(1.0),
            instance_count: variant.initial_instance_count.unwrap_or(1),
            instance_type: variant.instance_type.clone(),
            serverless: variant.serverless_config.clone(),
            startup_timeout_seconds: variant.container_startup_health_check_timeout_in_seconds,
            role_arn: model.role_arn().unwrap_or_default().to_owned(),
            image: model.image,
            model_data_url: model.model_data_url,
            environment: model.environment,
        })
    }

    /// As `ProductionVariantSummary`: as it is, and as it is to be.
    pub fn described(&self, desired: &Variant) -> Value {
        json!({
            "VariantName": self.name,
            "DeployedImages": [{ "SpecifiedImage": self.image }],
            "CurrentWeight": self.weight,
            "DesiredWeight": desired.weight,
            "CurrentInstanceCount": self.instances(),
            "DesiredInstanceCount": desired.instances(),
            "CurrentServerlessConfig": self.serverless,
            "DesiredServerlessConfig": self.serverless,
        })
    }

    /// As `PendingProductionVariantSummary`.
    pub fn pending<T: Serialize>(
        &self,
        deployment: &Deployment,
        spell: fn(Timestamp) -> T,
    ) -> Value {
        json!({
            "VariantName": self.name,
            "DeployedImages": [{ "SpecifiedImage": self.image }],
            "CurrentWeight": 0.0,
            "DesiredWeight": self.weight,
            "CurrentInstanceCount": self.instances().map(|_| 0),
            "DesiredInstanceCount": self.instances(),
            "InstanceType": self.instance_type,
            "CurrentServerlessConfig": self.serverless,
            "DesiredServerlessConfig": self.serverless,
            "VariantStatus": deployment.status(spell),
        })
    }

    /// Its instances; none where it is serverless.
    pub fn slot(&self) -> Option<Slot> {
        let instance_type = self.instance_type.clone()?;
        Some(Slot {
            instance_type,
            instance_count: self.instance_count,
        })
    }

    /// A serverless variant has no instances, only a process of ours.
    fn instances(&self) -> Option<u32> {
        self.serverless.is_none().then_some(self.instance_count)
    }
}
