//! How requests of a bandit ended: both slots' counts, and the evidence that they are.

use serde::{Deserialize, Serialize};

use crate::allocation::Rewards;
use crate::evidence::Evidence;
use crate::row::{RefusedRows, Row, Slot};
use crate::strategy::Strategy;

/// A request that was drawn for one of the two, and its reward.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rewarded {
    pub slot: Slot,
    /// With which the challenger was drawn.
    pub challenger_share: f64,
    pub rewarded: bool,
}

/// Of all requests that have a reward. It is counted anew at each look, so that no reward is lost or counted twice.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    pub totals: Totals,
    evidence: Evidence,
    /// Requests that a bandit cannot have drawn, with the reason of the last.
    pub refused: Option<RefusedRows>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub champion: Rewards,
    pub challenger: Rewards,
}

impl Totals {
    pub fn requests(&self) -> u64 {
        self.champion.requests() + self.challenger.requests()
    }
}

impl Tally {
    pub fn add(&mut self, request: Rewarded) {
        let Rewarded {
            slot,
            challenger_share,
            rewarded,
        } = request;
        let row = match Row::rewarded(slot, rewarded, challenger_share) {
            Ok(row) if Strategy::is_bandits(challenger_share) => row,
            Ok(_) => {
                return self.refuse(format!("a share of {challenger_share} is none of a bandit"));
            }
            Err(refused) => return self.refuse(refused.to_string()),
        };
        self.evidence.add(row);
        let of_slot = match slot {
            Slot::Champion => &mut self.totals.champion,
            Slot::Challenger => &mut self.totals.challenger,
        };
        if rewarded {
            of_slot.rewarded += 1;
        } else {
            of_slot.unrewarded += 1;
        }
    }

    fn refuse(&mut self, reason: String) {
        let before = self.refused.as_ref().map_or(0, |refused| refused.rows);
        self.refused = Some(RefusedRows {
            rows: before + 1,
            reason,
        });
    }

    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{Plan, Trial};

    #[test]
    fn requests_are_counted_by_slot_and_as_evidence() {
        let mut tally = Tally::default();
        for (slot, rewarded) in [
            (Slot::Challenger, true),
            (Slot::Challenger, false),
            (Slot::Champion, true),
        ] {
            let request = Rewarded {
                slot,
                challenger_share: 0.25,
                rewarded,
            };
            tally.add(request);
        }
        assert_eq!(tally.totals.requests(), 3);
        assert_eq!(tally.totals.challenger.rewarded, 1);
        let values: Vec<f64> = tally
            .evidence()
            .cells()
            .iter()
            .map(|cell| cell.row.value())
            .collect();
        assert_eq!(values, [-2.0, f64::from(-0.5f32 / 0.75), 2.0]);
        let impossible = Rewarded {
            slot: Slot::Challenger,
            challenger_share: 0.0,
            rewarded: true,
        };
        tally.add(impossible);
        // The least share that is taken is within the plan of the trial.
        let least = Rewarded {
            challenger_share: Strategy::FLOOR - 1e-8,
            ..impossible
        };
        let mut edge = Tally::default();
        edge.add(least);
        let mut trial = Trial::start(Plan::rewarded(0.02, 1000)).unwrap();
        trial.recount(edge.evidence()).unwrap();
        assert_eq!(trial.evidence().rows(), 1);
        let small = Rewarded {
            challenger_share: 0.01,
            ..impossible
        };
        tally.add(small);
        assert_eq!(tally.totals.requests(), 3);
        let refused = tally.refused.unwrap();
        assert_eq!(refused.rows, 2);
        assert!(refused.reason.contains("0.01"), "{}", refused.reason);
    }
}
