//! The calls on the one endpoint.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::Tag;
use loop_state::refusal::Refusal;
use policy::deployment::Endpoint;
use policy::hosting::Kind;

use crate::Deps;

pub async fn create(deps: &Deps, config: &str) -> Result<(), Refusal> {
    let name = &deps.config.hosted.endpoint_name;
    // provision-stack deletes the endpoint with the stack, if it carries this tag.
    let tag = Tag::builder()
        .key(contracts::names::STACK_TAG)
        .value(name)
        .build();
    let create = deps.sagemaker.create_endpoint().endpoint_name(name);
    let create = create.endpoint_config_name(config).tags(tag);
    create.send().await?;
    Ok(())
}

/// Moves the endpoint to another config. Instances keep the number they were scaled to; a
/// serverless endpoint has none, and whether the parameter is accepted for it is not documented.
pub async fn update(deps: &Deps, config: &str, live: Endpoint<'_>) -> Result<(), Refusal> {
    let name = &deps.config.hosted.endpoint_name;
    let retains =
        deps.config.hosted.hosting.kind() == Kind::Instance && live.kind == Some(Kind::Instance);
    let update = deps.sagemaker.update_endpoint().endpoint_name(name);
    let update = update.endpoint_config_name(config);
    let update = update.set_retain_all_variant_properties(retains.then_some(true));
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
