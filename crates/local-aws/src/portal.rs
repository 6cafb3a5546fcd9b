//! The worker portal, on an origin of its own.

use std::sync::Arc;

use axum::Router;

use crate::cloud::Cloud;

/// Every page of the portal.
pub fn router(_cloud: &Arc<Cloud>) -> Router {
    Router::new()
}
