//! Lambda: functions as processes over the Runtime API, with queues and retries.

use std::sync::Arc;

use axum::Router;

use crate::cloud::Cloud;
use crate::wire::Operation;

pub fn operations() -> Vec<Operation> {
    Vec::new()
}

/// Does what the state says is missing, whenever it changes.
pub async fn run(_cloud: Arc<Cloud>) {
    std::future::pending().await
}

/// The Runtime API below `/_runtime/FUNCTION/`.
pub fn router(_cloud: &Arc<Cloud>) -> Router {
    Router::new()
}
