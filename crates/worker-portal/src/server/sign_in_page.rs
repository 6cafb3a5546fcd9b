//! The page that asks for a user name and a password.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::kept::Kept;
use super::page::page;

const SIGN_IN: &str = include_str!("../../pages/sign-in.liquid.html");

pub async fn sign_in_page(
    status: StatusCode,
    username: &str,
    error: Option<&str>,
    kept: &Kept,
) -> Response {
    let globals = json!({
        "title": "Sign in",
        "username": username,
        "error": error,
        "kept": kept.has_task().then_some(kept),
    });
    page(status, SIGN_IN, globals).await
}
