//! Custom resource: what CloudFormation has no type for, or no way to adopt.
//!
//! The account's one private workforce is adopted or created, never replaced; users and the flow
//! definition are created; the endpoint, which deploy-model makes, goes with the stack. Whatever
//! happens, CloudFormation is answered; only what carries our stack's tag is deleted.

mod config;
mod endpoint;
mod event;
mod flow_definition;
mod respond;
mod workforce;

use anyhow::{Context, Result};
use aws_types::SdkConfig;
use event::{RequestType, Resource, Response};
use serde::Serialize;
use tracing::{error, info};

pub use config::Config;
pub use event::CustomResource;

pub struct Deps {
    pub config: Config,
    pub sagemaker: aws_sdk_sagemaker::Client,
    pub a2i: aws_sdk_sagemakera2iruntime::Client,
    pub cognito: aws_sdk_cognitoidentityprovider::Client,
    pub http: reqwest::Client,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        Self {
            config,
            sagemaker: aws_sdk_sagemaker::Client::new(aws),
            a2i: aws_sdk_sagemakera2iruntime::Client::new(aws),
            cognito: aws_sdk_cognitoidentityprovider::Client::new(aws),
            http: respond::client(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    Provided {
        physical_resource_id: String,
    },
    Removed {
        physical_resource_id: String,
    },
    /// Not ours, or gone already: left alone.
    Kept {
        physical_resource_id: String,
    },
    /// CloudFormation was told so.
    Failed {
        reason: String,
    },
}

pub async fn handle(deps: &Deps, request: CustomResource) -> Result<Outcome> {
    let outcome = act(deps, &request).await.unwrap_or_else(|error| {
        let reason = format!("{error:#}");
        error!(
            resource = request.logical_resource_id,
            reason, "could not provide the resource"
        );
        Outcome::Failed { reason }
    });
    let known = request.physical_resource_id.as_deref();
    let (status, reason, id) = match &outcome {
        Outcome::Failed { reason } => ("FAILED", reason.as_str(), known.unwrap_or("never-created")),
        Outcome::Provided {
            physical_resource_id: id,
        }
        | Outcome::Removed {
            physical_resource_id: id,
        }
        | Outcome::Kept {
            physical_resource_id: id,
        } => ("SUCCESS", "", id.as_str()),
    };
    let response = Response {
        status,
        reason,
        physical_resource_id: id,
        stack_id: &request.stack_id,
        request_id: &request.request_id,
        logical_resource_id: &request.logical_resource_id,
    };
    respond::put(deps, &request.response_url, &response).await?;
    info!(
        resource = request.logical_resource_id,
        ?outcome,
        "answered CloudFormation"
    );
    Ok(outcome)
}

async fn act(deps: &Deps, request: &CustomResource) -> Result<Outcome> {
    let stack = stack_name(&request.stack_id)?;
    match (&request.resource, request.request_type) {
        (Resource::Workforce(wanted), RequestType::Delete) => {
            workforce::delete(deps, wanted, stack).await
        }
        (Resource::Workforce(wanted), _) => workforce::provide(deps, wanted, stack).await,
        (Resource::FlowDefinition(wanted), RequestType::Delete) => {
            flow_definition::delete(deps, wanted, stack).await
        }
        (Resource::FlowDefinition(wanted), _) => {
            flow_definition::provide(deps, wanted, stack).await
        }
        (Resource::Endpoint(wanted), RequestType::Delete) => {
            endpoint::delete(deps, wanted, stack).await
        }
        // deploy-model makes it, once a model is approved.
        (Resource::Endpoint(wanted), _) => Ok(Outcome::Provided {
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
