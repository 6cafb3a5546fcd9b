//! The order of deletion: each resource before those that it needs.

use super::row::Row;

/// The rows, each after those that it needs.
pub(super) fn needed_first(rows: Vec<Row>) -> Vec<Row> {
    let mut walk = Walk {
        waiting: rows.into_iter().map(Some).collect(),
        order: Vec::new(),
    };
    for index in 0..walk.waiting.len() {
        walk.visit(index);
    }
    walk.order
}

pub(super) fn dependents_first(rows: Vec<Row>) -> Vec<Row> {
    let mut order = needed_first(rows);
    order.reverse();
    order
}

/// Depth first. A row leaves `waiting` when it is first met, so that a circle, which two templates may
/// close, ends.
struct Walk {
    waiting: Vec<Option<Row>>,
    order: Vec<Row>,
}

impl Walk {
    fn visit(&mut self, index: usize) {
        let Some(row) = self.waiting[index].take() else {
            return;
        };
        for needed in 0..self.waiting.len() {
            let is_needed = |other: &Row| {
                other.logical_id != row.logical_id && row.needs.contains(&other.logical_id)
            };
            if self.waiting[needed].as_ref().is_some_and(is_needed) {
                self.visit(needed);
            }
        }
        self.order.push(row);
    }
}
