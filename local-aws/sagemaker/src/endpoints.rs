//! Endpoints: processes that serve models, and how they are replaced.
//!
//! `state` says what may follow what; `converge` does what the state says is missing; `server` is the processes
//! that serve a model: one, or those of an inference pipeline. The list of servers is part of the state: a server
//! lives as long as it is on that list, and takes itself off when it ends. `scaled` has the variants that Application Auto Scaling scales.

mod alarms;
mod asked;
mod capture;
mod converge;
mod deployment;
mod event;
mod fleet;
mod forward;
mod guardrails;
pub mod headers;
pub mod invoke;
mod measured;
mod processes;
mod resize;
mod route;
mod rows;
mod running;
mod scaled;
mod server;
mod shadow;
mod shift;
mod slot;
mod state;
mod underway;
mod variant;

#[cfg(test)]
mod tests;

use serde::Deserialize;
use serde_json::{Value, json};

use super::data_capture::DataCaptureConfig;
use super::endpoint_configs;
use super::slots::{self, Slot};
use local_core::listing::{ListRequest, Listed, SortOrder, page};
use local_core::names;
use local_core::store::Tx;
use local_core::tags::{self, Tag};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Cloud};

pub use capture::{CONTROLLER as CAPTURED, write as write_captured};
pub use converge::{CONTROLLER as CONVERGE, recover};
use guardrails::DeploymentConfig;
pub use resize::DesiredWeightAndCapacity;
use rows::put;
pub use rows::{ENDPOINTS, all, get};
pub use scaled::{deregister, register, registered};
pub use server::CONTROLLER as SERVERS_RUN;
pub use shadow::CONTROLLER as SHADOWS;
use state::Retained;
pub use state::{Endpoint, EndpointStatus};
pub use variant::Variant;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    endpoint_name: String,
    endpoint_config_name: String,
    /// Kept for updates to come: a first fleet has no traffic to move.
    deployment_config: Option<DeploymentConfig>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateRequest {
    endpoint_name: String,
    endpoint_config_name: String,
    #[serde(default)]
    retain_all_variant_properties: bool,
    #[serde(default)]
    exclude_retained_variant_properties: Vec<VariantProperty>,
    deployment_config: Option<DeploymentConfig>,
    #[serde(default)]
    retain_deployment_config: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct VariantProperty {
    variant_property_type: VariantPropertyType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum VariantPropertyType {
    DesiredInstanceCount,
    DesiredWeight,
    /// The API reference, "VariantProperty": not supported, there neither.
    DataCaptureConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    endpoint_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct WeightsRequest {
    endpoint_name: String,
    desired_weights_and_capacities: Vec<DesiredWeightAndCapacity>,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    if let Some(config) = &request.deployment_config {
        config.check()?;
    }
    let name = request.endpoint_name;
    let arn = names::arn(&call, "endpoint", &name);
    call.cloud.store.write(|tx| {
        if get(tx, &call.region, &name).is_some() {
            return Err(AwsError::validation(format!(
                "Cannot create already existing endpoint \"{arn}\"."
            )));
        }
        let variants = variants(&call.cloud, tx, &call.region, &request.endpoint_config_name)?;
        let now = Timestamp::now(&call.cloud.world);
        let config = request.endpoint_config_name;
        let endpoint = Endpoint {
            deployment_config: request.deployment_config,
            ..Endpoint::creating(name, arn, config, variants, now)
        };
        occupy(&call.cloud, tx, &call.region, endpoint.started())?;
        tags::create(tx, &endpoint.arn, &request.tags);
        put(&call.cloud, tx, &call.region, &endpoint);
        Ok(json!({ "EndpointArn": endpoint.arn }))
    })
}

pub async fn update(call: Call, request: UpdateRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let mut endpoint = required(&call.cloud, tx, &call.region, &request.endpoint_name)?;
        // AWS reads the configuration that serves, too: it must not be deleted before.
        endpoint_configs::required(&call.cloud, tx, &call.region, &endpoint.config_name)?;
        let variants = variants(&call.cloud, tx, &call.region, &request.endpoint_config_name)?;
        let excluded = |property| {
            let mut excluded = request.exclude_retained_variant_properties.iter();
            excluded.any(|other| other.variant_property_type == property)
        };
        let retained = Retained {
            weight: request.retain_all_variant_properties
                && !excluded(VariantPropertyType::DesiredWeight),
            instance_count: request.retain_all_variant_properties
                && !excluded(VariantPropertyType::DesiredInstanceCount),
        };
        scaled::check(tx, &call.region, &endpoint, &variants)?;
        let guardrails = guardrails(&request, &endpoint)?;
        let now = Timestamp::now(&call.cloud.world);
        let config_name = &request.endpoint_config_name;
        endpoint.update(config_name, variants, retained, guardrails.as_ref(), now)?;
        if let (Some(guardrails), Some(pending)) = (&guardrails, &endpoint.pending) {
            let place = (call.region.as_str(), pending.variants.as_slice());
            alarms::check(&call.cloud, tx, place, guardrails)?;
        }
        occupy(&call.cloud, tx, &call.region, endpoint.started())?;
        put(&call.cloud, tx, &call.region, &endpoint);
        Ok(json!({ "EndpointArn": endpoint.arn }))
    })
}

/// The guardrails that an update asks for. Source: the SageMaker developer guide, "How to update an endpoint with an
/// existing blue/green update policy".
fn guardrails(
    request: &UpdateRequest,
    endpoint: &Endpoint,
) -> Result<Option<DeploymentConfig>, AwsError> {
    match (&request.deployment_config, request.retain_deployment_config) {
        (Some(_), true) => Err(AwsError::validation(
            "An update has either DeploymentConfig or RetainDeploymentConfig",
        )),
        (None, true) => Ok(endpoint.deployment_config.clone()),
        (None, false) => Ok(None),
        (Some(config), false) => {
            config.check()?;
            Ok(Some(config.clone()))
        }
    }
}

pub async fn update_weights_and_capacities(call: Call, request: WeightsRequest) -> Reply {
    let (name, wanted) = (
        &request.endpoint_name,
        &request.desired_weights_and_capacities,
    );
    let place = (call.region.as_str(), name.as_str());
    let resized = |tx: &Tx| resize(&call.cloud, tx, place, wanted);
    let endpoint = call.cloud.store.write(resized)?;
    Ok(json!({ "EndpointArn": endpoint.arn }))
}

/// Asks for other weights and counts: a caller's, and those that Application Auto Scaling decides.
pub fn resize(
    cloud: &Cloud,
    tx: &Tx,
    (region, name): (&str, &str),
    wanted: &[DesiredWeightAndCapacity],
) -> Result<Endpoint, AwsError> {
    let mut endpoint = required(cloud, tx, region, name)?;
    let variants = endpoint.resized(wanted)?;
    endpoint.resize(variants, Timestamp::now(&cloud.world))?;
    occupy(cloud, tx, region, endpoint.started())?;
    put(cloud, tx, region, &endpoint);
    Ok(endpoint)
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let endpoint = call
        .cloud
        .store
        .read(|tx| required(&call.cloud, tx, &call.region, &request.endpoint_name))?;
    // The API reference: of a new endpoint configuration alone.
    let deployments = endpoint.pending.as_ref();
    let pending = deployments.filter(|pending| !pending.keeps_servers);
    let pending = pending.map(|pending| pending.summary(Timestamp::seconds));
    let capture = endpoint
        .variants
        .iter()
        .find_map(|each| each.capture.as_ref());
    Ok(json!({
        "EndpointName": endpoint.name,
        "EndpointArn": endpoint.arn,
        "EndpointConfigName": endpoint.config_name,
        "ProductionVariants": non_empty(endpoint.described(false, Timestamp::seconds)),
        "ShadowProductionVariants": non_empty(endpoint.described(true, Timestamp::seconds)),
        "DataCaptureConfig": capture.map(DataCaptureConfig::summary),
        "EndpointStatus": endpoint.status,
        "FailureReason": endpoint.failure_reason,
        "CreationTime": endpoint.created.seconds(),
        "LastModifiedTime": endpoint.modified.seconds(),
        "LastDeploymentConfig": endpoint.deployment_config,
        "PendingDeploymentSummary": pending,
    }))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let endpoints = call.cloud.store.read(|tx| ENDPOINTS.list(tx, &call.region));
    let listed = endpoints.into_iter().map(|(name, endpoint)| Listed {
        summary: json!({
            "EndpointName": name,
            "EndpointArn": endpoint.arn,
            "CreationTime": endpoint.created.seconds(),
            "LastModifiedTime": endpoint.modified.seconds(),
            "EndpointStatus": endpoint.status,
        }),
        name,
        created: endpoint.created,
        modified: endpoint.modified,
        status: endpoint.status.name(),
    });
    let page = page(listed.collect(), &request, SortOrder::Descending)?;
    Ok(json!({ "Endpoints": page.summaries, "NextToken": page.next_token }))
}

pub async fn delete(call: Call, request: NameRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let mut endpoint = required(&call.cloud, tx, &call.region, &request.endpoint_name)?;
        scaled::authorize_deletion(&call, tx, &endpoint)?;
        endpoint.delete(Timestamp::now(&call.cloud.world))?;
        put(&call.cloud, tx, &call.region, &endpoint);
        Ok(Value::Null)
    })
}

/// Refuses instances beyond the quota of their type.
fn occupy(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    wanted: impl IntoIterator<Item = Slot>,
) -> Result<(), AwsError> {
    let endpoints = ENDPOINTS.list(tx, region);
    let slots = endpoints.iter().flat_map(|(_, endpoint)| endpoint.slots());
    let mut used: Vec<Slot> = slots.collect();
    for slot in wanted {
        slots::check(cloud, "endpoint usage", used.iter().cloned(), &slot)?;
        used.push(slot);
    }
    Ok(())
}

fn required(cloud: &Cloud, tx: &Tx, region: &str, name: &str) -> Result<Endpoint, AwsError> {
    get(tx, region, name).ok_or_else(|| {
        let arn = cloud.arn("sagemaker", region, &format!("endpoint/{name}"));
        AwsError::validation(format!("Could not find endpoint \"{arn}\"."))
    })
}

fn variants(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    config_name: &str,
) -> Result<Vec<Variant>, AwsError> {
    let config = endpoint_configs::required(cloud, tx, region, config_name)?;
    let variants = config.variants().map(|variant| {
        let is_shadow = config.is_shadow(variant);
        let variant = Variant::of(cloud, tx, region, variant)?;
        Ok(Variant {
            is_shadow,
            capture: config.data_capture().cloned(),
            ..variant
        })
    });
    variants.collect()
}

fn non_empty(values: Vec<Value>) -> Option<Vec<Value>> {
    (!values.is_empty()).then_some(values)
}
