//! Operations on executions.

use serde::Deserialize;
use serde_json::{Value, json};

use super::execution::{
    self, Execution, ExecutionStatus, Parallelism, StepResult, StepRun, StepStatus,
};
use super::parameters::{self, GivenParameter};
use super::{context, event, pipeline};
use local_core::Call;
use local_core::listing::{ListRequest, Listed, SortBy, SortOrder, cut, page};
use local_core::names::created_by;
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};
use local_core::{names, tags};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct StartRequest {
    pipeline_name: String,
    pipeline_execution_display_name: Option<String>,
    #[serde(default)]
    pipeline_parameters: Vec<GivenParameter>,
    pipeline_execution_description: Option<String>,
    client_request_token: String,
    parallelism_configuration: Option<Parallelism>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ArnRequest {
    pipeline_execution_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListExecutionsRequest {
    pipeline_name: String,
    created_after: Option<f64>,
    created_before: Option<f64>,
    sort_by: Option<SortBy>,
    sort_order: Option<SortOrder>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListStepsRequest {
    pipeline_execution_arn: String,
    sort_order: Option<SortOrder>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RetryRequest {
    pipeline_execution_arn: String,
    client_request_token: String,
    parallelism_configuration: Option<Parallelism>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct StopRequest {
    pipeline_execution_arn: String,
    /// Stopping twice is stopping once.
    #[serde(rename = "ClientRequestToken")]
    _client_request_token: String,
}

pub async fn start(call: Call, request: StartRequest) -> Reply {
    let (cloud, region) = (&call.cloud, &call.region);
    cloud.store.write(|tx| {
        let mut pipeline = pipeline::required(cloud, tx, region, &request.pipeline_name)?;
        let token = &request.client_request_token;
        if let Some(arn) = execution::started_with(tx, region, &pipeline.name, token) {
            return Ok(json!({ "PipelineExecutionArn": arn }));
        }
        let definition = pipeline::definition(tx, region, &pipeline.definition);
        let parameters = parameters::bind(&definition, &request.pipeline_parameters)
            .map_err(AwsError::validation)?;
        let id = names::random(cloud.world.dice("pipelines/execution-id"), 12);
        let now = Timestamp::now(&cloud.world);
        let execution = Execution {
            arn: format!("{}/execution/{id}", pipeline.arn),
            display_name: request
                .pipeline_execution_display_name
                .or_else(|| Some(format!("execution-{}", now.millis()))),
            id,
            pipeline_name: pipeline.name.clone(),
            pipeline_arn: pipeline.arn.clone(),
            definition: pipeline.definition.clone(),
            description: request.pipeline_execution_description,
            status: ExecutionStatus::Executing,
            failure_reason: None,
            parameters,
            given: request.pipeline_parameters,
            parallelism: request.parallelism_configuration.or(pipeline.parallelism),
            created: now,
            modified: now,
            ended: None,
            steps: Vec::new(),
            retry_tokens: Vec::new(),
        };
        pipeline.last_run = Some(now);
        pipeline::put(tx, region, &pipeline);
        execution::put(tx, region, &execution);
        execution::keep_token(tx, region, &execution, token);
        tags::create(tx, &execution.arn, &[]);
        tx.emit(&event::execution_changed(cloud, region, &execution, None));
        Ok(json!({ "PipelineExecutionArn": execution.arn }))
    })
}

pub async fn describe(call: Call, request: ArnRequest) -> Reply {
    let (execution, experiment) = call.cloud.store.read(|tx| {
        let execution = execution::required(tx, &call.region, &request.pipeline_execution_arn)?;
        let definition = pipeline::definition(tx, &call.region, &execution.definition);
        let experiment = context::experiment(&call.cloud, &execution, &definition);
        Ok::<_, AwsError>((execution, experiment))
    })?;
    Ok(json!({
        "PipelineArn": execution.pipeline_arn,
        "PipelineExecutionArn": execution.arn,
        "PipelineExecutionDisplayName": execution.display_name,
        "PipelineExecutionStatus": execution.status,
        "PipelineExecutionDescription": execution.description,
        "PipelineExperimentConfig": experiment,
        "FailureReason": execution.failure_reason,
        "CreationTime": execution.created.seconds(),
        "LastModifiedTime": execution.modified.seconds(),
        "CreatedBy": created_by(),
        "LastModifiedBy": created_by(),
        "ParallelismConfiguration": execution.parallelism,
    }))
}

pub async fn list(call: Call, request: ListExecutionsRequest) -> Reply {
    let executions = call.cloud.store.read(|tx| {
        let pipeline = pipeline::required(&call.cloud, tx, &call.region, &request.pipeline_name)?;
        Ok::<_, AwsError>(execution::of_pipeline(tx, &call.region, &pipeline.name))
    })?;
    let listed = executions.into_iter().map(|execution| Listed {
        summary: json!({
            "PipelineExecutionArn": execution.arn,
            "StartTime": execution.created.seconds(),
            "PipelineExecutionStatus": execution.status,
            "PipelineExecutionDescription": execution.description,
            "PipelineExecutionDisplayName": execution.display_name,
            "PipelineExecutionFailureReason": execution.failure_reason,
        }),
        name: execution.arn,
        created: execution.created,
        modified: execution.modified,
        status: execution.status.name(),
    });
    let common = ListRequest {
        creation_time_after: request.created_after,
        creation_time_before: request.created_before,
        sort_by: request.sort_by,
        sort_order: request.sort_order,
        max_results: request.max_results,
        next_token: request.next_token,
        ..ListRequest::default()
    };
    let page = page(listed.collect(), &common, SortOrder::Descending)?;
    Ok(json!({ "PipelineExecutionSummaries": page.summaries, "NextToken": page.next_token }))
}

/// Without a `SortOrder` the newest step comes first, as on AWS.
pub async fn list_steps(call: Call, request: ListStepsRequest) -> Reply {
    let execution = call
        .cloud
        .store
        .read(|tx| execution::required(tx, &call.region, &request.pipeline_execution_arn))?;
    let mut listed: Vec<Listed> = execution
        .steps
        .iter()
        .map(|step| Listed {
            name: step.name.clone(),
            created: step.started,
            modified: step.started,
            status: "",
            summary: step_summary(step),
        })
        .collect();
    // Kept in the order of their beginning, also where several begin in one millisecond.
    if request.sort_order != Some(SortOrder::Ascending) {
        listed.reverse();
    }
    let page = cut(listed, request.next_token.as_deref(), request.max_results)?;
    Ok(json!({ "PipelineExecutionSteps": page.summaries, "NextToken": page.next_token }))
}

pub async fn list_parameters(call: Call, request: ListStepsRequest) -> Reply {
    let execution = call
        .cloud
        .store
        .read(|tx| execution::required(tx, &call.region, &request.pipeline_execution_arn))?;
    let listed = execution
        .given
        .iter()
        .map(|parameter| Listed {
            name: parameter.name.clone(),
            created: execution.created,
            modified: execution.created,
            status: "",
            summary: json!(parameter),
        })
        .collect();
    let page = cut(listed, request.next_token.as_deref(), request.max_results)?;
    Ok(json!({ "PipelineParameters": page.summaries, "NextToken": page.next_token }))
}

pub async fn describe_definition(call: Call, request: ArnRequest) -> Reply {
    let (text, created) = call.cloud.store.read(|tx| {
        let execution = execution::required(tx, &call.region, &request.pipeline_execution_arn)?;
        let text = pipeline::definition_text(tx, &call.region, &execution.definition);
        Ok::<_, AwsError>((text, execution.created))
    })?;
    Ok(json!({ "PipelineDefinition": text, "CreationTime": created.seconds() }))
}

/// Runs again what failed or was stopped; what succeeded is kept.
pub async fn retry(call: Call, request: RetryRequest) -> Reply {
    let (cloud, region) = (&call.cloud, &call.region);
    cloud.store.write(|tx| {
        let mut execution = execution::required(tx, region, &request.pipeline_execution_arn)?;
        let arn = execution.arn.clone();
        if execution
            .retry_tokens
            .contains(&request.client_request_token)
        {
            return Ok(json!({ "PipelineExecutionArn": arn }));
        }
        let before = execution.status;
        if !matches!(before, ExecutionStatus::Failed | ExecutionStatus::Stopped) {
            return Err(AwsError::validation(format!(
                "Pipeline execution {arn} is {}: only Failed and Stopped ones can be retried.",
                before.name()
            )));
        }
        execution
            .steps
            .retain(|step| step.status == StepStatus::Succeeded);
        execution.status = ExecutionStatus::Executing;
        execution.failure_reason = None;
        execution.ended = None;
        execution.modified = Timestamp::now(&cloud.world);
        execution.parallelism = request.parallelism_configuration.or(execution.parallelism);
        execution.retry_tokens.push(request.client_request_token);
        execution::put(tx, region, &execution);
        tx.emit(&event::execution_changed(
            cloud,
            region,
            &execution,
            Some(before),
        ));
        Ok(json!({ "PipelineExecutionArn": arn }))
    })
}

pub async fn stop(call: Call, request: StopRequest) -> Reply {
    let (cloud, region) = (&call.cloud, &call.region);
    cloud.store.write(|tx| {
        let mut execution = execution::required(tx, region, &request.pipeline_execution_arn)?;
        let before = execution.status;
        match before {
            ExecutionStatus::Stopping | ExecutionStatus::Stopped => {}
            ExecutionStatus::Executing => {
                execution.status = ExecutionStatus::Stopping;
                execution.modified = Timestamp::now(&cloud.world);
                execution::put(tx, region, &execution);
                tx.emit(&event::execution_changed(
                    cloud,
                    region,
                    &execution,
                    Some(before),
                ));
            }
            ExecutionStatus::Failed | ExecutionStatus::Succeeded => {
                return Err(AwsError::new(
                    400,
                    "ConflictException",
                    format!("Pipeline execution {} is {}.", execution.arn, before.name()),
                ));
            }
        }
        Ok(json!({ "PipelineExecutionArn": execution.arn }))
    })
}

fn step_summary(step: &StepRun) -> Value {
    json!({
        "StepName": step.name,
        "StepDisplayName": step.display_name,
        "StepDescription": step.description,
        "StartTime": step.started.seconds(),
        "EndTime": step.ended.map(Timestamp::seconds),
        "StepStatus": step.status,
        "CacheHitResult": step.cache_hit.as_ref().map(|arn| {
            json!({ "SourcePipelineExecutionArn": arn })
        }),
        "FailureReason": step.failure_reason,
        "Metadata": step.result.as_ref().map(StepResult::metadata),
        "AttemptCount": step.attempts,
    })
}
