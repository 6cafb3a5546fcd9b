//! Deploys a SAM template into this cloud.

use std::sync::Arc;

use crate::cloud::Cloud;
use crate::wire::Operation;

pub fn operations() -> Vec<Operation> {
    Vec::new()
}

/// Deploys the template of the settings, if there is one: at start, and after a reset.
pub async fn deploy(_cloud: &Arc<Cloud>) -> anyhow::Result<()> {
    Ok(())
}
