//! The open loops of a flow definition that is to be deleted.

use aws_sdk_sagemakera2iruntime::types::HumanLoopStatus as Status;
use loop_state::packages::PAGE;
use loop_state::refusal::Refusal;
use tracing::warn;

use crate::Deps;
use crate::patience::Left;

/// A flow definition with open loops cannot be deleted. Where another has taken its place, collect-labels asks there
/// again. An open task keeps its loop `Stopping` for a while.
pub async fn stop(deps: &Deps, flow_definition_arn: &str) -> Result<Left, Refusal> {
    let list = deps.a2i.list_human_loops().max_results(PAGE);
    let list = list.flow_definition_arn(flow_definition_arn);
    let mut loops = list.into_paginator().items().send();
    let mut left = Left::new();
    while let Some(found) = loops.next().await {
        let found = found?;
        let name = found.human_loop_name.unwrap_or_default();
        match found.human_loop_status {
            Some(Status::InProgress) => {
                let stop = deps.a2i.stop_human_loop().human_loop_name(&name);
                if let Err(error) = stop.send().await {
                    // The loop may have just ended: the next look shows it.
                    let error = lambda_main::sentence(&error.into());
                    warn!(human_loop.name = name, error, "could not stop the loop");
                }
            }
            Some(Status::Stopping) => {}
            _ => continue,
        }
        left.push(format!("the human loop {name}"));
    }
    Ok(left)
}
