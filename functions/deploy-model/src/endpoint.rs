//! The calls on the one endpoint.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::Tag;
use policy::deployment::Step;

use crate::Deps;

/// Creates the endpoint, or moves it to another config keeping the capacity it has scaled to.
pub async fn converge(deps: &Deps, config: &str, step: &Step) -> Result<()> {
    let name = &deps.config.endpoint_name;
    if *step == Step::Create {
        // provision-reviewers deletes the endpoint with the stack, if it carries this tag.
        let tag = Tag::builder()
            .key(contracts::names::STACK_TAG)
            .value(name)
            .build();
        let create = deps
            .sagemaker
            .create_endpoint()
            .endpoint_name(name)
            .tags(tag);
        create
            .endpoint_config_name(config)
            .send()
            .await
            .map(drop)
            .with_context(|| format!("create the endpoint {name}"))
    } else {
        let update = deps.sagemaker.update_endpoint().endpoint_name(name);
        update
            .endpoint_config_name(config)
            .retain_all_variant_properties(true)
            .send()
            .await
            .map(drop)
            .with_context(|| format!("update the endpoint {name}"))
    }
}

pub async fn delete(deps: &Deps) -> Result<()> {
    let name = &deps.config.endpoint_name;
    let answer = deps
        .sagemaker
        .delete_endpoint()
        .endpoint_name(name)
        .send()
        .await;
    answer
        .map(drop)
        .with_context(|| format!("delete the failed endpoint {name}"))
}
