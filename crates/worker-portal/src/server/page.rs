//! Pages and their JSON twins.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::{Value, json};

use crate::template::{GrantReadAccess, render};

const LAYOUT: &str = include_str!("../../pages/layout.liquid.html");

pub fn wants_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"))
}

/// A page of ours: `content` within the layout, both over `globals`.
pub fn page(status: StatusCode, content: &str, mut globals: Value) -> Response {
    let rendered = render(content, &globals, &GrantReadAccess::none()).and_then(|content| {
        globals["content"] = Value::String(content);
        render(LAYOUT, &globals, &GrantReadAccess::none())
    });
    match rendered {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the portal does not render");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Something the visitor should know, in the form they asked for.
pub fn message(headers: &HeaderMap, status: StatusCode, title: &str, text: &str) -> Response {
    if wants_json(headers) {
        return (status, axum::Json(json!({"message": text}))).into_response();
    }
    let globals = json!({"title": title, "message": text});
    page(
        status,
        include_str!("../../pages/message.liquid.html"),
        globals,
    )
}

pub fn redirect(path: &str) -> Response {
    Redirect::to(path).into_response()
}

pub async fn not_found() -> Response {
    let text = "There is no page here.";
    message(&HeaderMap::new(), StatusCode::NOT_FOUND, "Not found", text)
}
