//! Signing in and out.

use std::sync::Arc;

use axum::extract::{Form, State};
use axum::http::header::{HeaderName, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::cookie::Cookie;
use super::kept::{Kept, kept_page};
use super::page::{message, page, redirect, wants_json};
use super::portal::Portal;
use super::signed_in::{Nothing, OwnForm};
use super::visit::{NotIn, Visit, csrf};
use crate::desk::{Desk, Opened, Unavailable};

const SIGN_IN: &str = include_str!("../../pages/sign-in.liquid.html");

#[derive(Deserialize)]
pub struct Credentials {
    username: String,
    password: String,
    #[serde(flatten)]
    kept: Kept,
}

pub async fn form<D: Desk>(State(portal): State<Arc<Portal<D>>>, headers: HeaderMap) -> Response {
    // Whoever has not chosen a password may sign in anew: the challenge to choose one ends after minutes.
    if Visit::at_work(&portal, &headers).await.is_ok() {
        return redirect("/tasks");
    }
    sign_in_page(StatusCode::OK, "", None, &Kept::default()).await
}

/// To a worker whose session has ended before the answer came.
pub async fn ended(kept: &Kept) -> Response {
    sign_in_page(StatusCode::UNAUTHORIZED, "", None, kept).await
}

pub async fn sign_in<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Form(Credentials {
        username,
        password,
        kept,
    }): Form<Credentials>,
) -> Response {
    let refused = async |status, text| refused(&headers, status, (&username, text), &kept).await;
    if !portal.attempts.begin(&username, portal.desk.now()) {
        let text = "Too many attempts. Wait a minute, then try again.";
        return refused(StatusCode::TOO_MANY_REQUESTS, text).await;
    }
    let (desk, name) = (Arc::clone(&portal.desk), username.clone());
    let checked = portal
        .settings
        .hashing
        .run(async move { desk.sign_in(&name, &password).await });
    let (token, must_choose_password) = match checked.await {
        Some(Ok(Opened::Signed(token))) => (token, false),
        Some(Ok(Opened::NewPassword(challenge))) => (challenge, true),
        Some(Ok(Opened::Refused)) | None => {
            let text = "That user name and password do not match.";
            return refused(StatusCode::UNAUTHORIZED, text).await;
        }
        Some(Err(Unavailable)) => {
            portal.attempts.release(&username);
            let text = "Passwords cannot be checked right now. Wait a minute, then try again.";
            return refused(StatusCode::SERVICE_UNAVAILABLE, text).await;
        }
    };
    portal.attempts.release(&username);
    if must_choose_password || !kept.is_whole() || wants_json(&headers) {
        return welcome(&headers, &username, &token, must_choose_password);
    }
    let page = kept_page(&username, &csrf(&token), &kept).await;
    (opening(&headers, &token), page).into_response()
}

/// The browser forgets the session in any case: the next person at it is not this one.
pub async fn sign_out<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Response {
    let ended = match Visit::of(&portal, &headers).await {
        Ok(visit) => portal.desk.sign_out(&visit.token).await,
        Err(NotIn::Unavailable) => Err(Unavailable),
        Err(not_in) => return not_in.response(&headers).await,
    };
    let cookies = forgetting(&headers);
    if ended == Err(Unavailable) {
        let text = "This browser has forgotten you. The session itself could not be ended right now; it ends \
                    within a working day.";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let response = message(&headers, status, "Signed out here", text).await;
        return (cookies, response).into_response();
    }
    if wants_json(&headers) {
        return (StatusCode::NO_CONTENT, cookies).into_response();
    }
    (cookies, redirect("/signin")).into_response()
}

/// A fresh session: a token from before the sign-in is never carried over.
pub fn welcome(
    headers: &HeaderMap,
    name: &str,
    token: &str,
    must_choose_password: bool,
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
    let path = if must_choose_password {
        "/new-password"
    } else {
        "/tasks"
    };
    (cookies, redirect(path)).into_response()
}

/// The browser has a session, and nothing of the one before.
fn opening(headers: &HeaderMap, token: &str) -> AppendHeaders<[(HeaderName, String); 3]> {
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

async fn refused(
    headers: &HeaderMap,
    status: StatusCode,
    (username, text): (&str, &str),
    kept: &Kept,
) -> Response {
    if wants_json(headers) {
        message(headers, status, "Sign in", text).await
    } else {
        sign_in_page(status, username, Some(text), kept).await
    }
}

async fn sign_in_page(
    status: StatusCode,
    username: &str,
    error: Option<&str>,
    kept: &Kept,
) -> Response {
    let globals = json!({
        "title": "Sign in",
        "username": username,
        "error": error,
        "kept": kept.is_whole().then_some(kept),
    });
    page(status, SIGN_IN, globals).await
}
