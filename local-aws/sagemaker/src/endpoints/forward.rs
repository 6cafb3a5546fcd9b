//! A request's way into a container, and its answer.

use std::io::ErrorKind;

use bytes::Bytes;
use http::{Request, Response};

use super::headers::{ACCEPT, ATTRIBUTES, CONTENT_TYPE, INFERENCE_ID};
use super::underway;
use local_core::Cloud;
use local_core::wire::{AwsError, RawRequest};

/// AWS's default where the caller names none.
const ANY_BYTES: &str = "application/octet-stream";

/// What a container gets of a caller's request.
pub fn for_container(request: &RawRequest) -> Result<Request<Bytes>, AwsError> {
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

/// Asks the container on a port, for at most a minute.
pub async fn forward(
    cloud: &Cloud,
    request: Request<Bytes>,
    port: u16,
) -> Result<Response<Bytes>, AwsError> {
    let answer = tokio::select! {
        biased;
        answer = cloud.world.programs.ask(port, request) => answer,
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

/// 424 `ModelError`, with what the container said.
pub fn model_error(status: u16, message: &str, original: &str) -> AwsError {
    AwsError::new(424, "ModelError", message)
        .with_member("OriginalStatusCode", status)
        .with_member("OriginalMessage", original)
        .with_member("LogStreamArn", "")
}
