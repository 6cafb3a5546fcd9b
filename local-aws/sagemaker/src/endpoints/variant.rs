//! A variant of an endpoint: a model on instances, or serverless, and what an answer tells of it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::endpoint_configs::{ProductionVariant, ServerlessConfig};
use crate::containers::Containers;
use crate::data_capture::DataCaptureConfig;
use crate::slots::Slot;
use local_core::Cloud;
use local_core::store::Tx;
use local_core::wire::AwsError;

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
    #[serde(flatten)]
    pub containers: Containers,
    /// The model's role. Empty in an endpoint of an earlier local-aws, and where the model has none.
    #[serde(default)]
    pub role_arn: String,
    /// It gets copies of requests, and nobody gets its answers.
    #[serde(default)]
    pub is_shadow: bool,
    /// Of its endpoint configuration.
    #[serde(default)]
    pub capture: Option<DataCaptureConfig>,
}

impl Variant {
    pub fn of(
        cloud: &Cloud,
        tx: &Tx,
        region: &str,
        variant: &ProductionVariant,
    ) -> Result<Variant, AwsError> {
        let model = variant.model(cloud, tx, region)?;
        Ok(Variant {
            name: variant.variant_name.clone(),
            weight: variant.initial_variant_weight.unwrap_or(1.0),
            instance_count: variant.initial_instance_count.unwrap_or(1),
            instance_type: variant.instance_type.clone(),
            serverless: variant.serverless_config.clone(),
            startup_timeout_seconds: variant.container_startup_health_check_timeout_in_seconds,
            role_arn: model.role_arn().unwrap_or_default().to_owned(),
            containers: model.containers,
            is_shadow: false,
            capture: None,
        })
    }

    /// As `ProductionVariantSummary`: as it is, and as it is to be.
    pub fn described(&self, desired: &Variant) -> Value {
        json!({
            "VariantName": self.name,
            "DeployedImages": self.deployed_images(),
            "CurrentWeight": self.weight,
            "DesiredWeight": desired.weight,
            "CurrentInstanceCount": self.instances(),
            "DesiredInstanceCount": desired.instances(),
            "CurrentServerlessConfig": self.serverless,
            "DesiredServerlessConfig": self.serverless,
        })
    }

    pub fn deployed_images(&self) -> Vec<Value> {
        let containers = self.containers.iter();
        containers
            .map(|container| json!({ "SpecifiedImage": container.image }))
            .collect()
    }

    /// Its instances; none where it is serverless.
    pub fn slot(&self) -> Option<Slot> {
        let instance_type = self.instance_type.clone()?;
        Some(Slot {
            instance_type,
            instance_count: self.instance_count,
        })
    }

    /// Source: the SageMaker developer guide, "deployment-guardrails-exclusions".
    pub fn is_inf1(&self) -> bool {
        let instance_type = self.instance_type.as_deref();
        instance_type.is_some_and(|name| name.starts_with("ml.inf1."))
    }

    /// A serverless variant has no instances, only a process of ours.
    pub fn instances(&self) -> Option<u32> {
        self.serverless.is_none().then_some(self.instance_count)
    }
}
