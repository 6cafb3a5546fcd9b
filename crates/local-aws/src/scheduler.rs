//! Schedules: rules with a rate, and EventBridge Scheduler's, both from the template.

mod rate;
mod schedule;

use std::sync::Arc;

use crate::cloud::Cloud;
use crate::wire::Operation;

pub(crate) use rate::rate;
pub(crate) use schedule::{Schedule, Source, put, remove};

/// None yet: the template is the only caller, and it has no need of the wire.
pub fn operations() -> Vec<Operation> {
    Vec::new()
}

/// Fires each schedule when it is due.
pub async fn run(cloud: Arc<Cloud>) {
    schedule::run(cloud).await;
}
