//! The list of tasks.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::page::{page, path_of, redirect, unavailable, wants_json};
use super::portal::Portal;
use super::signed_in::SignedIn;
use super::visit::Visit;
use crate::desk::{Desk, List, Unavailable, Waiting};

const LIST: &str = include_str!("../../pages/tasks.liquid.html");

/// An empty list looks again. A page left open for a day asks some thousand times.
const REFRESH_SECONDS: u32 = 15;

pub async fn home(_: SignedIn) -> Response {
    redirect("/tasks")
}

pub async fn list<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    SignedIn(visit): SignedIn,
) -> Response {
    let desk = &*portal.desk;
    let (list, last) = tokio::join!(desk.waiting(&visit.worker), visit.changeable(desk));
    let Ok(List { tasks, progress }) = list else {
        return unavailable(&headers).await;
    };
    let Visit { csrf, answered, .. } = &visit;
    if wants_json(&headers) {
        let body =
            json!({"csrf": csrf, "answered": answered, "progress": progress, "tasks": tasks});
        return Json(body).into_response();
    }
    let globals = json!({
        "title": "Tasks",
        "worker": visit.worker.name,
        "csrf": csrf,
        "answered": answered,
        "progress": progress,
        "last": last,
        // Of the first tasks alone nobody knows how many are of a group.
        "is_whole": tasks.len() == progress.open,
        "groups": groups(&tasks),
        "refresh_seconds": tasks.is_empty().then_some(REFRESH_SECONDS),
    });
    page(StatusCode::OK, LIST, globals).await
}

pub async fn next<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    SignedIn(visit): SignedIn,
) -> Response {
    match portal.desk.next(&visit.worker).await {
        Ok(next) => redirect(&path_of(next.as_deref())),
        Err(Unavailable) => unavailable(&headers).await,
    }
}

/// Tasks of one flow and title together, in the order in which each group's first task waits.
fn groups(tasks: &[Waiting]) -> Vec<Value> {
    let mut groups: Vec<(&Waiting, Vec<&str>)> = Vec::new();
    for task in tasks {
        match groups
            .iter_mut()
            .find(|(first, _)| first.flow == task.flow && first.title == task.title)
        {
            Some((_, ids)) => ids.push(&task.id),
            None => groups.push((task, vec![&task.id])),
        }
    }
    groups
        .into_iter()
        .map(|(first, ids)| {
            json!({
                "title": first.title,
                "description": first.description,
                "flow": first.flow,
                "first": first.id,
                "count": ids.len(),
            })
        })
        .collect()
}
