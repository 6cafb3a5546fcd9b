//! One request to one server, and what is measured of it.

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use time::OffsetDateTime;

use super::capture::note;
use super::forward::{Answer, forward};
use super::headers::{CONTENT_TYPE, INFERENCE_ID};
use super::measured::{Invocation, Latency};
use super::running;
use super::slot::{Place, draw};
use super::state::Endpoint;
use crate::data_capture::Payload;
use local_core::Call;
use local_core::wire::AwsError;

/// The answer of a place to a request that came at `began`. It is counted, whatever becomes of it.
pub async fn ask(
    call: &Call,
    endpoint: &Endpoint,
    place: &Place,
    request: Request<Bytes>,
    began: OffsetDateTime,
) -> Result<Answer, AwsError> {
    let is_serverless = place.variant.serverless.is_some();
    let mut invocation = Invocation {
        instances: if is_serverless { 0 } else { place.servers },
        ..Invocation::default()
    };
    // The body is shared, not copied.
    let asked = place.variant.capture.is_some().then(|| request.clone());
    let mut latencies = Vec::new();
    let measured = (&mut invocation, &mut latencies);
    let answer = answer(call, endpoint, place, request, measured).await;
    invocation.seconds = (call.cloud.world.now() - began).as_seconds_f64();
    let of_variant = [
        ("EndpointName", endpoint.name.as_str()),
        ("VariantName", place.variant.name.as_str()),
    ];
    invocation.record(call, &of_variant);
    if place.variant.containers.is_pipeline() {
        for latency in latencies {
            latency.record(call, of_variant);
        }
    }
    // The guide, "deployment-guardrails-configuration": an alarm on one fleet names its configuration.
    if endpoint.deployment_config.is_some() {
        let [endpoint, variant] = of_variant;
        let config = ("EndpointConfigName", place.config_name.as_str());
        invocation.record(call, &[endpoint, variant, config]);
    }
    if let (Some(asked), Ok(answer)) = (asked, &answer) {
        capture(call, endpoint, place, &asked, &answer.response);
    }
    answer
}

fn capture(
    call: &Call,
    endpoint: &Endpoint,
    place: &Place,
    asked: &Request<Bytes>,
    answer: &Response<Bytes>,
) {
    let input = Payload {
        content_type: text(asked.headers(), CONTENT_TYPE).unwrap_or_default(),
        body: asked.body(),
    };
    let output = Payload {
        content_type: text(answer.headers(), CONTENT_TYPE).unwrap_or_default(),
        body: answer.body(),
    };
    let inference_id = text(asked.headers(), INFERENCE_ID);
    let draw = draw(call, "sagemaker/captured");
    let of_variant = (endpoint.name.as_str(), &place.variant);
    note(call, of_variant, (input, output), inference_id, draw);
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// How far the request came is noted.
async fn answer(
    call: &Call,
    endpoint: &Endpoint,
    place: &Place,
    request: Request<Bytes>,
    (invocation, latencies): (&mut Invocation, &mut Vec<Latency>),
) -> Result<Answer, AwsError> {
    let _running = running::begin(call, endpoint, &place.variant).inspect_err(|throttled| {
        invocation.status = StatusCode::from_u16(throttled.status).ok();
    })?;
    let (server, _) = place.server.as_ref().ok_or_else(|| {
        // One is being started again; the SDKs retry this.
        AwsError::new(
            503,
            "ServiceUnavailable",
            "The endpoint is not ready; try again.",
        )
    })?;
    let began = call.cloud.world.now();
    let answer = forward(&call.cloud, request, server, latencies).await;
    let took = call.cloud.world.now() - began;
    invocation.model_seconds = Some(took.as_seconds_f64());
    invocation.status = answer.as_ref().ok().map(|answer| answer.response.status());
    answer
}
