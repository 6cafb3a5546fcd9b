//! A session begins and ends in the browser.

use axum::http::HeaderMap;
use axum::http::header::{HeaderName, SET_COOKIE};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde_json::json;

use super::cookie::Cookie;
use super::kept::{Kept, kept_page};
use super::page::{redirect, wants_json};
use super::visit::csrf;

/// A fresh session: a token from before the sign-in is never carried over. An answer that was kept is submitted on a page
/// of its own.
pub async fn welcome(
    headers: &HeaderMap,
    name: &str,
    token: &str,
    must_choose_password: bool,
    kept: &Kept,
) -> Response {
    let cookies = opening(headers, token);
    if wants_json(headers) {
        let body = json!({
            "worker": name,
            "csrf": csrf(token),
            "new_password_required": must_choose_password,
        });
        return (cookies, axum::Json(body)).into_response();
    }
    let page = if must_choose_password {
        redirect("/new-password")
    } else if kept.is_whole() {
        kept_page(name, &csrf(token), kept).await
    } else {
        redirect(&kept.path())
    };
    (cookies, page).into_response()
}

/// The browser has a session, and nothing of the one before.
pub fn opening(headers: &HeaderMap, token: &str) -> AppendHeaders<[(HeaderName, String); 3]> {
    cookies([
        Cookie::Session.set(headers, token),
        Cookie::Answered.clear(headers),
        Cookie::Last.clear(headers),
    ])
}

/// The browser forgets its session.
pub fn forgetting(headers: &HeaderMap) -> AppendHeaders<[(HeaderName, String); 3]> {
    cookies([Cookie::Session, Cookie::Answered, Cookie::Last].map(|cookie| cookie.clear(headers)))
}

fn cookies<const N: usize>(cookies: [String; N]) -> AppendHeaders<[(HeaderName, String); N]> {
    AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie)))
}
