//! The flow definition: reviewers, task page and output location.
//!
//! No operation changes a flow definition, so its name has a hash of its content: changed content is another
//! one under another physical id, and CloudFormation deletes the first after the update.

use anyhow::{Context, Result, ensure};
use aws_sdk_sagemaker::error::SdkError;
use aws_sdk_sagemaker::operation::delete_flow_definition::DeleteFlowDefinitionError;
use aws_sdk_sagemaker::operation::describe_flow_definition::DescribeFlowDefinitionOutput as Described;
use aws_sdk_sagemaker::types::{FlowDefinitionOutputConfig, FlowDefinitionStatus, HumanLoopConfig};
use loop_state::refusal::{self, Refusal};
use policy::task;

use crate::event::FlowDefinition;
use crate::patience::{Left, until_nothing_is_left};
use crate::tags::{self, tagged};
use crate::{Deps, Outcome, human_loops};

pub async fn provide(deps: &Deps, wanted: &FlowDefinition, stack: &str) -> Result<Outcome> {
    let name = wanted.name();
    if create(deps, wanted, stack).await? {
        return Ok(Outcome::provided(name));
    }
    // An update and its rollback may ask for one whose deletion has just begun.
    let deleting = async || still_deleting(deps, &name).await;
    until_nothing_is_left(deps, deleting).await?;
    let ours = match describe(deps, &name).await? {
        Some(found) => {
            let arn = found.flow_definition_arn.as_deref().unwrap_or_default();
            tagged(deps, arn, stack).await? && is_as(&found, wanted)
        }
        None => create(deps, wanted, stack).await?,
    };
    ensure!(
        ours,
        "the flow definition {name} is there and is not this stack's: delete it, or deploy the stack under another name"
    );
    Ok(Outcome::provided(name))
}

/// Deletes it only if it carries our stack's tag, after its open loops have been stopped.
pub async fn delete(deps: &Deps, id: &str, stack: &str) -> Result<Outcome> {
    let look = async || {
        let Some(found) = describe(deps, id).await? else {
            return Ok(Left::new());
        };
        let arn = found.flow_definition_arn.as_deref().unwrap_or_default();
        if !tagged(deps, arn, stack).await? {
            return Ok(Left::new());
        }
        if found.flow_definition_status != Some(FlowDefinitionStatus::Deleting) {
            let open = human_loops::stop(deps, arn).await?;
            if !open.is_empty() {
                return Ok(open);
            }
            let delete = deps.sagemaker.delete_flow_definition();
            match delete.flow_definition_name(id).send().await {
                // A loop may have started since its loops were listed; the next look stops it.
                Err(error) if is_in_use(&error) || refusal::is_missing(&error) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => {}
            }
        }
        Ok(vec![format!("the flow definition {id}")])
    };
    Ok(if until_nothing_is_left(deps, look).await? {
        Outcome::removed(id)
    } else {
        Outcome::kept(id)
    })
}

fn is_in_use(error: &SdkError<DeleteFlowDefinitionError>) -> bool {
    let service = error.as_service_error();
    service.is_some_and(DeleteFlowDefinitionError::is_resource_in_use)
}

/// False where the name is taken.
async fn create(deps: &Deps, wanted: &FlowDefinition, stack: &str) -> Result<bool> {
    let name = wanted.name();
    let config = HumanLoopConfig::builder()
        .workteam_arn(&wanted.workteam_arn)
        .human_task_ui_arn(&wanted.human_task_ui_arn)
        .task_title(&wanted.task_title)
        .task_description(&wanted.task_description)
        .task_count(task::ANSWERS)
        .task_time_limit_in_seconds(task::LEASE_SECONDS)
        .task_availability_lifetime_in_seconds(task::LIFETIME_SECONDS)
        .build();
    let output = FlowDefinitionOutputConfig::builder().s3_output_path(&wanted.s3_output_path);
    let created = deps
        .sagemaker
        .create_flow_definition()
        .flow_definition_name(&name)
        .human_loop_config(config)
        .output_config(output.build())
        .role_arn(&wanted.role_arn)
        .tags(tags::ours(stack))
        .send()
        .await;
    match created {
        Ok(_) => Ok(true),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(|error| error.is_resource_in_use()) =>
        {
            Ok(false)
        }
        Err(error) => Err(error).with_context(|| format!("create the flow definition {name}")),
    }
}

async fn describe(deps: &Deps, name: &str) -> Result<Option<Described>, Refusal> {
    let describe = deps.sagemaker.describe_flow_definition();
    match describe.flow_definition_name(name).send().await {
        Ok(found) => Ok(Some(found)),
        Err(error) if refusal::is_missing(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn still_deleting(deps: &Deps, name: &str) -> Result<Left, Refusal> {
    let found = describe(deps, name).await?;
    let deleting =
        found.filter(|it| it.flow_definition_status == Some(FlowDefinitionStatus::Deleting));
    Ok(deleting.map(|_| name.to_owned()).into_iter().collect())
}

/// Whether the name, which has a hash of the content, tells the truth.
fn is_as(found: &Described, wanted: &FlowDefinition) -> bool {
    let Some(config) = found.human_loop_config() else {
        return false;
    };
    let output = found
        .output_config()
        .and_then(|output| output.s3_output_path());
    config.workteam_arn() == Some(wanted.workteam_arn.as_str())
        && config.human_task_ui_arn() == Some(wanted.human_task_ui_arn.as_str())
        && config.task_title() == Some(wanted.task_title.as_str())
        && config.task_description() == Some(wanted.task_description.as_str())
        && output == Some(wanted.s3_output_path.as_str())
        && found.role_arn() == Some(wanted.role_arn.as_str())
}
