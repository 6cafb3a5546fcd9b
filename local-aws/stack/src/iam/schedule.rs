//! The role in which EventBridge Scheduler invokes a function.
//!
//! Source: SAM's transform, `samtranslator` on PyPI: `SchedulerEventSource` (model/eventsources/scheduler.py).

use std::collections::BTreeMap;

use local_iam::Role;
use local_messages::events::Target;

use super::function::{destination, trust};
use crate::call::Context;
use crate::row::Generated;

/// Stores the role; its ARN.
pub fn put_role(context: &Context, role: &Generated, target: &Target) -> anyhow::Result<String> {
    let cloud = &context.cloud;
    let mut policies =
        BTreeMap::from([("LambdaInvokePolicy".to_owned(), destination(&target.arn)?)]);
    if let Some(queue) = &target.dead_letter_config {
        policies.insert("DeadLetterQueuePolicy".to_owned(), destination(&queue.arn)?);
    }
    let role = Role {
        name: role.physical_id.clone(),
        created: cloud.world.now(),
        trust: trust("scheduler.amazonaws.com"),
        policies,
        managed: Vec::new(),
    };
    let arn = role.arn();
    cloud.store.write(|tx| role.put(tx))?;
    Ok(arn)
}
