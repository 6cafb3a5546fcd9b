//! Events of executions and steps.

use serde_json::{Map, Value, json};

use super::execution::{Execution, ExecutionStatus, StepResult, StepRun, StepStatus};
use local_core::Cloud;
use local_core::event::Event;
use local_core::wire::without_nulls;

/// "SageMaker Model Building Pipeline Execution Status Change"; the first one has no previous
/// status.
pub fn execution_changed(
    cloud: &Cloud,
    region: &str,
    execution: &Execution,
    previous: Option<ExecutionStatus>,
) -> Event {
    let detail = json!({
        "pipelineExecutionDisplayName": execution.display_name,
        "currentPipelineExecutionStatus": execution.status,
        "previousPipelineExecutionStatus": previous,
        "executionStartTime": execution.created.iso(),
        "executionEndTime": execution.ended.map(local_core::timestamp::Timestamp::iso),
        "pipelineExecutionDescription": execution.description,
        "pipelineArn": execution.pipeline_arn,
        "pipelineExecutionArn": execution.arn,
    });
    let detail_type = "SageMaker Model Building Pipeline Execution Status Change";
    event(cloud, region, execution, detail_type, detail)
}

/// "SageMaker Model Building Pipeline Execution Step Status Change".
pub fn step_changed(
    cloud: &Cloud,
    region: &str,
    execution: &Execution,
    step: &StepRun,
    previous: Option<StepStatus>,
) -> Event {
    let detail = json!({
        "metadata": step.result.as_ref().map_or_else(|| json!({}), metadata),
        "stepStartTime": step.started.iso(),
        "stepEndTime": step.ended.map(local_core::timestamp::Timestamp::iso),
        "stepName": step.name,
        "stepType": step.kind,
        "previousStepStatus": previous,
        "currentStepStatus": step.status,
        "pipelineArn": execution.pipeline_arn,
        "pipelineExecutionArn": execution.arn,
        "failureReason": step.failure_reason,
        "cacheHitResult": step.cache_hit.as_ref().map(|arn| {
            json!({ "sourcePipelineExecutionArn": arn })
        }),
    });
    let detail_type = "SageMaker Model Building Pipeline Execution Step Status Change";
    event(cloud, region, execution, detail_type, detail)
}

fn event(
    cloud: &Cloud,
    region: &str,
    execution: &Execution,
    detail_type: &str,
    detail: Value,
) -> Event {
    Event {
        source: "aws.sagemaker".into(),
        detail_type: detail_type.into(),
        region: region.to_owned(),
        resources: vec![execution.pipeline_arn.clone(), execution.arn.clone()],
        detail: without_nulls(detail),
        time: cloud.world.now(),
    }
}

/// The metadata of the API in the events' camel case.
fn metadata(result: &StepResult) -> Value {
    lower_camel(&result.metadata())
}

fn lower_camel(value: &Value) -> Value {
    let Value::Object(members) = value else {
        return value.clone();
    };
    let members: Map<String, Value> = members
        .iter()
        .map(|(name, value)| {
            let (first, rest) = name.split_at(1);
            (
                format!("{}{rest}", first.to_ascii_lowercase()),
                lower_camel(value),
            )
        })
        .collect();
    Value::Object(members)
}
