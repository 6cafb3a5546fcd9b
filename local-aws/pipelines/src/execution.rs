//! One execution of a pipeline: its state, and how it is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::parameters::GivenParameter;
use local_core::store::{Table, Tx};
use local_core::tags;
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;

pub const EXECUTIONS: Table<Execution> = Table::new("sagemaker/pipeline-execution");
/// The executions in progress: a row for each, so that the engine need not read all. A step that
/// begins or ends changes none.
pub const ACTIVE: Table<ExecutionStatus> = Table::new("sagemaker/active-pipeline-execution");
const TOKENS: Table<String> = Table::new("sagemaker/pipeline-execution-token");

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Execution {
    pub id: String,
    pub arn: String,
    pub pipeline_name: String,
    pub pipeline_arn: String,
    /// SHA-256 of the definition that it started with.
    pub definition: String,
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub status: ExecutionStatus,
    pub failure_reason: Option<String>,
    /// Values of every parameter, and those that the start gave.
    pub parameters: BTreeMap<String, Value>,
    pub given: Vec<GivenParameter>,
    pub parallelism: Option<Parallelism>,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub ended: Option<Timestamp>,
    /// Steps that have begun, in the order of their beginning.
    pub steps: Vec<StepRun>,
    pub retry_tokens: Vec<String>,
}

/// An execution's document as lists read it: without its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExecutionSummary {
    pub id: String,
    pub arn: String,
    pub pipeline_name: String,
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub status: ExecutionStatus,
    pub failure_reason: Option<String>,
    pub created: Timestamp,
    pub modified: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Parallelism {
    pub max_parallel_execution_steps: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExecutionStatus {
    Executing,
    Stopping,
    Stopped,
    Failed,
    Succeeded,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StepRun {
    pub name: String,
    /// `Processing`, `Training`, ...
    pub kind: String,
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub status: StepStatus,
    pub started: Timestamp,
    pub ended: Option<Timestamp>,
    pub attempts: u32,
    /// When the next attempt begins, while a retry policy waits.
    pub retry_at: Option<Timestamp>,
    pub failure_reason: Option<String>,
    pub result: Option<StepResult>,
    pub cache_key: Option<String>,
    /// The execution whose result was taken.
    pub cache_hit: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepStatus {
    Starting,
    Executing,
    Stopping,
    Stopped,
    Failed,
    Succeeded,
}

/// The job, model or decision of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepResult {
    ProcessingJob { name: String, arn: String },
    TrainingJob { name: String, arn: String },
    TuningJob { name: String, arn: String },
    Model { name: String, arn: String },
    ModelPackage { arn: String },
    Condition { outcome: bool },
    Fail { message: String },
}

impl ExecutionStatus {
    pub fn is_final(self) -> bool {
        !matches!(self, ExecutionStatus::Executing | ExecutionStatus::Stopping)
    }

    pub fn name(self) -> &'static str {
        match self {
            ExecutionStatus::Executing => "Executing",
            ExecutionStatus::Stopping => "Stopping",
            ExecutionStatus::Stopped => "Stopped",
            ExecutionStatus::Failed => "Failed",
            ExecutionStatus::Succeeded => "Succeeded",
        }
    }
}

impl StepStatus {
    pub fn is_final(self) -> bool {
        matches!(
            self,
            StepStatus::Stopped | StepStatus::Failed | StepStatus::Succeeded
        )
    }
}

impl StepResult {
    /// As `PipelineExecutionStepMetadata`.
    pub fn metadata(&self) -> Value {
        match self {
            StepResult::ProcessingJob { arn, .. } => json!({ "ProcessingJob": { "Arn": arn } }),
            StepResult::TrainingJob { arn, .. } => json!({ "TrainingJob": { "Arn": arn } }),
            StepResult::TuningJob { arn, .. } => json!({ "TuningJob": { "Arn": arn } }),
            StepResult::Model { arn, .. } => json!({ "Model": { "Arn": arn } }),
            StepResult::ModelPackage { arn } => json!({ "RegisterModel": { "Arn": arn } }),
            StepResult::Condition { outcome } => {
                let outcome = if *outcome { "True" } else { "False" };
                json!({ "Condition": { "Outcome": outcome } })
            }
            StepResult::Fail { message } => json!({ "Fail": { "ErrorMessage": message } }),
        }
    }
}

pub fn get(tx: &Tx, region: &str, id: &str) -> Option<Execution> {
    EXECUTIONS.get(tx, region, id)
}

/// By its ARN, which ends with its id.
pub fn required(tx: &Tx, region: &str, arn: &str) -> Result<Execution, AwsError> {
    let id = arn.rsplit('/').next().unwrap_or(arn);
    get(tx, region, id)
        .filter(|execution| execution.arn == arn)
        .ok_or_else(|| {
            let message = format!("Pipeline execution with ARN {arn} does not exist.");
            AwsError::new(400, "ResourceNotFound", message)
        })
}

/// Stores an execution; one that ended leaves the engine's list.
pub fn put(tx: &Tx, region: &str, execution: &Execution) {
    if execution.status.is_final() {
        ACTIVE.delete(tx, region, &execution.id);
    } else {
        ACTIVE.put(tx, region, &execution.id, &execution.status);
    }
    EXECUTIONS.put(tx, region, &execution.id, execution);
}

pub fn of_pipeline(tx: &Tx, region: &str, pipeline: &str) -> Vec<ExecutionSummary> {
    let summaries: Table<ExecutionSummary> = Table::new(EXECUTIONS.kind());
    let mut executions: Vec<_> = summaries
        .list(tx, region)
        .into_iter()
        .map(|(_, execution)| execution)
        .collect();
    executions.retain(|execution| execution.pipeline_name == pipeline);
    executions
}

/// The execution that a start with this token made.
pub fn started_with(tx: &Tx, region: &str, pipeline: &str, token: &str) -> Option<String> {
    TOKENS.get(tx, region, &format!("{pipeline}/{token}"))
}

pub fn keep_token(tx: &Tx, region: &str, execution: &Execution, token: &str) {
    let name = format!("{}/{token}", execution.pipeline_name);
    TOKENS.put(tx, region, &name, &execution.arn);
}

/// Forgets a deleted pipeline's executions; none may be running.
pub fn delete_all(tx: &Tx, region: &str, pipeline: &str) -> Result<(), AwsError> {
    let executions = of_pipeline(tx, region, pipeline);
    if let Some(running) = executions.iter().find(|e| !e.status.is_final()) {
        let message = format!("Pipeline execution {} is still running.", running.arn);
        return Err(AwsError::new(400, "ConflictException", message));
    }
    for execution in executions {
        EXECUTIONS.delete(tx, region, &execution.id);
        tags::remove(tx, &execution.arn);
    }
    for (token, arn) in TOKENS.list(tx, region) {
        if arn.contains(&format!(":pipeline/{pipeline}/execution/")) {
            TOKENS.delete(tx, region, &token);
        }
    }
    Ok(())
}
