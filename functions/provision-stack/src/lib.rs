//! Custom resources for what CloudFormation has no type for, cannot adopt, or has not made itself.
//!
//! | type | provided | deleted |
//! |---|---|---|
//! | `Custom::Reviewers` | a user for each reviewer, and the group's members | nothing: the pool goes with the stack |
//! | `Custom::Workforce` | the account's one private workforce, adopted or created | the workforce |
//! | `Custom::FlowDefinition` | a flow definition, named by its content | the flow definition, its loops stopped |
//! | `Custom::Models` | nothing: the loop makes the rest | running executions, endpoint, configs, models, packages |
//!
//! Success or failure, the answer goes to S3, where CloudFormation reads it; a request that asks for an
//! answer to another address is refused without one. Only what carries our stack's tag, or belongs to the
//! stack's pipeline and model package group, is deleted.

mod config;
mod deps;
mod event;
mod flow_definition;
mod human_loops;
mod models;
mod outcome;
mod patience;
mod refusal;
pub mod respond;
mod reviewers;
mod tags;
mod workforce;

use anyhow::{Context, Result, ensure};
use aws_lambda_events::cloudformation::{
    CloudFormationCustomResourceResponse, CloudFormationCustomResourceResponseStatus as Status,
};
use serde_json::Value;
use tracing::{error, info, warn};

pub use config::Config;
pub use deps::Deps;
use event::{Kind, Request, Resource, ResourceType};
pub use models::LAST_INVOCATIONS;
pub use outcome::Outcome;
pub use patience::PATIENCE;

pub async fn handle(deps: &Deps, event: Value) -> Result<Outcome> {
    let request = Request::read(event);
    if let Err(reason) = respond::check(&request.response_url, deps.endpoint_url.as_deref()) {
        warn!(resource = request.logical_resource_id, reason, "refused");
        return Ok(Outcome::Refused { reason });
    }
    let outcome = act(deps, &request).await.unwrap_or_else(|error| {
        let reason = lambda_main::sentence(&error);
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

/// The most of a reason that is sent: CloudFormation takes an answer of 4,096 bytes.
const REASON_CHARACTERS: usize = 900;

fn answer(request: &Request, outcome: &Outcome) -> CloudFormationCustomResourceResponse {
    let mut answer = CloudFormationCustomResourceResponse::default();
    answer.status = Status::Success;
    match outcome {
        Outcome::Failed { reason } | Outcome::Refused { reason } => {
            answer.status = Status::Failed;
            answer.reason = Some(reason.chars().take(REASON_CHARACTERS).collect());
            answer.physical_resource_id = request.known_id();
        }
        Outcome::Provided {
            physical_resource_id,
        }
        | Outcome::Removed {
            physical_resource_id,
        }
        | Outcome::Kept {
            physical_resource_id,
        } => answer.physical_resource_id.clone_from(physical_resource_id),
    }
    answer.stack_id.clone_from(&request.stack_id);
    answer.request_id.clone_from(&request.request_id);
    answer
        .logical_resource_id
        .clone_from(&request.logical_resource_id);
    answer
}

async fn act(deps: &Deps, request: &Request) -> Result<Outcome> {
    let kind = request.kind()?;
    let stack = stack_name(&request.stack_id)?;
    match kind {
        Kind::Delete => delete(deps, request, stack).await,
        Kind::Create | Kind::Update => match &request.resource()? {
            Resource::Reviewers(wanted) => reviewers::provide(deps, wanted).await,
            Resource::Workforce(wanted) => workforce::provide(deps, wanted, stack).await,
            Resource::FlowDefinition(wanted) => flow_definition::provide(deps, wanted, stack).await,
            Resource::Models(wanted) => {
                let name = &wanted.endpoint_name;
                ensure!(name == stack, "the endpoint {name} is not called {stack}");
                Ok(Outcome::provided(name))
            }
        },
    }
}

async fn delete(deps: &Deps, request: &Request, stack: &str) -> Result<Outcome> {
    let id = &request.physical_resource_id;
    if !request.was_created() {
        return Ok(Outcome::kept(request.known_id()));
    }
    let deleted_type = request
        .deleted_type()
        .with_context(|| format!("{id} was not deleted; delete it by hand"))?;
    match deleted_type {
        ResourceType::Reviewers => Ok(Outcome::kept(id)),
        ResourceType::Workforce => workforce::delete(deps, id, stack).await,
        ResourceType::FlowDefinition => flow_definition::delete(deps, id, stack).await,
        ResourceType::Models => models::delete(deps, id, stack).await,
    }
}

/// From `arn:aws:cloudformation:region:account:stack/NAME/uuid`.
fn stack_name(stack_id: &str) -> Result<&str> {
    stack_id
        .split('/')
        .nth(1)
        .with_context(|| format!("{stack_id:?} is no stack's ARN"))
}
