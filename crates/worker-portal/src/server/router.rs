//! Which handler answers which route.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};

use super::portal::{Portal, PortalSettings};
use super::{answer, answers, assets, guard, leave, new_password, page, sign_in, task, tasks};
use crate::desk::Desk;

/// A2I takes answers of at most 1 MiB or so; a page's form never comes near.
const BODY_LIMIT_BYTES: usize = 2 << 20;

/// The whole origin: the portal, and `others`, routes of its host that need no session. A route
/// that is added to the result stands outside of the guard; give it to `others`.
pub fn router<D: Desk>(desk: Arc<D>, settings: PortalSettings, others: Router) -> Router {
    let portal = Arc::new(Portal::new(desk, settings));
    Router::new()
        .route("/", get(tasks::home))
        .route(
            "/signin",
            get(sign_in::form::<D>).post(sign_in::sign_in::<D>),
        )
        .route("/signout", post(sign_in::sign_out::<D>))
        .route(
            "/new-password",
            get(new_password::form::<D>).post(new_password::choose::<D>),
        )
        .route("/tasks", get(tasks::list::<D>))
        .route("/tasks/next", get(tasks::next::<D>))
        .route("/tasks/{id}", get(task::show::<D>))
        .route("/tasks/{id}/frame", get(task::frame::<D>))
        .route("/tasks/{id}/submit", post(answer::submit::<D>))
        .route("/tasks/{id}/return", post(leave::give_back::<D>))
        .route("/tasks/{id}/skip", post(leave::skip::<D>))
        .route("/answers", get(answers::list::<D>))
        .route("/assets/{name}", get(assets::asset))
        .fallback(page::not_found)
        .with_state(Arc::clone(&portal))
        .merge(others)
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(middleware::from_fn_with_state(portal, guard::guard::<D>))
}
