//! A task, its frame, its answer.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::assets::CROWD_ELEMENTS_PATH;
use super::page::{message, page, redirect, wants_json};
use super::portal::Portal;
use super::session::Session;
use super::signed_in::{Nothing, SignedIn, SignedInForm};
use super::tasks::path_of;
use crate::desk::{Desk, Task};
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
    SignedIn(session): SignedIn,
) -> Response {
    let Ok(task) = portal.desk.accept(&session.worker, &id).await else {
        return gone(&headers).await;
    };
    let waiting = portal.desk.waiting(&session.worker).await.len();
    let position = session.answered + 1;
    let total = session.answered + waiting.max(1);
    if wants_json(&headers) {
        return Json(json!({
            "csrf": session.csrf,
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
        "worker": session.worker.name,
        "csrf": session.csrf,
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
    SignedIn(session): SignedIn,
) -> Response {
    if headers
        .get("sec-fetch-dest")
        .is_none_or(|it| it != "iframe")
    {
        let text = "A task is shown within its page only.";
        return message(&headers, StatusCode::FORBIDDEN, "Not by itself", text).await;
    }
    let Ok(task) = portal.desk.accepted(&session.worker, &id).await else {
        return gone(&headers).await;
    };
    let html = match rendered(&portal, &session, &task).await {
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

pub async fn submit<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    SignedInForm(session, Submission { answer }): SignedInForm<Submission>,
) -> Response {
    let Ok(answer @ Value::Object(_)) = serde_json::from_str(&answer) else {
        let text = "The answer is not a JSON object; the task stays open.";
        return message(&headers, StatusCode::BAD_REQUEST, "Not submitted", text).await;
    };
    if portal
        .desk
        .submit(&session.worker, &id, answer)
        .await
        .is_err()
    {
        return gone(&headers).await;
    }
    portal.sessions.count_answer(&session);
    let next = portal.desk.next(&session.worker).await;
    if wants_json(&headers) {
        return Json(json!({"next": next})).into_response();
    }
    redirect(&path_of(next.as_deref()))
}

pub async fn give_back<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    SignedInForm(session, Nothing {}): SignedInForm<Nothing>,
) -> Response {
    portal.desk.give_back(&session.worker, &id).await;
    if wants_json(&headers) {
        return Json(json!({"next": null})).into_response();
    }
    redirect("/tasks")
}

async fn rendered<D: Desk>(
    portal: &Portal<D>,
    session: &Session,
    task: &Task,
) -> Result<String, TemplateError> {
    let grant = portal.desk.grant_read_access(&session.worker, task);
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

async fn gone(headers: &HeaderMap) -> Response {
    let text = "Another worker answered it, it was stopped, or its time is over. Nothing was lost \
                that you could still do.";
    message(headers, StatusCode::GONE, "This task is gone", text).await
}

async fn unrenderable(headers: &HeaderMap, error: &TemplateError) -> Response {
    tracing::warn!("a task's template does not render");
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let text = error.to_string();
    message(headers, status, "This task cannot be shown", &text).await
}
