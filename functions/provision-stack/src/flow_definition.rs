//! The flow definition: reviewers, task page and output location.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use aws_sdk_sagemaker::types::{FlowDefinitionOutputConfig, HumanLoopConfig, Tag};
use aws_sdk_sagemakera2iruntime::types::HumanLoopStatus;
use contracts::names::STACK_TAG;
use tracing::warn;

use crate::endpoint::tagged;
use crate::event::FlowDefinition;
use crate::{Deps, Outcome};

/// One answer is enough to begin with; the portal gives a task back after an hour, and a loop
/// expires after three days, to be asked again.
const TASK_COUNT: i32 = 1;
const TASK_TIME_LIMIT_SECONDS: i32 = 3600;
const TASK_AVAILABILITY_SECONDS: i32 = 3 * 24 * 3600;

pub async fn provide(deps: &Deps, wanted: &FlowDefinition, stack: &str) -> Result<Outcome> {
    let name = &wanted.flow_definition_name;
    let physical_resource_id = name.clone();
    let config = HumanLoopConfig::builder()
        .workteam_arn(&wanted.workteam_arn)
        .human_task_ui_arn(&wanted.human_task_ui_arn)
        .task_title(&wanted.task_title)
        .task_description(&wanted.task_description)
        .task_count(TASK_COUNT)
        .task_time_limit_in_seconds(TASK_TIME_LIMIT_SECONDS)
        .task_availability_lifetime_in_seconds(TASK_AVAILABILITY_SECONDS)
        .build();
    let output = FlowDefinitionOutputConfig::builder().s3_output_path(&wanted.s3_output_path);
    let created = deps
        .sagemaker
        .create_flow_definition()
        .flow_definition_name(name)
        .human_loop_config(config)
        .output_config(output.build())
        .role_arn(&wanted.role_arn)
        .tags(Tag::builder().key(STACK_TAG).value(stack).build())
        .send()
        .await;
    match created {
        Ok(_) => Ok(Outcome::Provided {
            physical_resource_id,
        }),
        // A flow definition cannot be changed; the one there is of our name is taken.
        Err(error)
            if error
                .as_service_error()
                .is_some_and(|e| e.is_resource_in_use()) =>
        {
            Ok(Outcome::Provided {
                physical_resource_id,
            })
        }
        Err(error) => Err(error).with_context(|| format!("create the flow definition {name}")),
    }
}

pub async fn delete(deps: &Deps, wanted: &FlowDefinition, stack: &str) -> Result<Outcome> {
    let name = &wanted.flow_definition_name;
    let physical_resource_id = name.clone();
    let describe = deps
        .sagemaker
        .describe_flow_definition()
        .flow_definition_name(name);
    let found = match describe.send().await {
        Ok(found) => found,
        Err(error)
            if error
                .as_service_error()
                .is_some_and(|e| e.is_resource_not_found()) =>
        {
            return Ok(Outcome::Kept {
                physical_resource_id,
            });
        }
        Err(error) => {
            return Err(error).with_context(|| format!("describe the flow definition {name}"));
        }
    };
    let arn = found.flow_definition_arn().unwrap_or_default();
    if !tagged(deps, arn, stack).await? {
        return Ok(Outcome::Kept {
            physical_resource_id,
        });
    }
    stop_loops(deps, arn).await?;
    let deleted = deps
        .sagemaker
        .delete_flow_definition()
        .flow_definition_name(name)
        .send()
        .await;
    deleted.with_context(|| format!("delete the flow definition {name}"))?;
    Ok(Outcome::Removed {
        physical_resource_id,
    })
}

/// Number and distance of the looks for loops that have not stopped: an open task keeps its loop
/// `Stopping` for a while.
const LOOKS: u32 = 60;
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);

/// A flow definition with open loops cannot be deleted. collect-labels does not ask again about a
/// stopped loop.
async fn stop_loops(deps: &Deps, flow_definition_arn: &str) -> Result<()> {
    for _ in 0..LOOKS {
        let open = open_loops(deps, flow_definition_arn).await?;
        if open.is_empty() {
            return Ok(());
        }
        for (name, status) in open {
            if status == HumanLoopStatus::InProgress {
                let stop = deps.a2i.stop_human_loop().human_loop_name(&name);
                if let Err(error) = stop.send().await {
                    // The loop may have just ended: the next look shows it.
                    let error = format!("{:#}", anyhow::Error::from(error));
                    warn!(human_loop.name = name, error, "could not stop the loop");
                }
            }
        }
        // No event would wake this function when the last loop has stopped.
        deps.clock.sleep(BETWEEN_LOOKS).await;
    }
    bail!("there are still open human loops; delete the stack again when they have ended")
}

async fn open_loops(
    deps: &Deps,
    flow_definition_arn: &str,
) -> Result<Vec<(String, HumanLoopStatus)>> {
    let list = deps.a2i.list_human_loops();
    let list = list.flow_definition_arn(flow_definition_arn);
    let mut pages = list.into_paginator().send();
    let mut open = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.context("list the human loops")?;
        let loops = page.human_loop_summaries.unwrap_or_default().into_iter();
        let loops = loops.filter_map(|it| Some((it.human_loop_name?, it.human_loop_status?)));
        open.extend(loops.filter(|(_, status)| {
            matches!(
                status,
                HumanLoopStatus::InProgress | HumanLoopStatus::Stopping
            )
        }));
    }
    Ok(open)
}
