//! Signing in and out, and choosing a password of one's own.

use std::sync::Arc;

use axum::extract::{Form, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::Portal;
use super::page::{message, page, redirect, wants_json};
use super::session::{Session, clear_cookie, set_cookie};
use super::tasks::signed_in;
use crate::desk::{Desk, SignIn, Worker};

const SIGN_IN: &str = include_str!("../../pages/sign-in.liquid.html");
const NEW_PASSWORD: &str = include_str!("../../pages/new-password.liquid.html");

#[derive(Deserialize)]
pub struct Credentials {
    username: String,
    password: String,
}

#[derive(Deserialize)]
pub struct NewPassword {
    csrf: String,
    password: String,
}

#[derive(Deserialize)]
pub struct Csrf {
    pub csrf: String,
}

pub async fn form<D: Desk>(State(portal): State<Arc<Portal<D>>>, headers: HeaderMap) -> Response {
    if portal.sessions.find(&headers, portal.desk.now()).is_some() {
        return redirect("/tasks");
    }
    sign_in_page(StatusCode::OK, "", None)
}

pub async fn sign_in<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Form(credentials): Form<Credentials>,
) -> Response {
    let Credentials { username, password } = credentials;
    let refuse = |status, text: &str| {
        if wants_json(&headers) {
            message(&headers, status, "Sign in", text)
        } else {
            sign_in_page(status, &username, Some(text))
        }
    };
    if portal.attempts.must_rest(&username, portal.desk.now()) {
        let text = "Too many attempts. Wait a minute, then try again.";
        return refuse(StatusCode::TOO_MANY_REQUESTS, text);
    }
    let (worker, must_choose_password) = match portal.desk.sign_in(&username, &password).await {
        SignIn::Welcome(worker) => (worker, false),
        SignIn::NewPasswordRequired(worker) => (worker, true),
        SignIn::Refused => {
            portal.attempts.failed(&username, portal.desk.now());
            let text = "That user name and password do not match a member of a work team.";
            return refuse(StatusCode::UNAUTHORIZED, text);
        }
    };
    portal.attempts.succeeded(&username);
    welcome(&portal, &headers, worker, must_choose_password)
}

pub async fn new_password_form<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
) -> Response {
    match portal.sessions.find(&headers, portal.desk.now()) {
        Some(session) if session.must_choose_password => new_password_page(&session, None),
        Some(_) => redirect("/tasks"),
        None => redirect("/signin"),
    }
}

pub async fn new_password<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Form(form): Form<NewPassword>,
) -> Response {
    let Some(session) = portal.sessions.find(&headers, portal.desk.now()) else {
        return message(
            &headers,
            StatusCode::UNAUTHORIZED,
            "Signed out",
            "Sign in first.",
        );
    };
    if session.csrf != form.csrf || !session.must_choose_password {
        return message(
            &headers,
            StatusCode::FORBIDDEN,
            "Not now",
            "Sign in again, please.",
        );
    }
    match portal
        .desk
        .choose_password(&session.worker, &form.password)
        .await
    {
        Ok(()) => {
            portal.sessions.close(&session);
            welcome(&portal, &headers, session.worker, false)
        }
        Err(reason) if wants_json(&headers) => {
            message(&headers, StatusCode::BAD_REQUEST, "Password", &reason)
        }
        Err(reason) => new_password_page(&session, Some(&reason)),
    }
}

pub async fn sign_out<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Form(form): Form<Csrf>,
) -> Response {
    let session = match signed_in(&portal, &headers, Some(&form.csrf)) {
        Ok(session) => session,
        Err(response) => return response,
    };
    portal.sessions.close(&session);
    let cookie = AppendHeaders([(SET_COOKIE, clear_cookie())]);
    if wants_json(&headers) {
        return (StatusCode::NO_CONTENT, cookie).into_response();
    }
    (cookie, redirect("/signin")).into_response()
}

/// A fresh session: a token from before the sign-in is never carried over.
fn welcome<D: Desk>(
    portal: &Portal<D>,
    headers: &HeaderMap,
    worker: Worker,
    must_choose_password: bool,
) -> Response {
    let secrets = (portal.desk.unguessable(), portal.desk.unguessable());
    let session = portal
        .sessions
        .open(worker, must_choose_password, secrets, portal.desk.now());
    let cookie = AppendHeaders([(SET_COOKIE, set_cookie(&session))]);
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

fn sign_in_page(status: StatusCode, username: &str, error: Option<&str>) -> Response {
    let globals = json!({"title": "Sign in", "username": username, "error": error});
    page(status, SIGN_IN, globals)
}

fn new_password_page(session: &Session, error: Option<&str>) -> Response {
    let status = if error.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    let globals = json!({
        "title": "Choose a password",
        "worker": session.worker.name,
        "csrf": session.csrf,
        "error": error,
    });
    page(status, NEW_PASSWORD, globals)
}
