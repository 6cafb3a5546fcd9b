//! The context of the functions that move one execution on.

use serde_json::{Value, json};

use super::definition::Definition;
use super::execution::Execution;
use super::resolve::{ExecutionVariables, Scope, resolve};
use local_core::store::Tx;
use local_core::timestamp::Timestamp;
use local_core::wire::AwsError;
use local_core::wire::permission::{self, Caller};
use local_core::{Cloud, Principal};

pub struct Context<'a> {
    pub cloud: &'a Cloud,
    pub tx: &'a Tx<'a>,
    pub region: &'a str,
    pub now: Timestamp,
    /// The session of the pipeline's role.
    pub principal: Principal,
}

impl Context<'_> {
    /// Refuses an operation that the pipeline's role may not do.
    pub fn may(&self, operation: &str, members: &Value) -> Result<(), AwsError> {
        let caller = Caller {
            cloud: self.cloud,
            region: self.region,
            principal: &self.principal,
        };
        permission::check_in(caller, self.tx, operation, members)
    }

    /// The same for what a step makes. Pipelines tags it with the execution's ARN, so the role needs the right to
    /// tag, too: the Service Authorization Reference has it as a dependent action of each of these operations.
    pub fn may_make(&self, operation: &str, arguments: &Value) -> Result<(), AwsError> {
        let mut tagged = arguments.clone();
        tagged["Tags"] = json!([{}]);
        self.may(operation, &tagged)
    }
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
