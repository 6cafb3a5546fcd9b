//! The decision about a model version that waits for people: what the gate found, and approve or reject with a reason.
//!
//! A notice's link names the version and opens nothing by itself: whoever follows it signs in with Cognito, as a member
//! of the approvers' group. So a link may be forwarded, and the registry says who decided. `policy::approval` counts.

mod config;
mod deps;
mod desk;
mod record;
mod shown;
mod version;

use std::sync::Arc;

use axum::Router;
use worker_portal::PortalSettings;

pub use config::Config;
pub use deps::Deps;
use desk::DecisionDesk;

/// Every page.
pub fn router(deps: Deps) -> Router {
    let settings = PortalSettings::behind_a_function_url();
    worker_portal::router(Arc::new(DecisionDesk::new(deps)), settings, Router::new())
}
