//! Choosing a password of one's own, after a temporary one.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::page::{message, page, redirect, wants_json};
use super::portal::Portal;
use super::session::Session;
use super::sign_in::welcome;
use super::signed_in::SessionForm;
use crate::desk::{Desk, NotChosen};

const NEW_PASSWORD: &str = include_str!("../../pages/new-password.liquid.html");

#[derive(Deserialize)]
pub struct NewPassword {
    password: String,
}

pub async fn form<D: Desk>(State(portal): State<Arc<Portal<D>>>, headers: HeaderMap) -> Response {
    match portal.session(&headers).await {
        Some(session) if session.must_choose_password => new_password_page(&session, None).await,
        Some(_) => redirect("/tasks"),
        None => redirect("/signin"),
    }
}

/// The desk decides whether there is a choice: the session only says that there was one.
pub async fn choose<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    SessionForm(session, NewPassword { password }): SessionForm<NewPassword>,
) -> Response {
    let (desk, worker) = (Arc::clone(&portal.desk), session.worker.clone());
    let chosen = portal
        .settings
        .hashing
        .run(async move { desk.choose_password(&worker, &password).await });
    match chosen.await {
        Some(Ok(worker)) => {
            // The worker's other sessions end, too: their password is no longer the worker's.
            portal.sessions.close(&session);
            welcome(&portal, &headers, worker, false)
        }
        Some(Err(NotChosen::Weak(reason))) if wants_json(&headers) => {
            message(&headers, StatusCode::BAD_REQUEST, "Password", &reason).await
        }
        Some(Err(NotChosen::Weak(reason))) => new_password_page(&session, Some(&reason)).await,
        Some(Err(NotChosen::NotTemporary)) | None => {
            let text = "Sign in again, please.";
            message(&headers, StatusCode::FORBIDDEN, "Not now", text).await
        }
    }
}

async fn new_password_page(session: &Session, error: Option<&str>) -> Response {
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
    page(status, NEW_PASSWORD, globals).await
}
