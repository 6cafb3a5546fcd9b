//! A pipeline execution: how it stands, and if it failed, which step and why.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sagemaker::types::StepStatus;
use policy::refusal::Kind;
use policy::single_flight;

use crate::packages::PAGE;
use crate::refusal::{self, Refusal};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    pub status: String,
    pub failed_step: Option<String>,
    /// The failed step's own reason: the execution's says only that a step failed.
    pub failure_reason: String,
    pub last_modified_time: String,
}

impl Execution {
    pub fn view(&self) -> single_flight::Execution<'_> {
        single_flight::Execution {
            status: &self.status,
            failure_reason: &self.failure_reason,
            last_modified_time: &self.last_modified_time,
        }
    }
}

pub async fn describe(sagemaker: &aws_sdk_sagemaker::Client, arn: &str) -> Result<Execution> {
    let described = sagemaker.describe_pipeline_execution();
    let described = match described.pipeline_execution_arn(arn).send().await {
        Ok(described) => described,
        Err(error) if refusal::is_missing(&error) => return Ok(missing(arn)),
        Err(error) => return Err(error).with_context(|| format!("describe {arn}")),
    };
    let status = described.pipeline_execution_status;
    let mut execution = Execution {
        status: status
            .map(|status| status.as_str().to_owned())
            .unwrap_or_default(),
        failed_step: None,
        failure_reason: described.failure_reason.unwrap_or_default(),
        last_modified_time: described
            .last_modified_time
            .map(|time| time.to_string())
            .unwrap_or_default(),
    };
    if execution.status == "Failed" {
        failed_step(sagemaker, arn, &mut execution).await?;
    }
    Ok(execution)
}

fn missing(arn: &str) -> Execution {
    Execution {
        status: single_flight::MISSING.to_owned(),
        failed_step: None,
        failure_reason: format!("{arn} does not exist any more"),
        last_modified_time: String::new(),
    }
}

/// Why a start or a retry was refused, where the same call again would be refused again: every answer
/// but the service's own faults, throttling, and two calls at the same moment.
pub fn refusal<E>(error: &SdkError<E>) -> Option<String>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let refusal = Refusal::of(error);
    let passes = matches!(refusal.kind, Kind::Fault | Kind::Busy) || is_throttled(error);
    (!passes).then_some(refusal.reason)
}

fn is_throttled<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    let service = error.as_service_error();
    service
        .and_then(ProvideErrorMetadata::code)
        .is_some_and(|code| code.contains("Throttl"))
}

async fn failed_step(
    sagemaker: &aws_sdk_sagemaker::Client,
    arn: &str,
    execution: &mut Execution,
) -> Result<()> {
    let list = sagemaker.list_pipeline_execution_steps();
    let list = list.pipeline_execution_arn(arn).max_results(PAGE);
    let mut pages = list.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.with_context(|| format!("list the steps of {arn}"))?;
        let steps = page.pipeline_execution_steps.unwrap_or_default();
        let failed = steps
            .into_iter()
            .find(|s| s.step_status == Some(StepStatus::Failed));
        if let Some(step) = failed {
            execution.failed_step = step.step_name;
            if let Some(reason) = step.failure_reason {
                execution.failure_reason = reason;
            }
            return Ok(());
        }
    }
    Ok(())
}

/// The model package that the execution's RegisterModel step made; `None` where it registered none.
pub async fn registered(
    sagemaker: &aws_sdk_sagemaker::Client,
    execution_arn: &str,
) -> Result<Option<String>> {
    let list = sagemaker.list_pipeline_execution_steps();
    let list = list.pipeline_execution_arn(execution_arn).max_results(PAGE);
    let mut steps = list.into_paginator().items().send();
    while let Some(step) = steps.next().await {
        let step = step.with_context(|| format!("list the steps of {execution_arn}"))?;
        let model = step.metadata.and_then(|metadata| metadata.register_model);
        if let Some(arn) = model.and_then(|model| model.arn) {
            return Ok(Some(arn));
        }
    }
    Ok(None)
}
