//! The models and endpoint configs that deploy-model made: found by the beginning of their names, deleted by
//! their tag.

use contracts::names;
use loop_state::packages::PAGE;
use loop_state::refusal::{self, Refusal};
use policy::naming;

use crate::Deps;
use crate::patience::Left;
use crate::tags::tagged;

pub async fn delete_configs(deps: &Deps, stack: &str) -> Result<Left, Refusal> {
    let prefix = naming::endpoint_config_prefix(&names::endpoint(stack));
    let list = deps.sagemaker.list_endpoint_configs();
    let list = list.name_contains(&prefix).max_results(PAGE);
    let mut configs = list.into_paginator().items().send();
    let mut left = Left::new();
    while let Some(config) = configs.next().await {
        let config = config?;
        let name = config.endpoint_config_name.unwrap_or_default();
        let arn = config.endpoint_config_arn.unwrap_or_default();
        if !name.starts_with(&prefix) || !tagged(deps, &arn, stack).await? {
            continue;
        }
        let delete = deps.sagemaker.delete_endpoint_config();
        match delete.endpoint_config_name(&name).send().await {
            Err(error) if !refusal::is_missing(&error) => return Err(error.into()),
            _ => left.push(format!("the endpoint config {name}")),
        }
    }
    Ok(left)
}

pub async fn delete_models(deps: &Deps, stack: &str) -> Result<Left, Refusal> {
    let prefix = naming::endpoint_config_prefix(&names::endpoint(stack));
    let list = deps.sagemaker.list_models();
    let list = list.name_contains(&prefix).max_results(PAGE);
    let mut models = list.into_paginator().items().send();
    let mut left = Left::new();
    while let Some(model) = models.next().await {
        let model = model?;
        let name = model.model_name.unwrap_or_default();
        let arn = model.model_arn.unwrap_or_default();
        if !name.starts_with(&prefix) || !tagged(deps, &arn, stack).await? {
            continue;
        }
        let delete = deps.sagemaker.delete_model().model_name(&name);
        match delete.send().await {
            Err(error) if !refusal::is_missing(&error) => return Err(error.into()),
            _ => left.push(format!("the model {name}")),
        }
    }
    Ok(left)
}
