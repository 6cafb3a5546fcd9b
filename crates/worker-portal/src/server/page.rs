//! Pages and their JSON twins.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::{Value, json};

use super::assets;
use crate::template::{TemplateError, render_page};

const LAYOUT: &str = include_str!("../../pages/layout.liquid.html");
const MESSAGE: &str = include_str!("../../pages/message.liquid.html");
const UNAVAILABLE: &str = include_str!("../../pages/unavailable.liquid.html");

pub fn wants_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"))
}

/// A page of ours: `content` within the layout, both over `globals`.
pub async fn page(status: StatusCode, content: &'static str, globals: Value) -> Response {
    match laid_out(content, globals).await {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the portal does not render");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A sentence for the visitor, as a page or as JSON.
pub async fn message(headers: &HeaderMap, status: StatusCode, title: &str, text: &str) -> Response {
    if wants_json(headers) {
        return (status, axum::Json(json!({"message": text}))).into_response();
    }
    page(status, MESSAGE, json!({"title": title, "message": text})).await
}

/// The same where a task should be: only our own page may frame it.
pub async fn framed_message(status: StatusCode, title: &str, text: &str) -> Response {
    let globals = json!({"title": title, "message": text, "framed": true});
    let policy =
        "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-ancestors 'self'";
    let page = page(status, MESSAGE, globals).await;
    ([(header::CONTENT_SECURITY_POLICY, policy)], page).into_response()
}

/// The desk cannot be reached. A browser's next request may be right.
pub async fn unavailable(headers: &HeaderMap) -> Response {
    not_reached(headers, json!({})).await
}

/// The same to a worker who submitted an answer: the page keeps it, and posts it to where it came from.
pub async fn unavailable_for(answer: &str, csrf: &str, headers: &HeaderMap) -> Response {
    not_reached(headers, json!({"answer": answer, "csrf": csrf})).await
}

async fn not_reached(headers: &HeaderMap, mut globals: Value) -> Response {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let title = "The tasks cannot be reached right now";
    if wants_json(headers) {
        return message(headers, status, title, title).await;
    }
    globals["title"] = json!(title);
    page(status, UNAVAILABLE, globals).await
}

pub fn redirect(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// The task's page, or the list where there is no task.
pub fn path_of(task: Option<&str>) -> String {
    task.map_or_else(|| "/tasks".to_owned(), |id| format!("/tasks/{id}"))
}

pub async fn not_found() -> Response {
    let text = "There is no page here.";
    message(&HeaderMap::new(), StatusCode::NOT_FOUND, "Not found", text).await
}

async fn laid_out(content: &'static str, mut globals: Value) -> Result<String, TemplateError> {
    globals["assets"] = json!(*assets::VERSION);
    let content = render_page(content, globals.clone()).await?;
    globals["content"] = Value::String(content);
    render_page(LAYOUT, globals).await
}
