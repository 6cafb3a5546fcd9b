//! Choosing a password of one's own, after a temporary one.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::page::{message, page, redirect, wants_json};
use super::portal::Portal;
use super::sign_in::{forgetting, welcome};
use super::signed_in::SessionForm;
use super::visit::Visit;
use crate::desk::{Desk, NotChosen};

const NEW_PASSWORD: &str = include_str!("../../pages/new-password.liquid.html");

#[derive(Deserialize)]
pub struct NewPassword {
    password: String,
}

pub async fn form<D: Desk>(State(portal): State<Arc<Portal<D>>>, headers: HeaderMap) -> Response {
    match Visit::of(&portal, &headers).await {
        Ok(visit) if visit.must_choose_password => {
            new_password_page(StatusCode::OK, &visit, None).await
        }
        Ok(_) => redirect("/tasks"),
        Err(not_in) => not_in.response(&headers).await,
    }
}

/// The desk decides whether there is a choice: the token only says that there was one.
pub async fn choose<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    SessionForm(visit, NewPassword { password }): SessionForm<NewPassword>,
) -> Response {
    let (desk, challenge) = (Arc::clone(&portal.desk), visit.token.clone());
    let chosen = portal
        .settings
        .hashing
        .run(async move { desk.choose_password(&challenge, &password).await });
    match chosen.await {
        Some(Ok(token)) => welcome(&headers, &visit.worker.name, &token, false),
        Some(Err(NotChosen::Weak(reason))) => {
            refused(&headers, StatusCode::BAD_REQUEST, &visit, &reason).await
        }
        Some(Err(NotChosen::Unavailable)) => {
            let text = "Passwords cannot be set right now. Wait a minute, then try again.";
            refused(&headers, StatusCode::SERVICE_UNAVAILABLE, &visit, text).await
        }
        Some(Err(NotChosen::NotTemporary)) | None => {
            let text = "The time to choose a password is over, or one was chosen already. Sign in again, please.";
            let response = message(&headers, StatusCode::FORBIDDEN, "Not now", text).await;
            (forgetting(&headers), response).into_response()
        }
    }
}

async fn refused(headers: &HeaderMap, status: StatusCode, visit: &Visit, text: &str) -> Response {
    if wants_json(headers) {
        message(headers, status, "Password", text).await
    } else {
        new_password_page(status, visit, Some(text)).await
    }
}

async fn new_password_page(status: StatusCode, visit: &Visit, error: Option<&str>) -> Response {
    let globals = json!({
        "title": "Choose a password",
        "worker": visit.worker.name,
        "csrf": visit.csrf,
        "error": error,
    });
    page(status, NEW_PASSWORD, globals).await
}
