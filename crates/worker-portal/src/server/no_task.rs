//! Why there is no task, or no answer taken, in words.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::page::{message, unavailable};
use crate::desk::{NoTask, Unavailable};

pub async fn no_task(headers: &HeaderMap, why: NoTask) -> Response {
    match why {
        NoTask::Gone => {
            let text = "Another worker answered it, it was stopped, or its time is over. Nothing was lost \
                        that you could still do.";
            message(headers, StatusCode::GONE, "This task is gone", text).await
        }
        NoTask::Over(end) => message(headers, StatusCode::GONE, "This task is over", &end).await,
        NoTask::Refused(reason) => {
            message(headers, StatusCode::BAD_REQUEST, "Not taken", &reason).await
        }
        NoTask::Unavailable(Unavailable) => unavailable(headers).await,
    }
}
