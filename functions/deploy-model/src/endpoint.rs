//! The calls on the one endpoint.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::{DeploymentConfig, VariantProperty, VariantPropertyType};
use loop_state::refusal::Refusal;
use policy::deployment::Endpoint;
use policy::hosting::Kind;

use crate::{Deps, tag};

pub async fn create(deps: &Deps, config: &str) -> Result<(), Refusal> {
    let name = &deps.config.hosted.endpoint_name;
    let create = deps.sagemaker.create_endpoint().endpoint_name(name);
    let create = create
        .endpoint_config_name(config)
        .tags(tag::of_stack(name));
    create.send().await?;
    Ok(())
}

/// Moves the endpoint to another config. Instances keep the number they were scaled to; a
/// serverless endpoint has none, and whether the parameter is accepted for it is not documented.
pub async fn update(
    deps: &Deps,
    config: &str,
    live: Endpoint<'_>,
    routing: Option<DeploymentConfig>,
) -> Result<(), Refusal> {
    let name = &deps.config.hosted.endpoint_name;
    let retains =
        deps.config.hosted.hosting.kind() == Kind::Instance && live.kind == Some(Kind::Instance);
    let update = deps.sagemaker.update_endpoint().endpoint_name(name);
    let update = update.endpoint_config_name(config);
    let update = update.set_retain_all_variant_properties(retains.then_some(true));
    // A challenger begins with none of the requests, whatever share the one before it had.
    let weight = VariantProperty::builder()
        .variant_property_type(VariantPropertyType::DesiredWeight)
        .build();
    let weight = retains.then(|| vec![weight]);
    let update = update.set_exclude_retained_variant_properties(weight);
    let update = update.set_deployment_config(routing);
    update.send().await?;
    Ok(())
}

pub async fn delete(deps: &Deps) -> Result<()> {
    let name = &deps.config.hosted.endpoint_name;
    let delete = deps.sagemaker.delete_endpoint().endpoint_name(name);
    let answer = delete.send().await;
    answer
        .map(drop)
        .with_context(|| format!("delete the failed endpoint {name}"))
}
