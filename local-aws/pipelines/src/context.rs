//! The context of the functions that move one execution on.

use serde_json::Value;

use super::definition::Definition;
use super::execution::Execution;
use super::resolve::{ExecutionVariables, Scope, resolve};
use local_core::Cloud;
use local_core::store::Tx;
use local_core::timestamp::Timestamp;

pub struct Context<'a> {
    pub cloud: &'a Cloud,
    pub tx: &'a Tx<'a>,
    pub region: &'a str,
    pub now: Timestamp,
}

/// `PipelineExperimentConfig` with its references replaced.
pub fn experiment(cloud: &Cloud, execution: &Execution, definition: &Definition) -> Option<Value> {
    let scope = Scope {
        parameters: execution.parameters.clone(),
        execution: variables(execution, Timestamp::now(&cloud.world)),
        ..Scope::default()
    };
    resolve(definition.experiment.as_ref()?, &scope).ok()
}

pub fn variables(execution: &Execution, now: Timestamp) -> ExecutionVariables {
    ExecutionVariables {
        pipeline_name: execution.pipeline_name.clone(),
        pipeline_arn: execution.pipeline_arn.clone(),
        execution_id: execution.id.clone(),
        execution_arn: execution.arn.clone(),
        start: execution.created.iso(),
        now: now.iso(),
    }
}
