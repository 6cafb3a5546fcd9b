//! The portal's own files, compiled in.

use axum::extract::Path;
use axum::http::header::{self, HeaderName};
use axum::response::{IntoResponse, Response};

use super::page::not_found;

pub const CROWD_ELEMENTS_PATH: &str = "/assets/crowd-elements.js";

pub async fn asset(Path(name): Path<String>) -> Response {
    let (content_type, content) = match name.as_str() {
        "portal.css" => (
            "text/css; charset=utf-8",
            include_str!("../../assets/portal.css"),
        ),
        "portal.js" => (
            "text/javascript; charset=utf-8",
            include_str!("../../assets/portal.js"),
        ),
        "crowd-elements.js" => (
            "text/javascript; charset=utf-8",
            include_str!("../../assets/crowd-elements.js"),
        ),
        "icon.svg" => ("image/svg+xml", include_str!("../../assets/icon.svg")),
        _ => return not_found().await,
    };
    let headers = [
        (header::CONTENT_TYPE, content_type),
        // The task's frame has an opaque origin and loads the element script all the same.
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    (headers, content).into_response()
}
