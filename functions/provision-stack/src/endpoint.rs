//! The endpoint goes with the stack.

use anyhow::{Context, Result};
use contracts::names::STACK_TAG;
use policy::refusal::is_missing;

use crate::event::Endpoint;
use crate::{Deps, Outcome};

pub async fn delete(deps: &Deps, wanted: &Endpoint, stack: &str) -> Result<Outcome> {
    let name = &wanted.endpoint_name;
    let physical_resource_id = name.clone();
    let described = match deps
        .sagemaker
        .describe_endpoint()
        .endpoint_name(name)
        .send()
        .await
    {
        Ok(described) => described,
        Err(error)
            if error
                .as_service_error()
                .and_then(|error| error.meta().message())
                .is_some_and(is_missing) =>
        {
            return Ok(Outcome::Kept {
                physical_resource_id,
            });
        }
        Err(error) => return Err(error).with_context(|| format!("describe the endpoint {name}")),
    };
    let arn = described.endpoint_arn.unwrap_or_default();
    if !tagged(deps, &arn, stack).await? {
        return Ok(Outcome::Kept {
            physical_resource_id,
        });
    }
    let deleted = deps
        .sagemaker
        .delete_endpoint()
        .endpoint_name(name)
        .send()
        .await;
    deleted.with_context(|| format!("delete the endpoint {name}"))?;
    Ok(Outcome::Removed {
        physical_resource_id,
    })
}

/// Whether something carries our stack's tag.
pub async fn tagged(deps: &Deps, arn: &str, stack: &str) -> Result<bool> {
    let tags = deps.sagemaker.list_tags().resource_arn(arn).send().await;
    let tags = tags.with_context(|| format!("list the tags of {arn}"))?;
    let ours = |tag: &aws_sdk_sagemaker::types::Tag| {
        tag.key() == Some(STACK_TAG) && tag.value() == Some(stack)
    };
    Ok(tags.tags().iter().any(ours))
}
