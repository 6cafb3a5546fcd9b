//! The portal over HTTP.

mod assets;
mod guard;
mod limit;
mod page;
mod session;
mod sign_in;
mod tasks;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};

use crate::desk::Desk;
use limit::Attempts;
use session::Sessions;

/// A2I takes answers of at most 1 MiB or so; a page's form never comes near.
const BODY_LIMIT_BYTES: usize = 2 << 20;

pub struct PortalSettings {
    /// The host names (without port) that requests may be addressed to.
    pub hosts: Vec<String>,
    /// Origins that a task's frame may load granted files from.
    pub file_origins: Vec<String>,
}

/// What every handler sees.
pub(crate) struct Portal<D> {
    desk: Arc<D>,
    settings: PortalSettings,
    sessions: Sessions,
    attempts: Attempts,
}

/// The whole portal.
pub fn router<D: Desk>(desk: Arc<D>, settings: PortalSettings) -> Router {
    let portal = Arc::new(Portal {
        desk,
        settings,
        sessions: Sessions::default(),
        attempts: Attempts::default(),
    });
    Router::new()
        .route("/", get(tasks::home::<D>))
        .route(
            "/signin",
            get(sign_in::form::<D>).post(sign_in::sign_in::<D>),
        )
        .route("/signout", post(sign_in::sign_out::<D>))
        .route(
            "/new-password",
            get(sign_in::new_password_form::<D>).post(sign_in::new_password::<D>),
        )
        .route("/tasks", get(tasks::list::<D>))
        .route("/tasks/next", get(tasks::next::<D>))
        .route("/tasks/{id}", get(tasks::show::<D>))
        .route("/tasks/{id}/frame", get(tasks::frame::<D>))
        .route("/tasks/{id}/submit", post(tasks::submit::<D>))
        .route("/tasks/{id}/return", post(tasks::give_back::<D>))
        .route("/assets/{name}", get(assets::asset))
        .fallback(page::not_found)
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&portal),
            guard::guard::<D>,
        ))
        .with_state(portal)
}
