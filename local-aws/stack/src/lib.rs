//! Deploys a SAM template into this cloud, as CloudFormation does into an account.
//!
//! Each resource is brought about through the service's own wire operations, in the order of the
//! references, so that a service's refusal is the deployment's. A deployed resource is a row, by
//! logical id: a deployment over an existing state touches only what changed, and removes the
//! resources that the template has no more.

mod bystander;
mod call;
mod change;
mod changed;
mod cloudwatch;
mod cognito;
mod custom;
mod deployment;
mod env_file;
mod function;
mod identity;
mod removal;
mod resource;
mod row;
mod rule;
mod sagemaker;
mod semantics;
mod sns;
mod storage;
mod without_effect;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use local_core::Cloud;
use local_core::part::Part;
use local_core::wire::apis;
use sam::{Pseudo, Template};

pub use deployment::STACK_NAME;

/// No operations: the template is deployed at start, not by a call.
pub fn part() -> Part {
    Part {
        operations: vec![(apis::CLOUDFORMATION, Vec::new())],
        semantics: semantics::NOTES,
        ..Part::default()
    }
}

/// Deploys the template of the settings, if there is one: at start, and after a reset.
pub async fn deploy(cloud: &Arc<Cloud>) -> anyhow::Result<()> {
    match &cloud.settings.template {
        Some(path) => deployment::deploy_template(cloud, path).await,
        None => Ok(()),
    }
}

/// Whether the template takes these parameters; an unknown name is answered with those it has.
pub fn check_parameters(template: &Path, parameters: &sam::Parameters) -> anyhow::Result<()> {
    let template = Template::read(template)?;
    template.plan(parameters, &Pseudo::default())?;
    Ok(())
}

/// The outputs of the deployed stack, by name.
pub fn outputs(cloud: &Cloud) -> BTreeMap<String, String> {
    cloud
        .store
        .read(|tx| row::outputs(tx, &cloud.settings.region))
}
