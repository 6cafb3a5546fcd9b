//! Choosing a password of one's own, after a temporary one.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::kept::Kept;
use super::page::{message, page, redirect, wants_json};
use super::portal::Portal;
use super::sign_in_page::sign_in_page;
use super::signed_in::SessionForm;
use super::visit::Visit;
use super::welcome::{forgetting, welcome};
use crate::desk::{Desk, NotChosen};

const NEW_PASSWORD: &str = include_str!("../../pages/new-password.liquid.html");

#[derive(Deserialize)]
pub struct NewPassword {
    password: String,
    #[serde(flatten)]
    kept: Kept,
}

pub async fn form<D: Desk>(State(portal): State<Arc<Portal<D>>>, headers: HeaderMap) -> Response {
    match Visit::of(&portal, &headers).await {
        Ok(visit) if visit.must_choose_password => {
            let whose = (visit.worker.name.as_str(), visit.csrf.as_str());
            new_password_page(StatusCode::OK, whose, None, &Kept::default()).await
        }
        Ok(_) => redirect("/tasks"),
        Err(not_in) => not_in.response(&headers).await,
    }
}

/// The desk decides whether there is a choice: the token only says that there was one.
pub async fn choose<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    SessionForm(visit, NewPassword { password, kept }): SessionForm<NewPassword>,
) -> Response {
    let refused = async |status, text: &str| {
        if wants_json(&headers) {
            return message(&headers, status, "Password", text).await;
        }
        let whose = (visit.worker.name.as_str(), visit.csrf.as_str());
        new_password_page(status, whose, Some(text), &kept).await
    };
    let (desk, challenge) = (Arc::clone(&portal.desk), visit.token.clone());
    let chosen = portal
        .settings
        .hashing
        .run(async move { desk.choose_password(&challenge, &password).await });
    match chosen.await {
        Some(Ok(token)) => welcome(&headers, &visit.worker.name, &token, false, &kept).await,
        Some(Err(NotChosen::Weak(reason))) => refused(StatusCode::BAD_REQUEST, &reason).await,
        Some(Err(NotChosen::Unavailable)) => {
            let text = "Passwords cannot be set right now. Wait a minute, then try again.";
            refused(StatusCode::SERVICE_UNAVAILABLE, text).await
        }
        Some(Err(NotChosen::NotTemporary)) | None => {
            let text = "The time to choose a password is over, or one was chosen already. Sign in again, please.";
            let status = StatusCode::FORBIDDEN;
            let response = if wants_json(&headers) {
                message(&headers, status, "Not now", text).await
            } else {
                sign_in_page(status, &visit.worker.name, Some(text), &kept).await
            };
            (forgetting(&headers), response).into_response()
        }
    }
}

/// `whose`: the worker's name and the csrf of the session.
pub async fn new_password_page(
    status: StatusCode,
    whose: (&str, &str),
    error: Option<&str>,
    kept: &Kept,
) -> Response {
    let (worker, csrf) = whose;
    let globals = json!({
        "title": "Choose a password",
        "worker": worker,
        "csrf": csrf,
        "error": error,
        "kept": kept.has_task().then_some(kept),
    });
    page(status, NEW_PASSWORD, globals).await
}
