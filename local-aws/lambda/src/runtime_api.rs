//! Lambda's Runtime API, as a function's process calls it.
//!
//! Each sandbox has a path of its own, `/_runtime/SANDBOX/`: `lambda_runtime` keeps the path of
//! `AWS_LAMBDA_RUNTIME_API`. The name is random and known to that process only, which is also the
//! reason why these paths need no signature.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::channel::{Channel, Channels, Reply};
use local_core::Cloud;

/// Lambda's bound on a synchronous payload, which a response may not exceed either.
pub(super) const MAX_PAYLOAD_BYTES: usize = 6 * 1024 * 1024;

pub(super) fn router(cloud: &Arc<Cloud>) -> Router {
    let api = Router::new()
        .route("/invocation/next", get(next))
        .route("/invocation/{request_id}/response", post(response))
        .route("/invocation/{request_id}/error", post(error))
        .route("/init/error", post(init_error))
        .layer(axum::extract::DefaultBodyLimit::max(MAX_PAYLOAD_BYTES))
        .with_state(cloud.clone());
    Router::new().nest("/_runtime/{sandbox}/2018-06-01/runtime", api)
}

type Failure = (StatusCode, &'static str);

fn channel(cloud: &Cloud, sandbox: &str) -> Result<Arc<Channel>, Failure> {
    cloud
        .memory::<Channels>()
        .find(sandbox)
        .ok_or((StatusCode::FORBIDDEN, "this sandbox has ended"))
}

async fn next(
    State(cloud): State<Arc<Cloud>>,
    Path(sandbox): Path<String>,
) -> Result<Response, Failure> {
    let channel = channel(&cloud, &sandbox)?;
    let work = channel.next().await;
    let work = work.ok_or((StatusCode::GONE, "this sandbox has ended"))?;
    let deadline = cloud.world.now() + work.timeout;
    let deadline_ms = deadline.unix_timestamp_nanos() / 1_000_000;
    channel.expect_reply(&work.request_id, work.reply);
    Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", work.request_id)
        .header("lambda-runtime-deadline-ms", deadline_ms.to_string())
        .header("lambda-runtime-invoked-function-arn", work.function_arn)
        .header("lambda-runtime-trace-id", work.trace_id)
        .body(Body::from(work.payload))
        .map_err(|_| {
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "a header could not be written",
            )
        })
}

async fn response(
    State(cloud): State<Arc<Cloud>>,
    Path((sandbox, request_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    if headers.contains_key("lambda-runtime-function-response-mode") {
        tracing::warn!(
            sandbox,
            "refused: local-aws does not honour streamed responses"
        );
        return Err((
            StatusCode::BAD_REQUEST,
            "local-aws does not honour streamed responses",
        ));
    }
    accept(channel(&cloud, &sandbox)?.answer(&request_id, Reply::Response(body)))
}

async fn error(
    State(cloud): State<Arc<Cloud>>,
    Path((sandbox, request_id)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    accept(channel(&cloud, &sandbox)?.answer(&request_id, Reply::Error(body)))
}

async fn init_error(
    State(cloud): State<Arc<Cloud>>,
    Path(sandbox): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    channel(&cloud, &sandbox)?.failed_at_start(body);
    accept(true)
}

fn accept(known: bool) -> Result<Response, Failure> {
    if known {
        Ok((StatusCode::ACCEPTED, "{\"status\":\"OK\"}").into_response())
    } else {
        Err((StatusCode::BAD_REQUEST, "nobody waits for this request id"))
    }
}
