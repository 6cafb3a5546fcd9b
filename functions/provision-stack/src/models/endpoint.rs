//! The stack's one endpoint.

use aws_sdk_sagemaker::types::EndpointStatus;
use contracts::names;
use loop_state::refusal::{self, Refusal};
use policy::deployment::{self, Status};

use crate::Deps;
use crate::patience::Left;
use crate::tags::tagged;

pub async fn delete(deps: &Deps, stack: &str) -> Result<Left, Refusal> {
    let name = names::endpoint(stack);
    let describe = deps.sagemaker.describe_endpoint().endpoint_name(&name);
    let endpoint = match describe.send().await {
        Ok(endpoint) => endpoint,
        Err(error) if refusal::is_missing(&error) => return Ok(Left::new()),
        Err(error) => return Err(error.into()),
    };
    let arn = endpoint.endpoint_arn.unwrap_or_default();
    if !tagged(deps, &arn, stack).await? {
        return Ok(Left::new());
    }
    let status = endpoint.endpoint_status;
    let status = status.unwrap_or_else(|| EndpointStatus::from(""));
    let left = vec![format!("the endpoint {name} ({status})")];
    if status == EndpointStatus::Deleting {
        return Ok(left);
    }
    let delete = deps.sagemaker.delete_endpoint().endpoint_name(&name);
    match delete.send().await {
        Ok(_) => Ok(left),
        Err(error) if refusal::is_missing(&error) => Ok(left),
        // SageMaker deletes no endpoint that is being created or updated: the next look asks again.
        Err(_) if deployment::status(status.as_str()) == Status::Busy => Ok(left),
        Err(error) => Err(error.into()),
    }
}
