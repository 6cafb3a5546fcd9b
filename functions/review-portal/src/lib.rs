//! The review portal behind a function URL: `worker-portal`'s pages over the stack's Cognito users and the tasks that
//! `loop-state` keeps in the bucket.
//!
//! Anybody may call the URL: a page is shown to whoever Cognito knows, and a task to members of the reviewers' group. No
//! password and no token is stored or logged. The end of a task is an event, as A2I sends one for a human loop.

mod config;
mod deps;
mod desk;
mod ends;
mod shown;

use std::sync::Arc;

use axum::Router;
use worker_portal::PortalSettings;

pub use config::Config;
pub use deps::Deps;
use desk::ReviewDesk;

/// Every page of the portal.
pub fn router(deps: Deps) -> Router {
    let settings = PortalSettings::behind_a_function_url();
    worker_portal::router(Arc::new(ReviewDesk::new(deps)), settings, Router::new())
}
