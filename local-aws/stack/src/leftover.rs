//! Resources that the stack has no more, until they are deleted.

use serde::{Deserialize, Serialize};

use super::row::{BEFORE, RESOURCES, Row};
use super::status::Status;
use local_core::store::{Table, Tx};

/// By logical and physical id.
pub(super) const LEFTOVERS: Table<Leftover> = Table::new("stack/leftover");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Leftover {
    pub row: Row,
    pub cause: Cause,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Cause {
    /// The template has it no more, or the stack is deleted.
    Removed,
    Replaced,
    /// The operation that created it failed.
    RolledBack,
}

impl Leftover {
    pub fn replaced(row: Row) -> Self {
        Self {
            row,
            cause: Cause::Replaced,
        }
    }

    /// The service refused its deletion: nobody knows what is left of it, so the next change is made anew.
    pub fn refused(&self) -> Self {
        let row = Row {
            status: Status::DeleteFailed,
            ..self.row.clone()
        };
        Self { row, ..*self }
    }

    /// Whether its policy keeps it. Source: the CloudFormation user guide, "`DeletionPolicy` attribute" and
    /// "`UpdateReplacePolicy` attribute": `RetainExceptOnCreate` deletes where the operation that created the
    /// resource is rolled back.
    pub fn is_kept(&self) -> bool {
        let (policy, keeping): (_, &[&str]) = match self.cause {
            Cause::Removed => (
                &self.row.deletion_policy,
                &["Retain", "RetainExceptOnCreate"],
            ),
            Cause::RolledBack => (&self.row.deletion_policy, &["Retain"]),
            Cause::Replaced => (&self.row.update_replace_policy, &["Retain"]),
        };
        policy
            .as_deref()
            .is_some_and(|policy| keeping.contains(&policy))
    }

    pub fn name(&self) -> String {
        format!("{} {}", self.row.logical_id, self.row.physical_id)
    }

    pub fn put(&self, tx: &Tx, region: &str) {
        LEFTOVERS.put(tx, region, &self.name(), self);
    }

    pub fn all(tx: &Tx, region: &str) -> Vec<Self> {
        let all = LEFTOVERS.list(tx, region).into_iter();
        all.map(|(_, leftover)| leftover).collect()
    }
}

/// Ends a change: the resources of these logical ids are the stack's, every other one that it had before or
/// has now is left over.
pub(super) fn settle(tx: &Tx, region: &str, is_in_stack: impl Fn(&str) -> bool, cause: Cause) {
    for row in Row::all(tx, BEFORE, region).into_values() {
        leave(tx, region, row, cause);
    }
    BEFORE.delete_all(tx, region);
    let mut kept = Vec::new();
    for (logical_id, row) in Row::all(tx, RESOURCES, region) {
        if is_in_stack(&logical_id) {
            kept.push(row);
        } else {
            RESOURCES.delete(tx, region, &logical_id);
            // The stack's own now, whatever an update had made of it that was rolled back.
            Leftover { row, cause }.put(tx, region);
        }
    }
    for leftover in Leftover::all(tx, region) {
        let identity = leftover.row.identity();
        if kept.iter().any(|row| row.identity() == identity) {
            LEFTOVERS.delete(tx, region, &leftover.name());
        }
    }
}

/// A resource of before an update. One that is left over already keeps its cause.
fn leave(tx: &Tx, region: &str, row: Row, cause: Cause) {
    let leftover = Leftover { row, cause };
    if !LEFTOVERS.contains(tx, region, &leftover.name()) {
        leftover.put(tx, region);
    }
}
