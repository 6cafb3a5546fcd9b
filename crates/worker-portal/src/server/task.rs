//! A task, its frame, its answer.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::assets::CROWD_ELEMENTS_PATH;
use super::cookie::Cookie;
use super::page::{message, page, redirect, unavailable, unavailable_for, wants_json};
use super::portal::Portal;
use super::signed_in::{Nothing, OwnForm, SignedIn, SignedInForm};
use super::tasks::path_of;
use super::visit::{NotIn, Visit, csrf};
use crate::desk::{Desk, NoTask, Progress, Task, Unavailable, Worker};
use crate::template::{CROWD_ELEMENTS_URL, TemplateError, render_task_apart};

const TASK: &str = include_str!("../../pages/task.liquid.html");

#[derive(Deserialize)]
pub struct Submission {
    answer: String,
}

pub async fn show<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    SignedIn(visit): SignedIn,
) -> Response {
    let taken = portal.desk.accept(&visit.worker, &id);
    let (taken, progress) = tokio::join!(taken, portal.desk.progress(&visit.worker));
    let task = match taken {
        Ok(task) => task,
        Err(why) => return no_task(&headers, why).await,
    };
    let Ok(Progress { open }) = progress else {
        return unavailable(&headers).await;
    };
    let position = visit.answered + 1;
    let total = visit.answered + open.max(1);
    if wants_json(&headers) {
        return Json(json!({
            "csrf": visit.csrf,
            "id": id,
            "human_loop": task.waiting.human_loop,
            "title": task.waiting.title,
            "input": task.input,
            "position": position,
            "total": total,
        }))
        .into_response();
    }
    let globals = json!({
        "title": task.waiting.title,
        "worker": visit.worker.name,
        "csrf": visit.csrf,
        "task": task.waiting,
        "position": position,
        "total": total,
        "script": true,
    });
    page(StatusCode::OK, TASK, globals).await
}

/// The task's own page, for the portal's frame alone: a page of its own may navigate anywhere, and
/// take the task's text along, which the portal's page forbids its frames.
pub async fn frame<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    SignedIn(visit): SignedIn,
) -> Response {
    if headers
        .get("sec-fetch-dest")
        .is_none_or(|it| it != "iframe")
    {
        let text = "A task is shown within its page only.";
        return message(&headers, StatusCode::FORBIDDEN, "Not by itself", text).await;
    }
    let task = match portal.desk.accepted(&visit.worker, &id).await {
        Ok(task) => task,
        Err(why) => return no_task(&headers, why).await,
    };
    let html = match rendered(&portal, &visit.worker, &task).await {
        Ok(html) => html,
        Err(error) => return unrenderable(&headers, &error).await,
    };
    let files = portal.settings.file_origins.join(" ");
    let policy = format!(
        "sandbox allow-scripts allow-forms; default-src 'none'; script-src 'self' 'unsafe-inline'; \
         style-src 'unsafe-inline'; img-src data: {files}; media-src {files}; form-action 'none'; \
         base-uri 'none'; frame-ancestors 'self'"
    );
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}

/// A worker's answer is never lost to a desk that cannot be reached, not even where the session is not found then.
pub async fn submit<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    OwnForm(Submission { answer }): OwnForm<Submission>,
) -> Response {
    let Ok(content @ Value::Object(_)) = serde_json::from_str(&answer) else {
        let text = "The answer is not a JSON object; the task stays open.";
        return message(&headers, StatusCode::BAD_REQUEST, "Not submitted", text).await;
    };
    let visit = match Visit::at_work(&portal, &headers).await {
        Ok(visit) => visit,
        Err(NotIn::Unavailable) => return kept(&headers, &answer).await,
        Err(not_in) => return not_in.response(&headers).await,
    };
    match portal.desk.submit(&visit.worker, &id, content).await {
        Ok(()) => {}
        Err(NoTask::Unavailable(_)) => return kept(&headers, &answer).await,
        Err(why) => return no_task(&headers, why).await,
    }
    let answered = Cookie::Answered.set(&headers, &(visit.answered + 1).to_string());
    let answered = AppendHeaders([(header::SET_COOKIE, answered)]);
    // The answer is taken, whatever is known of the next task.
    let next = portal.desk.next(&visit.worker).await.unwrap_or_default();
    if wants_json(&headers) {
        return (answered, Json(json!({"next": next}))).into_response();
    }
    (answered, redirect(&path_of(next.as_deref()))).into_response()
}

pub async fn give_back<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    SignedInForm(visit, Nothing {}): SignedInForm<Nothing>,
) -> Response {
    if portal.desk.give_back(&visit.worker, &id).await.is_err() {
        return unavailable(&headers).await;
    }
    if wants_json(&headers) {
        return Json(json!({"next": null})).into_response();
    }
    redirect("/tasks")
}

async fn rendered<D: Desk>(
    portal: &Portal<D>,
    worker: &Worker,
    task: &Task,
) -> Result<String, TemplateError> {
    let grant = portal.desk.grant_read_access(worker, task);
    let html = render_task_apart(task.template.clone(), task.input.clone(), grant).await?;
    let html = html.replace(CROWD_ELEMENTS_URL, CROWD_ELEMENTS_PATH);
    // Templates begin with a script; without a doctype the page would be as high as its frame.
    let start = html.trim_start().get(..9).unwrap_or_default();
    if start.eq_ignore_ascii_case("<!doctype") {
        Ok(html)
    } else {
        Ok(format!("<!doctype html>\n{html}"))
    }
}

async fn no_task(headers: &HeaderMap, why: NoTask) -> Response {
    match why {
        NoTask::Gone => {
            let text = "Another worker answered it, it was stopped, or its time is over. Nothing was lost \
                        that you could still do.";
            message(headers, StatusCode::GONE, "This task is gone", text).await
        }
        NoTask::Refused(reason) => {
            message(headers, StatusCode::BAD_REQUEST, "Not taken", &reason).await
        }
        NoTask::Unavailable(Unavailable) => unavailable(headers).await,
    }
}

async fn kept(headers: &HeaderMap, answer: &str) -> Response {
    let csrf = Cookie::Session.of(headers).map(csrf).unwrap_or_default();
    unavailable_for(answer, &csrf, headers).await
}

async fn unrenderable(headers: &HeaderMap, error: &TemplateError) -> Response {
    tracing::warn!("a task's template does not render");
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let text = error.to_string();
    message(headers, status, "This task cannot be shown", &text).await
}
