//! The life of one stack, as CloudFormation leads it: a SAM template is created, updated and deleted.
//!
//! Each resource is brought about through the service's own wire operations, in the order of the
//! references, so that a service's refusal is the deployment's. A deployed resource is a row, by
//! logical id; `plan` turns its row and the template into a step, `life` leads from one status of the stack to
//! the next, `rollback` and `deletion` are the ways back and out, `resume` takes up what a process left.

mod adoption;
mod athena;
mod bystander;
mod call;
mod change;
mod cloudwatch;
mod cognito;
mod controller;
mod course;
mod custom;
mod deletion;
mod deployment;
mod env_file;
mod event;
mod feature_group;
mod function;
mod glue;
mod iam;
mod leftover;
mod life;
mod order;
mod plan;
mod removal;
mod replacement;
mod resource;
mod resume;
mod rollback;
mod row;
mod rule;
mod sagemaker;
mod semantics;
mod sns;
mod stack;
mod status;
mod step;
mod storage;
mod turn;
mod wire;
mod without_effect;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use local_core::Cloud;
use local_core::part::Part;
use local_core::wire::apis;
use sam::{Parameters, Pseudo, Template};

pub use call::STACK_NAME;
pub use event::Event;
pub use iam::{function_role_name, provision_policies};
pub use stack::Stack;
pub use status::Status;

pub fn part() -> Part {
    Part {
        operations: vec![(apis::CLOUDFORMATION, wire::operations())],
        permissions: wire::PERMISSIONS,
        semantics: semantics::NOTES,
        controllers: vec![controller::CONTROLLER],
        ..Part::default()
    }
}

/// Deploys the template of the settings, if there is one: at start, and after a reset. Where the deletion of the
/// stack is asked for meanwhile, the controller deletes it in place of the deployment.
pub async fn start(cloud: &Arc<Cloud>) -> anyhow::Result<()> {
    let Some(path) = &cloud.settings.template else {
        return Ok(());
    };
    let parameters = &cloud.settings.parameters;
    match deploy(cloud, &Template::read(path)?, parameters).await {
        Err(error) if describe(cloud).is_some_and(|stack| stack.is_being_deleted()) => {
            tracing::warn!(
                reason = format!("{error:#}"),
                "the template is not deployed"
            );
            Ok(())
        }
        other => other,
    }
}

/// Creates the stack, or updates it to this template and these parameters. One that fails is rolled back;
/// the error names the resource, the service's reason, and how the rollback ended.
pub async fn deploy(
    cloud: &Arc<Cloud>,
    template: &Template,
    parameters: &Parameters,
) -> anyhow::Result<()> {
    turn::deploy(cloud, template, parameters).await
}

/// Deletes the stack. The error names each resource whose deletion is refused; the call can be repeated.
pub async fn delete(cloud: &Arc<Cloud>) -> anyhow::Result<()> {
    turn::delete(cloud).await
}

/// The stack as it is, or as it was when it was deleted.
pub fn describe(cloud: &Cloud) -> Option<Stack> {
    Stack::find(cloud)
}

/// What happened to the stack and its resources since its creation, from the first to the last.
pub fn events(cloud: &Cloud) -> Vec<Event> {
    cloud
        .store
        .read(|tx| event::all(tx, &cloud.settings.region))
}

/// The outputs of the deployed stack, by name.
pub fn outputs(cloud: &Cloud) -> BTreeMap<String, String> {
    describe(cloud)
        .map(|stack| stack.outputs)
        .unwrap_or_default()
}

/// Whether the template takes these parameters; an unknown name is answered with those it has.
pub fn check_parameters(template: &Path, parameters: &Parameters) -> anyhow::Result<()> {
    let template = Template::read(template)?;
    template.plan(parameters, &Pseudo::default())?;
    Ok(())
}
