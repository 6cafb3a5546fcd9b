//! Which texts of a day's traffic people are asked about.

use contracts::dataset::Origin;
use policy::review::{Ask, Budget, Caps, ask};

use super::learner::most_likely;
use super::reviews::{LABELS, Review};

/// The template's `ReviewDailyCap`, here of answers.
const ANSWERS_A_DAY: usize = 200;
const AUDIT_SHARE: f64 = 0.25;

/// The template's defaults.
pub const DEFAULTS: Budget = Budget {
    threshold: 0.9,
    rate: 1.0,
    audit_rate: 0.02,
};

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Asking {
    AtRandom,
    /// By the product's rule, in the order in which the texts come.
    ByRule(Budget),
    /// The same, but of the uncertain texts of the day the least certain first.
    LeastCertainFirst(Budget),
    /// Equally many texts of each label that the model gives.
    EvenlyOverPredictions,
    /// Equally many texts of each true label: no rule can, it is what rules could gain at best.
    EvenlyOverTruth,
}

impl Asking {
    pub fn caps(self) -> Caps {
        let audit_rate = match self {
            Asking::AtRandom | Asking::EvenlyOverPredictions | Asking::EvenlyOverTruth => 0.0,
            Asking::ByRule(budget) | Asking::LeastCertainFirst(budget) => budget.audit_rate,
        };
        Caps::new(ANSWERS_A_DAY, AUDIT_SHARE, audit_rate).expect("the audit has a share")
    }

    /// Places of the texts in the order in which people are asked about them.
    pub fn questions(
        self,
        traffic: &[&Review],
        probabilities: &[Vec<f64>],
    ) -> Vec<(usize, Origin)> {
        let confidence = |place: usize| probabilities[place][most_likely(&probabilities[place])];
        let drawn = |budget: Budget| -> Vec<(usize, Origin)> {
            let origin = |place: usize| match ask(&budget, &traffic[place].text, confidence(place))
            {
                Ask::No | Ask::OverBudget => None,
                Ask::Audit { .. } => Some((place, Origin::Audit)),
                Ask::Uncertain => Some((place, Origin::Uncertain)),
            };
            (0..traffic.len()).filter_map(origin).collect()
        };
        match self {
            Asking::EvenlyOverPredictions => evenly(
                probabilities
                    .iter()
                    .map(|probabilities| most_likely(probabilities)),
            ),
            Asking::EvenlyOverTruth => evenly(traffic.iter().map(|review| review.truth)),
            Asking::AtRandom => (0..traffic.len())
                .map(|place| (place, Origin::Upload))
                .collect(),
            Asking::ByRule(budget) => drawn(budget),
            Asking::LeastCertainFirst(budget) => {
                let mut drawn = drawn(budget);
                let key = |&(place, origin): &(usize, Origin)| match origin {
                    Origin::Audit => 0.0,
                    Origin::Upload | Origin::Uncertain => confidence(place),
                };
                drawn.sort_by(|a, b| key(a).total_cmp(&key(b)));
                drawn
            }
        }
    }
}

/// The first text of each label, the second of each, and so on.
fn evenly(labels: impl Iterator<Item = usize>) -> Vec<(usize, Origin)> {
    let mut before = [0; LABELS.len()];
    let mut ranked: Vec<(usize, usize)> = Vec::new();
    for (place, label) in labels.enumerate() {
        ranked.push((before[label], place));
        before[label] += 1;
    }
    ranked.sort_unstable();
    let places = ranked.into_iter().map(|(_, place)| place);
    places.map(|place| (place, Origin::Uncertain)).collect()
}
