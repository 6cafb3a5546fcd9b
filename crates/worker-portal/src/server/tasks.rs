//! The list, a task, its frame, its answer.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Portal;
use super::assets::CROWD_ELEMENTS_PATH;
use super::page::{message, page, redirect, wants_json};
use super::session::Session;
use super::sign_in::Csrf;
use crate::desk::{Desk, Submitted, Task, Waiting};
use crate::template::{CROWD_ELEMENTS_URL, render_task};

const LIST: &str = include_str!("../../pages/tasks.liquid.html");
const TASK: &str = include_str!("../../pages/task.liquid.html");

#[derive(Deserialize)]
pub struct Submission {
    csrf: String,
    answer: String,
}

/// The session, or the response that leads to one.
pub fn signed_in<D: Desk>(
    portal: &Portal<D>,
    headers: &HeaderMap,
    csrf: Option<&str>,
) -> Result<Session, Response> {
    let Some(session) = portal.sessions.find(headers, portal.desk.now()) else {
        return Err(if wants_json(headers) {
            message(
                headers,
                StatusCode::UNAUTHORIZED,
                "Signed out",
                "sign in first",
            )
        } else {
            redirect("/signin")
        });
    };
    if csrf.is_some_and(|csrf| csrf != session.csrf) {
        let text = "This page is out of date. Go back, reload it and try again.";
        return Err(message(headers, StatusCode::FORBIDDEN, "Out of date", text));
    }
    if session.must_choose_password {
        return Err(redirect("/new-password"));
    }
    Ok(session)
}

pub async fn home<D: Desk>(State(portal): State<Arc<Portal<D>>>, headers: HeaderMap) -> Response {
    match signed_in(&portal, &headers, None) {
        Ok(_) => redirect("/tasks"),
        Err(response) => response,
    }
}

pub async fn list<D: Desk>(State(portal): State<Arc<Portal<D>>>, headers: HeaderMap) -> Response {
    let session = match signed_in(&portal, &headers, None) {
        Ok(session) => session,
        Err(response) => return response,
    };
    let tasks = portal.desk.waiting(&session.worker).await;
    if wants_json(&headers) {
        let body = json!({"csrf": session.csrf, "answered": session.answered, "tasks": tasks});
        return Json(body).into_response();
    }
    let globals = json!({
        "title": "Tasks",
        "worker": session.worker.name,
        "csrf": session.csrf,
        "answered": session.answered,
        "waiting": tasks.len(),
        "groups": groups(&tasks),
        "refresh_seconds": tasks.is_empty().then_some(5),
    });
    page(StatusCode::OK, LIST, globals)
}

pub async fn next<D: Desk>(State(portal): State<Arc<Portal<D>>>, headers: HeaderMap) -> Response {
    match signed_in(&portal, &headers, None) {
        Ok(session) => match next_task(&portal, &session).await {
            Some(id) => redirect(&format!("/tasks/{id}")),
            None => redirect("/tasks"),
        },
        Err(response) => response,
    }
}

pub async fn show<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let session = match signed_in(&portal, &headers, None) {
        Ok(session) => session,
        Err(response) => return response,
    };
    let Ok(task) = portal.desk.accept(&session.worker, &id).await else {
        return gone(&headers);
    };
    let waiting = portal.desk.waiting(&session.worker).await.len();
    let position = session.answered + 1;
    let total = session.answered + waiting.max(1);
    if wants_json(&headers) {
        let html = match rendered(&portal, &session, &task) {
            Ok(html) => html,
            Err(reason) => return unrenderable(&headers, &reason),
        };
        return Json(json!({
            "csrf": session.csrf,
            "id": id,
            "human_loop": task.waiting.human_loop,
            "title": task.waiting.title,
            "input": task.input,
            "html": html,
            "position": position,
            "total": total,
        }))
        .into_response();
    }
    let globals = json!({
        "title": task.waiting.title,
        "worker": session.worker.name,
        "csrf": session.csrf,
        "task": task.waiting,
        "position": position,
        "total": total,
        "script": true,
    });
    page(StatusCode::OK, TASK, globals)
}

/// The task's own page. Its policy makes the origin opaque also when it is
/// opened outside of the portal's frame.
pub async fn frame<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let session = match signed_in(&portal, &headers, None) {
        Ok(session) => session,
        Err(response) => return response,
    };
    let Ok(task) = portal.desk.accepted(&session.worker, &id).await else {
        return gone(&headers);
    };
    let html = match rendered(&portal, &session, &task) {
        Ok(html) => html,
        Err(reason) => return unrenderable(&headers, &reason),
    };
    let files = portal.settings.file_origins.join(" ");
    let policy = format!(
        "sandbox allow-scripts allow-forms; default-src 'none'; script-src 'self' 'unsafe-inline'; \
         style-src 'unsafe-inline'; img-src data: {files}; media-src {files}; form-action 'none'; \
         base-uri 'none'; frame-ancestors 'self'"
    );
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}

pub async fn submit<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(submission): Form<Submission>,
) -> Response {
    let session = match signed_in(&portal, &headers, Some(&submission.csrf)) {
        Ok(session) => session,
        Err(response) => return response,
    };
    let answer = match serde_json::from_str(&submission.answer) {
        Ok(answer @ Value::Object(_)) => answer,
        Ok(_) | Err(_) => {
            let text = "The answer is not a JSON object; the task stays open.";
            return message(&headers, StatusCode::BAD_REQUEST, "Not submitted", text);
        }
    };
    match portal.desk.submit(&session.worker, &id, answer).await {
        Ok(()) => {}
        Err(Submitted::Gone(_)) => return gone(&headers),
        Err(Submitted::Fault(reason)) => {
            tracing::error!(reason, "an answer could not be kept");
            let text = "Your answer could not be kept. Go back and submit it again.";
            return message(
                &headers,
                StatusCode::SERVICE_UNAVAILABLE,
                "Not submitted",
                text,
            );
        }
    }
    portal.sessions.count_answer(&session);
    let next = next_task(&portal, &session).await;
    if wants_json(&headers) {
        return Json(json!({"next": next})).into_response();
    }
    redirect(&next.map_or_else(|| "/tasks".to_owned(), |id| format!("/tasks/{id}")))
}

pub async fn give_back<D: Desk>(
    State(portal): State<Arc<Portal<D>>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(form): Form<Csrf>,
) -> Response {
    let session = match signed_in(&portal, &headers, Some(&form.csrf)) {
        Ok(session) => session,
        Err(response) => return response,
    };
    portal.desk.give_back(&session.worker, &id).await;
    if wants_json(&headers) {
        return Json(json!({"next": null})).into_response();
    }
    redirect("/tasks")
}

async fn next_task<D: Desk>(portal: &Portal<D>, session: &Session) -> Option<String> {
    portal
        .desk
        .waiting(&session.worker)
        .await
        .into_iter()
        .next()
        .map(|task| task.id)
}

fn rendered<D: Desk>(portal: &Portal<D>, session: &Session, task: &Task) -> Result<String, String> {
    let grant = portal.desk.grant_read_access(&session.worker);
    let html =
        render_task(&task.template, &task.input, &grant).map_err(|error| error.to_string())?;
    let html = html.replace(CROWD_ELEMENTS_URL, CROWD_ELEMENTS_PATH);
    // Templates begin with a script; without a doctype the page would be as high as its frame.
    let start = html.trim_start().get(..9).unwrap_or_default();
    if start.eq_ignore_ascii_case("<!doctype") {
        Ok(html)
    } else {
        Ok(format!("<!doctype html>\n{html}"))
    }
}

fn gone(headers: &HeaderMap) -> Response {
    let text = "Somebody else answered it, it was stopped, or its time is over. Nothing was lost \
                that you could still do.";
    message(headers, StatusCode::GONE, "This task is gone", text)
}

fn unrenderable(headers: &HeaderMap, reason: &str) -> Response {
    tracing::warn!("a task's template does not render");
    message(
        headers,
        StatusCode::UNPROCESSABLE_ENTITY,
        "This task cannot be shown",
        reason,
    )
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
