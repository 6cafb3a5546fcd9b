//! Leaving a task without an answer.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::no_task::no_task;
use super::page::{path_of, redirect, unavailable, wants_json};
use super::portal::Portal;
use super::signed_in::{Nothing, SignedInForm};
use crate::desk::Desk;

/// Which of the desk's reasons it is, the worker's own words, or both.
#[derive(Deserialize)]
pub struct Skipped {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    words: String,
}

pub async fn give_back<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    SignedInForm(visit, Nothing {}): SignedInForm<Nothing>,
) -> Response {
    if portal.desk.give_back(&visit.worker, &id).await.is_err() {
        return unavailable(&headers).await;
    }
    if wants_json(&headers) {
        return Json(json!({"next": null})).into_response();
    }
    redirect("/tasks")
}

pub async fn skip<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    SignedInForm(visit, Skipped { reason, words }): SignedInForm<Skipped>,
) -> Response {
    let said = [reason.trim(), words.trim()].map(str::to_owned);
    let said: Vec<String> = said.into_iter().filter(|said| !said.is_empty()).collect();
    let said = said.join(": ");
    if let Err(why) = portal.desk.skip(&visit.worker, &id, &said).await {
        return no_task(&headers, why).await;
    }
    let next = portal.desk.next(&visit.worker).await.unwrap_or_default();
    if wants_json(&headers) {
        return Json(json!({"next": next})).into_response();
    }
    redirect(&path_of(next.as_deref()))
}
