//! Executions of the stack's pipeline that have not ended.

use aws_sdk_sagemaker::types::PipelineExecutionStatus as Status;
use contracts::names;
use loop_state::packages::PAGE;
use loop_state::refusal::{self, Refusal};
use policy::naming;

use crate::patience::Left;
use crate::{Deps, refusal as deletion};

/// Stops those that run. SageMaker stops an execution's jobs with it.
pub async fn stop(deps: &Deps, stack: &str) -> Result<Left, Refusal> {
    let list = deps.sagemaker.list_pipeline_executions();
    let list = list.pipeline_name(names::pipeline(stack)).max_results(PAGE);
    let mut pages = list.into_paginator().send();
    let mut left = Left::new();
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(error) if refusal::is_missing(&error) => break,
            Err(error) => return Err(error.into()),
        };
        for execution in page.pipeline_execution_summaries.unwrap_or_default() {
            let arn = execution.pipeline_execution_arn.unwrap_or_default();
            match execution.pipeline_execution_status {
                Some(Status::Executing) => stop_one(deps, &arn).await?,
                Some(Status::Stopping) => {}
                _ => continue,
            }
            left.push(arn);
        }
    }
    Ok(left)
}

async fn stop_one(deps: &Deps, arn: &str) -> Result<(), Refusal> {
    let stop = deps.sagemaker.stop_pipeline_execution();
    let stop = stop
        .pipeline_execution_arn(arn)
        .client_request_token(naming::stop_token(arn));
    deletion::unless_ended(stop.send().await.map_err(Refusal::from))
}
