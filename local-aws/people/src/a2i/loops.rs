//! The documents of human loops.

use serde_json::Value;

use super::human_loop::HumanLoop;
use local_core::store::{Table, Tx};

pub const ACTIVE: Table<HumanLoop> = Table::new("a2i/active-human-loop");
pub const ENDED: Table<HumanLoop> = Table::new("a2i/ended-human-loop");
pub const INPUT: Table<Value> = Table::new("a2i/input-content");

/// Whether loops of the flow definition wait for an answer.
pub fn has_active_loops(tx: &Tx, region: &str, flow_definition_arn: &str) -> bool {
    let active = ACTIVE.list(tx, region);
    active
        .iter()
        .any(|(_, it)| it.flow_definition_arn == flow_definition_arn)
}

/// The loop of that name, active or ended.
pub fn find(tx: &Tx, region: &str, name: &str) -> Option<HumanLoop> {
    ACTIVE
        .get(tx, region, name)
        .or_else(|| ENDED.get(tx, region, name))
}

pub fn input(tx: &Tx, region: &str, name: &str) -> Value {
    INPUT.get(tx, region, name).unwrap_or_default()
}
