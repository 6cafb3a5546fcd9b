//! A task's answer, the first or another in its place. It is never lost: not to a desk that cannot be reached, and not
//! with the session that it was typed in.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::cookie::Cookie;
use super::kept::{Kept, kept_page};
use super::no_task::no_task;
use super::page::{message, path_of, redirect, unavailable_for, wants_json};
use super::portal::Portal;
use super::sign_in;
use super::visit::{NotIn, Visit, csrf};
use crate::desk::{Desk, NoTask};

#[derive(Deserialize)]
pub struct Submission {
    csrf: String,
    answer: String,
}

pub async fn submit<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(Submission {
        csrf: given,
        answer,
    }): Form<Submission>,
) -> Response {
    let current = Cookie::Session.of(&headers).map(csrf);
    let is_own = current.as_ref() == Some(&given);
    // A page of an earlier session, as the browser says; without its word it may be anybody's.
    if current.is_some() && !is_own && !is_from_our_page(&headers) {
        let text = "This page is out of date. Go back, reload it and try again.";
        return message(&headers, StatusCode::FORBIDDEN, "Out of date", text).await;
    }
    let Ok(content @ Value::Object(_)) = serde_json::from_str(&answer) else {
        let text = "The answer is not a JSON object; the task stays open.";
        return message(&headers, StatusCode::BAD_REQUEST, "Not submitted", text).await;
    };
    let visit = match Visit::at_work(&portal, &headers).await {
        Ok(visit) => visit,
        // With what the page had: another session's answer is not this worker's without a question.
        Err(NotIn::Unavailable) => return unavailable_for(&answer, &given, &headers).await,
        // With a temporary password there is no session yet.
        Err(NotIn::SignedOut | NotIn::MustChoosePassword) if !wants_json(&headers) => {
            return sign_in::ended(&Kept { task: id, answer }).await;
        }
        Err(not_in) => return not_in.response(&headers).await,
    };
    if !is_own {
        return kept_page(&visit.worker.name, &visit.csrf, &Kept { task: id, answer }).await;
    }
    match portal.desk.submit(&visit.worker, &id, content).await {
        Ok(()) => {}
        Err(NoTask::Unavailable(_)) => {
            return unavailable_for(&answer, &visit.csrf, &headers).await;
        }
        Err(why) => return no_task(&headers, why).await,
    }
    let is_again = visit.last.as_ref() == Some(&id);
    let answered = visit.answered + usize::from(!is_again);
    let answered = AppendHeaders([
        (
            header::SET_COOKIE,
            Cookie::Answered.set(&headers, &answered.to_string()),
        ),
        (header::SET_COOKIE, Cookie::Last.set(&headers, &id)),
    ]);
    // The answer is taken, whatever is known of the next task.
    let next = portal.desk.next(&visit.worker).await.unwrap_or_default();
    if wants_json(&headers) {
        return (answered, Json(json!({"next": next}))).into_response();
    }
    (answered, redirect(&path_of(next.as_deref()))).into_response()
}

/// The guard has held an origin against the host.
fn is_from_our_page(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ORIGIN) && !wants_json(headers)
}
