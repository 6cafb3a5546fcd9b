//! Requests that are refused, and their responses.

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::request::Refusal;

pub fn refuse(status: StatusCode, reason: &str) -> Response {
    (status, Json(json!({ "error": reason }))).into_response()
}

pub fn refuse_body(rejection: &BytesRejection, max_payload_in_mb: usize) -> Response {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            &format!("the request is larger than {max_payload_in_mb} MB"),
        ),
        status => refuse(status, &rejection.body_text()),
    }
}

pub fn refuse_rows(refusal: &Refusal) -> Response {
    match refusal {
        Refusal::Unreadable(reason) => refuse(StatusCode::BAD_REQUEST, reason),
        Refusal::TooManyRows { rows, limit } => refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            &format!(
                "the request holds {rows} rows, at most {limit} are taken: send fewer at a time"
            ),
        ),
    }
}

pub fn busy() -> Response {
    let refusal = refuse(
        StatusCode::SERVICE_UNAVAILABLE,
        "too many requests are queued: retry later",
    );
    ([(header::RETRY_AFTER, "1")], refusal).into_response()
}

/// What the caller did not cause: logged here, and no inner cause is sent.
pub fn fail(error: &anyhow::Error) -> Response {
    tracing::error!("{error:#}");
    refuse(
        StatusCode::INTERNAL_SERVER_ERROR,
        "the model could not answer",
    )
}
