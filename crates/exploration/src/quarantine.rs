//! What the quarantine holds: the reasons, how often, and where to look.

use std::collections::BTreeMap;

use contracts::dataset::QuarantinedRow;
use contracts::exploration::{Listed, Quarantine, QuarantineReason};

/// Different reasons that are counted; a reason has its kind alone, and there are few of those for each column.
const MOST_COUNTED: usize = 1_000;
const MOST_LISTED: usize = 20;
const FIRST: usize = 3;

#[derive(Default)]
pub struct Reasons {
    named: u64,
    reasons: BTreeMap<(String, String), QuarantineReason>,
}

impl Reasons {
    pub fn add(&mut self, row: &QuarantinedRow) {
        self.named += 1;
        // What follows the colon is the row's own.
        let reason = row.reason.split(':').next().unwrap_or_default().trim();
        let key = (row.column.clone(), reason.to_owned());
        if self.reasons.len() == MOST_COUNTED && !self.reasons.contains_key(&key) {
            return;
        }
        let entry = self
            .reasons
            .entry(key)
            .or_insert_with_key(|(column, reason)| QuarantineReason {
                column: column.clone(),
                reason: reason.clone(),
                rows: 0,
                first: Vec::new(),
            });
        entry.rows += 1;
        if entry.first.len() < FIRST {
            entry.first.push(row.clone());
        }
    }

    /// `rows`: what the manifest counts, those that no file names too.
    pub fn finish(self, rows: u64) -> Quarantine {
        let mut reasons: Vec<_> = self.reasons.into_values().collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.rows));
        Quarantine {
            rows,
            named: self.named,
            reasons: Listed::of(reasons, MOST_LISTED),
        }
    }
}
