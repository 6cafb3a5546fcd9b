//! SageMaker Pipelines: a definition as a graph of steps.

use std::sync::Arc;

use crate::cloud::Cloud;
use crate::wire::Operation;

pub fn operations() -> Vec<Operation> {
    Vec::new()
}

/// Does what the state says is missing, whenever it changes.
pub async fn run(_cloud: Arc<Cloud>) {
    std::future::pending().await
}
