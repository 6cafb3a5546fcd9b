//! The documents of human loops.

use serde_json::Value;

use super::human_loop::HumanLoop;
use local_core::store::Tx;

pub const ACTIVE: &str = "a2i/active-human-loop";
pub const ENDED: &str = "a2i/ended-human-loop";
pub const INPUT: &str = "a2i/input-content";

/// Whether loops of the flow definition wait for an answer.
pub fn has_active_loops(tx: &Tx, region: &str, flow_definition_arn: &str) -> bool {
    let active = tx.list::<HumanLoop>(ACTIVE, region);
    active
        .iter()
        .any(|(_, it)| it.flow_definition_arn == flow_definition_arn)
}

/// The loop of that name, active or ended.
pub fn find(tx: &Tx, region: &str, name: &str) -> Option<HumanLoop> {
    tx.get(ACTIVE, region, name)
        .or_else(|| tx.get(ENDED, region, name))
}

pub fn input(tx: &Tx, region: &str, name: &str) -> Value {
    tx.get(INPUT, region, name).unwrap_or_default()
}
