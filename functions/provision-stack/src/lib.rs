//! Custom resource for resources that CloudFormation has no type for or cannot adopt.
//!
//! The account's one private workforce is adopted or created, never replaced; users and the flow
//! definition are created; the endpoint, which deploy-model makes, goes with the stack. Success or
//! failure, the answer goes to S3, where CloudFormation reads it; a request that asks for an answer to
//! another address is refused without one. Only what carries our stack's tag is deleted.

mod config;
mod deps;
mod endpoint;
mod event;
mod flow_definition;
mod outcome;
pub mod respond;
mod workforce;

use anyhow::{Context, Result};
use aws_lambda_events::cloudformation::{
    CloudFormationCustomResourceRequest, CloudFormationCustomResourceResponse,
    CloudFormationCustomResourceResponseStatus as Status,
};
use tracing::{error, info, warn};

pub use config::Config;
pub use deps::Deps;
use event::{NEVER_CREATED, Request, Resource};
pub use outcome::Outcome;

pub async fn handle(deps: &Deps, request: CloudFormationCustomResourceRequest) -> Result<Outcome> {
    let request = Request::read(request)?;
    if let Err(reason) = respond::check(&request.response_url, deps.endpoint_url.as_deref()) {
        warn!(resource = request.logical_resource_id, reason, "refused");
        return Ok(Outcome::Refused { reason });
    }
    let outcome = act(deps, &request).await.unwrap_or_else(|error| {
        let reason = format!("{error:#}");
        error!(
            resource = request.logical_resource_id,
            reason, "could not provide the resource"
        );
        Outcome::Failed { reason }
    });
    respond::put(&request.response_url, &answer(&request, &outcome)).await?;
    info!(
        resource = request.logical_resource_id,
        ?outcome,
        "answered CloudFormation"
    );
    Ok(outcome)
}

fn answer(request: &Request, outcome: &Outcome) -> CloudFormationCustomResourceResponse {
    let (status, reason, id) = match outcome {
        Outcome::Failed { reason } | Outcome::Refused { reason } => (
            Status::Failed,
            reason.as_str(),
            request.physical_resource_id.as_str(),
        ),
        Outcome::Provided {
            physical_resource_id: id,
        }
        | Outcome::Removed {
            physical_resource_id: id,
        }
        | Outcome::Kept {
            physical_resource_id: id,
        } => (Status::Success, "", id.as_str()),
    };
    let mut answer = CloudFormationCustomResourceResponse::default();
    answer.status = status;
    answer.reason = Some(reason.to_owned());
    answer.physical_resource_id = if id.is_empty() { NEVER_CREATED } else { id }.to_owned();
    answer.stack_id.clone_from(&request.stack_id);
    answer.request_id.clone_from(&request.request_id);
    answer
        .logical_resource_id
        .clone_from(&request.logical_resource_id);
    answer
}

async fn act(deps: &Deps, request: &Request) -> Result<Outcome> {
    let id = &request.physical_resource_id;
    let resource = match request.resource() {
        // An error would keep a stack whose creation failed from being deleted.
        Err(error) if request.deletes() && !request.was_created() => {
            let reason = format!("{error:#}");
            warn!(reason, "nothing to delete: the properties cannot be read");
            return Ok(Outcome::Kept {
                physical_resource_id: id.clone(),
            });
        }
        Err(error) if request.deletes() => {
            return Err(error.context(format!(
                "{id} was not deleted: its properties cannot be read (an older template's); delete \
                 it by hand, or deploy this template first"
            )));
        }
        read => read?,
    };
    let stack = stack_name(&request.stack_id)?;
    match (&resource, request.deletes()) {
        (Resource::Workforce(wanted), true) => workforce::delete(deps, wanted, stack).await,
        (Resource::Workforce(wanted), false) => workforce::provide(deps, wanted, stack).await,
        (Resource::FlowDefinition(wanted), true) => {
            flow_definition::delete(deps, wanted, stack).await
        }
        (Resource::FlowDefinition(wanted), false) => {
            flow_definition::provide(deps, wanted, stack).await
        }
        (Resource::Endpoint(wanted), true) => endpoint::delete(deps, wanted, stack).await,
        // deploy-model makes it, once a model is approved.
        (Resource::Endpoint(wanted), false) => Ok(Outcome::Provided {
            physical_resource_id: wanted.endpoint_name.clone(),
        }),
    }
}

/// From `arn:aws:cloudformation:region:account:stack/NAME/uuid`.
fn stack_name(stack_id: &str) -> Result<&str> {
    stack_id
        .split('/')
        .nth(1)
        .with_context(|| format!("{stack_id} is no stack's ARN"))
}
