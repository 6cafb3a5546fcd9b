//! The versions in the stack's model package group. They carry no tags of their own: CreateModelPackage takes
//! none for a package of a group (its reference, `Tags`).

use contracts::names;
use loop_state::packages::PAGE;
use loop_state::refusal::{self, Refusal};

use crate::Deps;
use crate::patience::Left;

pub async fn delete(deps: &Deps, stack: &str) -> Result<Left, Refusal> {
    let list = deps.sagemaker.list_model_packages();
    let list = list
        .model_package_group_name(names::model_package_group(stack))
        .max_results(PAGE);
    let mut packages = list.into_paginator().items().send();
    let mut left = Left::new();
    while let Some(package) = packages.next().await {
        let package = match package {
            Ok(package) => package,
            Err(error) if refusal::is_missing(&error) => break,
            Err(error) => return Err(error.into()),
        };
        let arn = package.model_package_arn.unwrap_or_default();
        let delete = deps.sagemaker.delete_model_package();
        match delete.model_package_name(&arn).send().await {
            Err(error) if !refusal::is_missing(&error) => return Err(error.into()),
            _ => left.push(arn),
        }
    }
    Ok(left)
}
