//! The stack itself, as it is kept: its status, and what it was deployed with.

use std::collections::BTreeMap;

use anyhow::bail;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::call::{Context, STACK_NAME};
use super::event::{self, Event};
use super::status::Status;
use local_core::Cloud;
use local_core::store::{Table, Tx};

pub(super) const STACKS: Table<Stack> = Table::new("stack/stack");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stack {
    pub status: Status,
    /// Why it is so, where it failed.
    pub reason: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub created: OffsetDateTime,
    /// Those of the last deployment that was completed, or that a creation began with.
    pub parameters: BTreeMap<String, String>,
    pub outputs: BTreeMap<String, String>,
}

impl Stack {
    /// Another stack, without the events of the one before.
    pub(super) fn begin(cloud: &Cloud, tx: &Tx, parameters: &BTreeMap<String, String>) -> Self {
        event::forget(tx, &cloud.settings.region);
        Self {
            status: Status::CreateInProgress,
            reason: None,
            created: cloud.world.now(),
            parameters: parameters.clone(),
            outputs: BTreeMap::new(),
        }
    }

    pub fn find(cloud: &Cloud) -> Option<Self> {
        cloud.store.read(|tx| Self::get(tx, &cloud.settings.region))
    }

    pub(super) fn get(tx: &Tx, region: &str) -> Option<Self> {
        STACKS.get(tx, region, STACK_NAME)
    }

    pub(super) fn put(&self, tx: &Tx, region: &str) {
        STACKS.put(tx, region, STACK_NAME, self);
    }

    pub fn is_deleted(&self) -> bool {
        self.status == Status::DeleteComplete
    }

    pub fn is_being_deleted(&self) -> bool {
        self.status == Status::DeleteInProgress
    }
}

/// Refuses to go on where the stack has another status than was read, or is being deleted: `DeleteStack` waits for
/// no turn.
pub(super) fn check_status(context: &Context, tx: &Tx, read: Option<Status>) -> anyhow::Result<()> {
    let stack = Stack::get(tx, &context.pseudo.region);
    match stack.map(|stack| stack.status) {
        Some(now) if Some(now) != read || now == Status::DeleteInProgress => {
            let id = &context.pseudo.stack_id;
            bail!("Stack:{id} is in {now} state and can not be updated.")
        }
        _ => Ok(()),
    }
}

/// Moves the stack to another status, with its event.
pub(super) fn enter(context: &Context, tx: &Tx, status: Status, reason: Option<&str>) {
    let stack = Stack::get(tx, &context.pseudo.region);
    if let Some(stack) = stack.filter(|stack| stack.status != status) {
        let reason = reason.map(str::to_owned);
        let entered = Stack {
            status,
            reason,
            ..stack
        };
        store(context, tx, &entered);
    }
}

pub(super) fn store(context: &Context, tx: &Tx, stack: &Stack) {
    stack.put(tx, &context.pseudo.region);
    let event = Event {
        at: context.cloud.world.now(),
        logical_id: STACK_NAME.to_owned(),
        resource_type: "AWS::CloudFormation::Stack".to_owned(),
        physical_id: context.pseudo.stack_id.clone(),
        status: stack.status,
        reason: stack.reason.clone(),
    };
    event::store(&context.cloud, tx, &event);
}
