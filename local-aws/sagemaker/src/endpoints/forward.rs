//! A request's way through the containers of a server, and its answer.

use std::io::ErrorKind;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri};

use super::headers::{ACCEPT, ATTRIBUTES, CONTENT_TYPE, INFERENCE_ID};
use super::measured::Latency;
use super::server::Server;
use super::underway;
use crate::containers::Container;
use local_core::Cloud;
use local_core::wire::{AwsError, RawRequest};

/// AWS's default where the caller names none.
const ANY_BYTES: &str = "application/octet-stream";

/// What containers get of a caller's request.
pub fn for_containers(request: &RawRequest) -> Result<Request<Bytes>, AwsError> {
    let content_type = request.header(CONTENT_TYPE).unwrap_or(ANY_BYTES);
    let mut forwarded = Request::post("/invocations").header(CONTENT_TYPE, content_type);
    for header in [ACCEPT, ATTRIBUTES, INFERENCE_ID] {
        if let Some(value) = request.header(header) {
            forwarded = forwarded.header(header, value);
        }
    }
    let forwarded = forwarded.body(request.body.clone());
    forwarded.map_err(AwsError::internal)
}

/// What came of a request: the answer of the last container, or of the first one that answered with an error.
pub struct Answer {
    /// Its hostname.
    pub container: String,
    pub response: Response<Bytes>,
}

/// Sends a request through a server's containers in line, for at most a minute. Each one's answer is the next one's
/// request; what the caller accepts is for the last. `latencies` gets each one's, as far as the request comes.
pub async fn forward(
    cloud: &Cloud,
    request: Request<Bytes>,
    server: &Server,
    latencies: &mut Vec<Latency>,
) -> Result<Answer, AwsError> {
    let limit = cloud.world.sleep(underway::LIMIT);
    tokio::pin!(limit);
    let of_caller = request.headers().clone();
    let (mut content_type, mut body) = (of_caller.get(CONTENT_TYPE).cloned(), request.into_body());
    let mut line = server.line();
    loop {
        // A server that gets requests has ports.
        let Some((container, port)) = line.next() else {
            return Err(not_answered("container"));
        };
        let is_last = line.len() == 0;
        let request = next(&of_caller, content_type.take(), body, is_last);
        let began = cloud.world.now();
        let answer = tokio::select! {
            biased;
            answer = cloud.world.programs.ask(port, request) => answer.map_err(|error| unanswered(container, &error)),
            () = &mut limit => Err(timed_out(container)),
        };
        latencies.push(Latency {
            container: container.hostname.clone(),
            seconds: (cloud.world.now() - began).as_seconds_f64(),
        });
        let response = answer?;
        if is_last || !response.status().is_success() {
            return Ok(Answer {
                container: container.hostname.clone(),
                response,
            });
        }
        content_type = response.headers().get(CONTENT_TYPE).cloned();
        body = response.into_body();
    }
}

/// The request of a container in line.
fn next(
    of_caller: &HeaderMap,
    content_type: Option<HeaderValue>,
    body: Bytes,
    is_last: bool,
) -> Request<Bytes> {
    let mut request = Request::new(body);
    *request.method_mut() = Method::POST;
    *request.uri_mut() = Uri::from_static("/invocations");
    let headers = request.headers_mut();
    headers.clone_from(of_caller);
    let content_type = content_type.unwrap_or(HeaderValue::from_static(ANY_BYTES));
    headers.insert(CONTENT_TYPE, content_type);
    if !is_last {
        headers.remove(ACCEPT);
    }
    request
}

fn timed_out(container: &Container) -> AwsError {
    let message = format!(
        "Your invocation timed out while waiting for a response from container {}. Review the latency metrics for \
         each container in Amazon CloudWatch, resolve the issue, and try again.",
        container.hostname
    );
    model_error(0, &message, "")
}

fn unanswered(container: &Container, error: &std::io::Error) -> AwsError {
    let called = container.called();
    if error.kind() == ErrorKind::UnexpectedEof {
        let message = format!("The answer of the {called} was cut off: {error}");
        return model_error(0, &message, "");
    }
    tracing::warn!(container.name = called, %error, "a container did not answer");
    not_answered(&called)
}

fn not_answered(called: &str) -> AwsError {
    let message = format!("The {called} did not answer; try again.");
    AwsError::new(503, "ServiceUnavailable", message)
}

/// 424 `ModelError`, with what the container said.
pub fn model_error(status: u16, message: &str, original: &str) -> AwsError {
    AwsError::new(424, "ModelError", message)
        .with_member("OriginalStatusCode", status)
        .with_member("OriginalMessage", original)
        .with_member("LogStreamArn", "")
}
