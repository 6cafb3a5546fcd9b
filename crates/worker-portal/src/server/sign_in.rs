//! Signing in and out.

use std::sync::Arc;

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::kept::Kept;
use super::new_password::new_password_page;
use super::page::{message, redirect, wants_json};
use super::portal::Portal;
use super::sign_in_page::sign_in_page;
use super::signed_in::{Nothing, OwnForm};
use super::visit::{NotIn, Visit, csrf};
use super::welcome::{forgetting, opening, welcome};
use crate::desk::{Desk, Opened, Unavailable};

#[derive(Deserialize)]
pub struct Credentials {
    username: String,
    password: String,
    #[serde(flatten)]
    kept: Kept,
}

/// An address may name where a visitor goes, and never what is answered there.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    task: String,
}

pub async fn form<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Query(Wanted { task }): Query<Wanted>,
) -> Response {
    let kept = Kept {
        task,
        answer: String::new(),
    };
    // Whoever has not chosen a password may sign in anew: the challenge to choose one ends after minutes.
    if Visit::at_work(&portal, &headers).await.is_ok() {
        return redirect(&kept.path());
    }
    sign_in_page(StatusCode::OK, "", None, &kept).await
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
    let username = username.trim().to_owned();
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
            let text = "That user name and password do not match. A password that came with an invitation is \
                        good for a week: whoever invited you can send another.";
            return refused(StatusCode::UNAUTHORIZED, text).await;
        }
        Some(Err(Unavailable)) => {
            portal.attempts.release(&username);
            let text = "Passwords cannot be checked right now. Wait a minute, then try again.";
            return refused(StatusCode::SERVICE_UNAVAILABLE, text).await;
        }
    };
    portal.attempts.release(&username);
    if must_choose_password && kept.has_task() && !wants_json(&headers) {
        let page = new_password_page(StatusCode::OK, (&username, &csrf(&token)), None, &kept).await;
        return (opening(&headers, &token), page).into_response();
    }
    welcome(&headers, &username, &token, must_choose_password, &kept).await
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
        Err(not_in) => {
            let response = not_in.response(&headers).await;
            return (forgetting(&headers), response).into_response();
        }
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
