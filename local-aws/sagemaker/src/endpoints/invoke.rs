//! SageMaker Runtime: invoking endpoints.

use std::io::ErrorKind;

use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response, StatusCode};

use super::headers::{self, ACCEPT, ATTRIBUTES, CONTENT_TYPE, INFERENCE_ID};
use super::measured::Invocation;
use super::rows;
use super::running;
use super::server::{Server, serving};
use super::state::{Endpoint, Variant};
use super::underway::{self, Underway};
use local_core::operation;
use local_core::wire::{AwsError, Operation, RawRequest};
use local_core::{ACCOUNT, Call, Cloud};

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
    let name = request.label("EndpointName").to_owned();
    let slot = Slot::take(&call, &name, request.header(headers::VARIANT))?;
    let variant = &slot.variant;
    let is_serverless = variant.serverless.is_some();
    if is_serverless && request.body.len() > MOST_SERVERLESS_BYTES {
        let message = format!("Request {} has oversize body.", call.request_id);
        return Err(AwsError::new(400, "ValidationError", message));
    }
    let mut invocation = Invocation {
        instances: if is_serverless { 0 } else { slot.servers },
        ..Invocation::default()
    };
    let answer = ask(&call, &request, &slot, &mut invocation).await;
    invocation.seconds = (call.cloud.world.now() - began).as_seconds_f64();
    invocation.record(&call, &name, &variant.name);
    let answer = answer?;
    if is_serverless && answer.body().len() > MOST_SERVERLESS_BYTES {
        let message = "The answer of a serverless variant has more than 4 MiB.";
        return Err(model_error(answer.status().as_u16(), message, ""));
    }
    respond(answer, &variant.name)
}

/// The server that a request goes to.
struct Slot {
    endpoint: Endpoint,
    variant: Variant,
    /// Of the variant.
    servers: usize,
    /// `None` while none of them serves.
    server: Option<(Server, Underway)>,
}

impl Slot {
    /// Looks again where the server has left the list meanwhile: traffic moved.
    fn take(call: &Call, name: &str, target: Option<&str>) -> Result<Self, AwsError> {
        loop {
            let slot = Self::look(call, name, target)?;
            let Some((server, _)) = &slot.server else {
                return Ok(slot);
            };
            let listed = call.cloud.store.read(|tx| serving(tx, &call.region, name));
            if listed.iter().any(|listed| listed.id == server.id) {
                return Ok(slot);
            }
        }
    }

    fn look(call: &Call, name: &str, target: Option<&str>) -> Result<Self, AwsError> {
        let read = call.cloud.store.read(|tx| {
            let endpoint = rows::get(tx, &call.region, name)?;
            Some((endpoint, serving(tx, &call.region, name)))
        });
        let (endpoint, servers) = read
            .filter(|(endpoint, _)| !endpoint.variants.is_empty())
            .ok_or_else(|| {
                let message = format!("Endpoint {name} of account {ACCOUNT} not found.");
                AwsError::new(400, "ValidationError", message)
            })?;
        let variant = variant(&endpoint, target, draw(call, "sagemaker/variant"))?.clone();
        let of_variant = |server: &&Server| server.variant.name == variant.name;
        let servers: Vec<&Server> = servers.iter().filter(of_variant).collect();
        let picked = pick(&servers, draw(call, "sagemaker/server"));
        Ok(Self {
            servers: servers.len(),
            server: picked.map(|server| (server.clone(), underway::begin(&call.cloud, &server.id))),
            endpoint,
            variant,
        })
    }
}

/// What the server answers. How far the request came is noted.
async fn ask(
    call: &Call,
    request: &RawRequest,
    slot: &Slot,
    invocation: &mut Invocation,
) -> Result<Response<Bytes>, AwsError> {
    let _running =
        running::begin(call, &slot.endpoint, &slot.variant).inspect_err(|throttled| {
            invocation.status = StatusCode::from_u16(throttled.status).ok();
        })?;
    let (server, _) = slot.server.as_ref().ok_or_else(|| {
        // One is being started again; the SDKs retry this.
        AwsError::new(
            503,
            "ServiceUnavailable",
            "The endpoint is not ready; try again.",
        )
    })?;
    let began = call.cloud.world.now();
    let answer = forward(&call.cloud, request, server.port).await;
    let took = call.cloud.world.now() - began;
    invocation.model_seconds = Some(took.as_seconds_f64());
    invocation.status = answer.as_ref().ok().map(Response::status);
    answer
}

/// A number in 0..1.
fn draw(call: &Call, purpose: &str) -> f64 {
    let mut bytes = [0; 4];
    call.cloud.world.dice(purpose).fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

/// The variant asked for, or one by its share of the weights.
fn variant<'e>(
    endpoint: &'e Endpoint,
    target: Option<&str>,
    draw: f64,
) -> Result<&'e Variant, AwsError> {
    if let Some(target) = target {
        let found = endpoint.variants.iter().find(|v| v.name == target);
        return found.ok_or_else(|| {
            let message = format!("Variant {target} of endpoint {} not found.", endpoint.name);
            AwsError::new(400, "ValidationError", message)
        });
    }
    let total: f64 = endpoint.variants.iter().map(|v| v.weight).sum();
    let mut left = draw * total;
    for variant in &endpoint.variants {
        if left < variant.weight {
            return Ok(variant);
        }
        left -= variant.weight;
    }
    let message = format!("All variants of endpoint {} have weight 0.", endpoint.name);
    Err(AwsError::new(400, "ValidationError", message))
}

fn pick<'s>(servers: &[&'s Server], draw: f64) -> Option<&'s Server> {
    let index = draw * servers.len() as f64;
    servers.get(index as usize).copied()
}

async fn forward(
    cloud: &Cloud,
    request: &RawRequest,
    port: u16,
) -> Result<Response<Bytes>, AwsError> {
    // AWS's default where the caller names none.
    let content_type = request
        .header(CONTENT_TYPE)
        .unwrap_or("application/octet-stream");
    let mut forwarded = Request::post("/invocations").header(CONTENT_TYPE, content_type);
    for header in [ACCEPT, ATTRIBUTES, INFERENCE_ID] {
        if let Some(value) = request.header(header) {
            forwarded = forwarded.header(header, value);
        }
    }
    let forwarded = forwarded
        .body(request.body.clone())
        .map_err(AwsError::internal)?;
    let answer = tokio::select! {
        biased;
        answer = cloud.world.programs.ask(port, forwarded) => answer,
        () = cloud.world.sleep(underway::LIMIT) => {
            let message = "Your invocation timed out while waiting for a response from container \
                           primary. Review the latency metrics for each container in Amazon \
                           CloudWatch, resolve the issue, and try again.";
            return Err(model_error(0, message, ""));
        }
    };
    answer.map_err(|error| {
        if error.kind() == ErrorKind::UnexpectedEof {
            let message = format!("The container's answer was cut off: {error}");
            return model_error(0, &message, "");
        }
        tracing::warn!(%error, "a container did not answer");
        AwsError::new(
            503,
            "ServiceUnavailable",
            "The container did not answer; try again.",
        )
    })
}

fn respond(answer: Response<Bytes>, variant: &str) -> Result<Response<Body>, AwsError> {
    let (parts, body) = answer.into_parts();
    let status = parts.status;
    if !status.is_success() {
        let kind = if status.is_client_error() {
            "client"
        } else {
            "server"
        };
        let body = String::from_utf8_lossy(&body);
        let message = format!(
            "Received {kind} error ({}) from primary with message \"{body}\". \
             See the endpoint's log for more information.",
            status.as_u16()
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

/// 424 `ModelError`, with what the container said.
fn model_error(status: u16, message: &str, original: &str) -> AwsError {
    AwsError::new(424, "ModelError", message)
        .with_member("OriginalStatusCode", status)
        .with_member("OriginalMessage", original)
        .with_member("LogStreamArn", "")
}
