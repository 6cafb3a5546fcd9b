//! SageMaker Runtime: invoking endpoints.

use axum::body::Body;
use http::Response;

use super::asked::ask;
use super::forward::{Answer, for_containers, model_error};
use super::headers::{self, ATTRIBUTES, CONTENT_TYPE};
use super::shadow;
use super::slot::Slot;
use local_core::Call;
use local_core::operation;
use local_core::wire::{AwsError, Operation, RawRequest};

/// AWS's limit on a payload.
const MOST_BYTES: usize = 25 * 1024 * 1024;

/// The developer guide, "Invoke a serverless endpoint": of a request and of an answer.
const MOST_SERVERLESS_BYTES: usize = 4 * 1024 * 1024;

pub fn operations() -> Vec<Operation> {
    vec![
        operation!(
            raw "InvokeEndpoint",
            POST "/endpoints/{EndpointName}/invocations",
            invoke
        )
        .takes(MOST_BYTES),
    ]
}

pub async fn invoke(call: Call, request: RawRequest) -> Result<Response<Body>, AwsError> {
    let began = call.cloud.world.now();
    headers::read(&call, &request)?;
    let name = request.label("EndpointName");
    let slot = Slot::take(&call, name, request.header(headers::VARIANT))?;
    let (endpoint, place) = (&slot.endpoint, &slot.place);
    let is_serverless = place.variant.serverless.is_some();
    if is_serverless && request.body.len() > MOST_SERVERLESS_BYTES {
        let message = format!("Request {} has oversize body.", call.request_id);
        return Err(AwsError::new(400, "ValidationError", message));
    }
    let forwarded = for_containers(&request)?;
    if let Some(shadow) = slot.shadow {
        shadow::copy(&call, endpoint, shadow, forwarded.clone());
    }
    let answer = ask(&call, endpoint, place, forwarded, began).await?;
    if is_serverless && answer.response.body().len() > MOST_SERVERLESS_BYTES {
        let message = "The answer of a serverless variant has more than 4 MiB.";
        return Err(model_error(answer.response.status().as_u16(), message, ""));
    }
    respond(answer, &place.variant.name)
}

fn respond(answer: Answer, variant: &str) -> Result<Response<Body>, AwsError> {
    let (parts, body) = answer.response.into_parts();
    let status = parts.status;
    if !status.is_success() {
        let kind = if status.is_client_error() {
            "client"
        } else {
            "server"
        };
        let body = String::from_utf8_lossy(&body);
        let message = format!(
            "Received {kind} error ({}) from {} with message \"{body}\". \
             See the endpoint's log for more information.",
            status.as_u16(),
            answer.container
        );
        return Err(model_error(status.as_u16(), &message, &body));
    }
    let mut response = Response::builder().header("x-Amzn-Invoked-Production-Variant", variant);
    for header in [CONTENT_TYPE, ATTRIBUTES] {
        if let Some(value) = parts.headers.get(header) {
            response = response.header(header, value);
        }
    }
    response.body(Body::from(body)).map_err(AwsError::internal)
}
