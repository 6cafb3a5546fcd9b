//! Signing in and out.

use std::sync::Arc;

use axum::extract::{Form, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::cookie::{clear_cookie, set_cookie};
use super::page::{message, page, redirect, wants_json};
use super::portal::Portal;
use super::session::LIFETIME;
use super::signed_in::{Nothing, SessionForm};
use crate::desk::{Desk, SignIn, Worker};

const SIGN_IN: &str = include_str!("../../pages/sign-in.liquid.html");

#[derive(Deserialize)]
pub struct Credentials {
    username: String,
    password: String,
}

pub async fn form<D: Desk>(State(portal): State<Arc<Portal<D>>>, headers: HeaderMap) -> Response {
    if portal.session(&headers).await.is_some() {
        return redirect("/tasks");
    }
    sign_in_page(StatusCode::OK, "", None).await
}

pub async fn sign_in<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Form(Credentials { username, password }): Form<Credentials>,
) -> Response {
    if !portal.attempts.begin(&username, portal.desk.now()) {
        let text = "Too many attempts. Wait a minute, then try again.";
        return refused(&headers, StatusCode::TOO_MANY_REQUESTS, &username, text).await;
    }
    let (desk, name) = (Arc::clone(&portal.desk), username.clone());
    let checked = portal
        .settings
        .hashing
        .run(async move { desk.sign_in(&name, &password).await });
    let (worker, must_choose_password) = match checked.await {
        Some(SignIn::Welcome(worker)) => (worker, false),
        Some(SignIn::NewPasswordRequired(worker)) => (worker, true),
        Some(SignIn::Refused) | None => {
            let text = "That user name and password do not match a member of a work team.";
            return refused(&headers, StatusCode::UNAUTHORIZED, &username, text).await;
        }
    };
    portal.attempts.release(&username);
    welcome(&portal, &headers, worker, must_choose_password)
}

pub async fn sign_out<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    SessionForm(session, Nothing {}): SessionForm<Nothing>,
) -> Response {
    portal.sessions.close(&session);
    let cookie = AppendHeaders([(SET_COOKIE, clear_cookie(&headers))]);
    if wants_json(&headers) {
        return (StatusCode::NO_CONTENT, cookie).into_response();
    }
    (cookie, redirect("/signin")).into_response()
}

/// A fresh session: a token from before the sign-in is never carried over.
pub fn welcome<D: Desk>(
    portal: &Portal<D>,
    headers: &HeaderMap,
    worker: Worker,
    must_choose_password: bool,
) -> Response {
    let secrets = (portal.desk.unguessable(), portal.desk.unguessable());
    let session = portal
        .sessions
        .open(worker, must_choose_password, secrets, portal.desk.now());
    let cookie = set_cookie(headers, &session.token, LIFETIME.whole_seconds());
    let cookie = AppendHeaders([(SET_COOKIE, cookie)]);
    if wants_json(headers) {
        let body = json!({
            "worker": session.worker.name,
            "csrf": session.csrf,
            "new_password_required": must_choose_password,
        });
        return (cookie, axum::Json(body)).into_response();
    }
    let path = if must_choose_password {
        "/new-password"
    } else {
        "/tasks"
    };
    (cookie, redirect(path)).into_response()
}

async fn refused(headers: &HeaderMap, status: StatusCode, username: &str, text: &str) -> Response {
    if wants_json(headers) {
        message(headers, status, "Sign in", text).await
    } else {
        sign_in_page(status, username, Some(text)).await
    }
}

async fn sign_in_page(status: StatusCode, username: &str, error: Option<&str>) -> Response {
    let globals = json!({"title": "Sign in", "username": username, "error": error});
    page(status, SIGN_IN, globals).await
}
