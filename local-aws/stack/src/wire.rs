//! CloudFormation's operations: what `reviewloop down --account` calls through the AWS CLI.

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;

use super::call::{Context, STACK_NAME};
use super::stack::{Stack, enter};
use super::status::Status;
use local_core::Call;
use local_core::store::Tx;
use local_core::wire::permission::Permission;
use local_core::wire::{AwsError, Operation};
use local_core::{operation, permissions};

pub(super) const PERMISSIONS: &[Permission] = permissions! {
    "cloudformation" {
        "DescribeStacks": "stack/{StackName}/*";
        "DeleteStack": "stack/{StackName}/*";
    }
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        operation!("DescribeStacks", describe_stacks),
        operation!("DeleteStack", delete_stack),
    ]
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeStacksRequest {
    stack_name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeStacksResponse {
    stacks: Vec<Description>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    stack_id: String,
    stack_name: &'static str,
    creation_time: String,
    stack_status: Status,
    stack_status_reason: Option<String>,
    parameters: Vec<Parameter>,
    outputs: Vec<Output>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    parameter_key: String,
    parameter_value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    output_key: String,
    output_value: String,
}

async fn describe_stacks(
    call: Call,
    request: DescribeStacksRequest,
) -> Result<DescribeStacksResponse, AwsError> {
    let context = Context::new(&call.cloud);
    // A stack that is deleted is found by its id alone.
    let is_asked = |stack: &Stack| match request.stack_name.as_deref() {
        None | Some(STACK_NAME) => !stack.is_deleted(),
        Some(other) => other == context.pseudo.stack_id,
    };
    let found = call.cloud.store.read(|tx| find(&call, tx));
    let found = found.filter(is_asked);
    if let (None, Some(name)) = (&found, &request.stack_name) {
        let message = format!("Stack with id {name} does not exist");
        return Err(AwsError::new(400, "ValidationError", message));
    }
    let stacks = found.map(|stack| description(&context, stack));
    Ok(DescribeStacksResponse {
        stacks: stacks.into_iter().collect(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteStackRequest {
    stack_name: String,
}

/// Asks for the deletion, which the controller then makes. One that is under way, and a stack that is not
/// there, is no error.
async fn delete_stack(call: Call, request: DeleteStackRequest) -> Result<(), AwsError> {
    let context = Context::new(&call.cloud);
    if ![STACK_NAME, &context.pseudo.stack_id].contains(&request.stack_name.as_str()) {
        return Ok(());
    }
    call.cloud.store.write(|tx| {
        let Some(stack) = find(&call, tx).filter(|stack| !stack.is_deleted()) else {
            return Ok(());
        };
        if stack.status.is_in_progress() && !stack.is_being_deleted() {
            let (id, status) = (&context.pseudo.stack_id, stack.status);
            let message = format!("Stack [{id}] cannot be deleted while in status {status}");
            return Err(AwsError::new(400, "ValidationError", message));
        }
        let reason = Some("User Initiated");
        enter(&context, tx, Status::DeleteInProgress, reason);
        Ok(())
    })
}

/// The stack, for a call that is signed for its region.
fn find(call: &Call, tx: &Tx) -> Option<Stack> {
    let region = &call.cloud.settings.region;
    Stack::get(tx, region).filter(|_| call.region == *region)
}

fn description(context: &Context, stack: Stack) -> Description {
    Description {
        stack_id: context.pseudo.stack_id.clone(),
        stack_name: STACK_NAME,
        creation_time: stack.created.format(&Rfc3339).unwrap_or_default(),
        stack_status: stack.status,
        stack_status_reason: stack.reason,
        parameters: stack
            .parameters
            .into_iter()
            .map(|(parameter_key, parameter_value)| Parameter {
                parameter_key,
                parameter_value,
            })
            .collect(),
        outputs: stack
            .outputs
            .into_iter()
            .map(|(output_key, output_value)| Output {
                output_key,
                output_value,
            })
            .collect(),
    }
}
