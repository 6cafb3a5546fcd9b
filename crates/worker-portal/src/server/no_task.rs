//! Why there is no task, or no answer taken, in words.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::page::{framed_message, message, unavailable};
use crate::desk::{NoTask, Unavailable};

pub async fn no_task(headers: &HeaderMap, why: NoTask) -> Response {
    if why == NoTask::Unavailable(Unavailable) {
        return unavailable(headers).await;
    }
    let (status, title, text) = words(why);
    message(headers, status, title, &text).await
}

/// The same within the task's frame, where no link leads anywhere.
pub async fn no_task_in_frame(why: NoTask) -> Response {
    let (status, title, text) = words(why);
    framed_message(status, title, &text).await
}

fn words(why: NoTask) -> (StatusCode, &'static str, String) {
    match why {
        NoTask::Gone => {
            let text = "Another worker answered it, it was stopped, or its time is over. There is nothing left for \
                        you to do here.";
            (StatusCode::GONE, "This task is gone", text.to_owned())
        }
        NoTask::Over(end) => (
            StatusCode::GONE,
            "This task is not open for you",
            sentence(&end),
        ),
        NoTask::Refused(reason) => (StatusCode::BAD_REQUEST, "Not taken", sentence(&reason)),
        NoTask::Unavailable(Unavailable) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The task cannot be reached right now",
            "Wait a minute, then reload the page.".to_owned(),
        ),
    }
}

/// A reason of a rule, as it stands by itself.
fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    let first = letters.next().map(char::to_uppercase);
    let mut sentence: String = first.into_iter().flatten().chain(letters).collect();
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}
