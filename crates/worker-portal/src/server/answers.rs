//! The worker's own answers.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::page::{not_found, page, unavailable, wants_json};
use super::portal::Portal;
use super::signed_in::SignedIn;
use crate::desk::{Answers, Desk, Given};

const ANSWERS: &str = include_str!("../../pages/answers.liquid.html");

pub async fn list<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    SignedIn(visit): SignedIn,
) -> Response {
    let answers = portal.desk.answers(&visit.worker);
    let (answers, progress) = tokio::join!(answers, portal.desk.progress(&visit.worker));
    let (Ok(answers), Ok(progress)) = (answers, progress) else {
        return unavailable(&headers).await;
    };
    let Some(Answers { newest, in_all }) = answers else {
        return not_found().await;
    };
    let mut globals = json!({
        "csrf": visit.csrf,
        "progress": progress,
        "in_all": in_all,
        "newest": newest,
    });
    if wants_json(&headers) {
        return Json(globals).into_response();
    }
    globals["title"] = json!("Your answers");
    globals["worker"] = json!(visit.worker.name);
    let spent: Vec<String> = newest.iter().map(spent).collect();
    for (row, spent) in globals["newest"]
        .as_array_mut()
        .into_iter()
        .flatten()
        .zip(spent)
    {
        row["spent"] = json!(spent);
    }
    page(StatusCode::OK, ANSWERS, globals).await
}

fn spent(given: &Given) -> String {
    match (given.seconds / 60, given.seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}
