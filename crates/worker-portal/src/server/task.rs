//! A task and its frame.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use super::assets::crowd_elements_path;
use super::no_task::{no_task, no_task_in_frame};
use super::page::{framed_message, message, page, unavailable, wants_json};
use super::portal::Portal;
use super::signed_in::SignedIn;
use crate::desk::{Desk, Task, Worker};
use crate::template::{CROWD_ELEMENTS_URL, TemplateError, render_task_apart};

const TASK: &str = include_str!("../../pages/task.liquid.html");
const ELSEWHERE: &str = include_str!("../../pages/elsewhere.liquid.html");

pub async fn show<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    SignedIn(visit): SignedIn,
) -> Response {
    let desk = &*portal.desk;
    if desk.opening_takes() && is_from_elsewhere(&headers) {
        let globals = json!({"title": "Open this task?", "worker": visit.worker.name, "csrf": visit.csrf, "id": id});
        return page(StatusCode::OK, ELSEWHERE, globals).await;
    }
    let (taken, progress, last) = tokio::join!(
        desk.accept(&visit.worker, &id),
        desk.progress(&visit.worker),
        visit.changeable(desk)
    );
    let task = match taken {
        Ok(task) => task,
        Err(why) => return no_task(&headers, why).await,
    };
    let Ok(progress) = progress else {
        return unavailable(&headers).await;
    };
    let position = visit.answered + 1;
    let total = visit.answered + progress.open.max(1);
    if wants_json(&headers) {
        return Json(json!({
            "csrf": visit.csrf,
            "id": id,
            "human_loop": task.waiting.human_loop,
            "title": task.waiting.title,
            "input": task.input,
            "position": position,
            "total": total,
            "given": task.given,
            "skip_reasons": desk.skip_reasons(),
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
        "progress": progress,
        "given": task.given,
        "last": last.filter(|last| last.id != id),
        "skip_reasons": desk.skip_reasons(),
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
        Err(why) => return no_task_in_frame(why).await,
    };
    let html = match rendered(&portal, &visit.worker, &task).await {
        Ok(html) => html,
        Err(error) => return unrenderable(&error).await,
    };
    let files = portal.settings.file_origins.join(" ");
    let policy = format!(
        "sandbox allow-scripts allow-forms; default-src 'none'; script-src 'self' 'unsafe-inline'; \
         style-src 'unsafe-inline'; img-src data: {files}; media-src {files}; form-action 'none'; \
         base-uri 'none'; frame-ancestors 'self'"
    );
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}

async fn rendered<D: Desk>(
    portal: &Portal<D>,
    worker: &Worker,
    task: &Task,
) -> Result<String, TemplateError> {
    let grant = portal.desk.grant_read_access(worker, task);
    let html = render_task_apart(task.template.clone(), task.input.clone(), grant).await?;
    let html = html.replace(CROWD_ELEMENTS_URL, &crowd_elements_path());
    // Templates begin with a script; without a doctype the page would be as high as its frame.
    let start = html.trim_start().get(..9).unwrap_or_default();
    if start.eq_ignore_ascii_case("<!doctype") {
        Ok(html)
    } else {
        Ok(format!("<!doctype html>\n{html}"))
    }
}

/// A browser says where a navigation began. Older ones do not: then a link takes the task, for an hour at most.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-site")
        .is_some_and(|site| site == "cross-site" || site == "same-site")
}

async fn unrenderable(error: &TemplateError) -> Response {
    tracing::warn!("a task's template does not render");
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let text = error.to_string();
    framed_message(status, "This task cannot be shown", &text).await
}
