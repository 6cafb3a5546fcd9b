//! One observation of the difference between the two models.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The two places of a rollout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Slot {
    Champion,
    Challenger,
}

/// `value` estimates challenger minus champion, and counts `weight` times.
///
/// In single precision, whose numbers come back from JSON as they were: rows of one kind stay of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Row {
    value: f32,
    weight: f32,
}

#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum Refused {
    #[error("an inclusion probability of {0} is not above 0 and at most 1")]
    InclusionProbability(f64),
    #[error("a class weight of {0} is not a positive number")]
    ClassWeight(f64),
    #[error("a share of {0} is not between 0 and 1: of such a split nothing can be learnt")]
    Share(f64),
    #[error("a weight of {weight} exceeds {largest}, for which the rollout was planned")]
    Weight { weight: f64, largest: f64 },
    #[error("a difference of {value} exceeds {largest}, for which the rollout was planned")]
    Value { value: f64, largest: f64 },
}

/// Observations that a comparison was not planned for, with the reason of the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRows {
    pub rows: u64,
    pub reason: String,
}

impl Row {
    /// A labelled row that both models scored: 1, 0 or -1, as only the challenger, both or neither, or only the
    /// champion is right.
    ///
    /// The weight is that of Hájek's ratio estimator: rows of which one in ten gets a label stand for ten.
    /// With `class_weight` inverse to the class's share of the traffic, the mean is the difference of balanced
    /// accuracies; with 1 for all classes, of accuracies; with shares that are somewhat off, of recalls averaged
    /// by somewhat uneven weights.
    pub fn paired(
        champion_right: bool,
        challenger_right: bool,
        inclusion_probability: f64,
        class_weight: f64,
    ) -> Result<Self, Refused> {
        if !(inclusion_probability > 0.0 && inclusion_probability <= 1.0) {
            return Err(Refused::InclusionProbability(inclusion_probability));
        }
        if !(class_weight > 0.0 && class_weight.is_finite()) {
            return Err(Refused::ClassWeight(class_weight));
        }
        let value = f64::from(i8::from(challenger_right) - i8::from(champion_right));
        Ok(Self::rounded(value, class_weight / inclusion_probability))
    }

    /// A request that one of the two answered, and whether it was rewarded. `challenger_share` is the probability
    /// with which the challenger got it, fixed before the request came.
    ///
    /// The value is Horvitz and Thompson's estimate (JASA 47, 1952) of the difference of the reward rates. Rewards
    /// are centred at 1/2, which halves its largest value: `0.5 / share` of the rarer slot.
    pub fn rewarded(slot: Slot, rewarded: bool, challenger_share: f64) -> Result<Self, Refused> {
        if !(challenger_share > 0.0 && challenger_share < 1.0) {
            return Err(Refused::Share(challenger_share));
        }
        let centred = if rewarded { 0.5 } else { -0.5 };
        let value = match slot {
            Slot::Challenger => centred / challenger_share,
            Slot::Champion => -centred / (1.0 - challenger_share),
        };
        Ok(Self::rounded(value, 1.0))
    }

    /// 1 for yes and -1 for no, as shares are bet on.
    pub(crate) fn of_share(yes: bool) -> Self {
        Self::rounded(if yes { 1.0 } else { -1.0 }, 1.0)
    }

    #[allow(
        clippy::cast_possible_truncation,
        reason = "one part in ten million of a weight is nothing to a bet"
    )]
    fn rounded(value: f64, weight: f64) -> Self {
        Self {
            value: value as f32,
            weight: weight as f32,
        }
    }

    pub fn value(self) -> f64 {
        f64::from(self.value)
    }

    pub fn weight(self) -> f64 {
        f64::from(self.weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stands_for_as_many_as_were_not_asked() {
        let row = Row::paired(false, true, 0.1, 2.0).unwrap();
        assert!((row.value() - 1.0).abs() < 1e-12 && (row.weight() - 20.0).abs() < 1e-6);
        let row = Row::paired(true, false, 1.0, 1.0).unwrap();
        assert!((row.value() + 1.0).abs() < 1e-12 && (row.weight() - 1.0).abs() < 1e-12);
    }

    /// Over both slots and all outcomes, the values average to the difference of the rates.
    #[test]
    fn rewards_estimate_the_difference_of_the_rates() {
        for (share, champion, challenger) in [(0.05, 0.3, 0.25), (0.5, 0.1, 0.9), (0.95, 0.6, 0.6)]
        {
            let mut mean = 0.0;
            for (slot, chosen, rate) in [
                (Slot::Challenger, share, challenger),
                (Slot::Champion, 1.0 - share, champion),
            ] {
                for (rewarded, probability) in [(true, rate), (false, 1.0 - rate)] {
                    let row = Row::rewarded(slot, rewarded, share).unwrap();
                    mean += chosen * probability * row.value();
                }
            }
            assert!((mean - (challenger - champion)).abs() < 1e-6, "{mean}");
        }
    }

    #[test]
    fn what_no_row_can_have_is_refused_by_name() {
        for wrong in [0.0, -0.1, 1.1, f64::NAN, f64::INFINITY] {
            let refused = Row::paired(true, true, wrong, 1.0).unwrap_err().to_string();
            assert!(refused.contains("inclusion probability"), "{refused}");
        }
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let refused = Row::paired(true, true, 1.0, wrong).unwrap_err().to_string();
            assert!(refused.contains("class weight"), "{refused}");
        }
        for wrong in [0.0, 1.0, -1.0, f64::NAN] {
            assert!(
                Row::rewarded(Slot::Champion, true, wrong).is_err(),
                "{wrong}"
            );
        }
    }
}
