//! Which texts of a day's traffic people are asked about.

use contracts::dataset::Origin;
use contracts::review::ReviewDay;
use policy::review::{Ask, Budget, Caps, Frequent, ask};

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
    /// The same, but of any label.
    ByDoubtAlone(Budget),
    /// By doubt alone, of the uncertain texts of the day the least certain first.
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
            Asking::ByRule(budget)
            | Asking::ByDoubtAlone(budget)
            | Asking::LeastCertainFirst(budget) => budget.audit_rate,
        };
        Caps::new(ANSWERS_A_DAY, AUDIT_SHARE, audit_rate).expect("the audit has a share")
    }

    /// Places of the texts in the order in which people are asked about them. `met` is what the audit met on the day
    /// before, and then on this one.
    pub fn questions(
        self,
        traffic: &[&Review],
        probabilities: &[Vec<f64>],
        met: &mut ReviewDay,
    ) -> Vec<(usize, Origin)> {
        match self {
            Asking::EvenlyOverPredictions => evenly(
                probabilities
                    .iter()
                    .map(|probabilities| most_likely(probabilities)),
                Origin::Uncertain,
            ),
            Asking::EvenlyOverTruth => {
                // Whatever a label's texts look like, so there is no choice to correct.
                evenly(traffic.iter().map(|review| review.truth), Origin::Upload)
            }
            Asking::AtRandom => (0..traffic.len())
                .map(|place| (place, Origin::Upload))
                .collect(),
            Asking::ByRule(budget) => {
                let mut days = [ReviewDay::default(), std::mem::take(met)];
                let drawn = drawn(budget, traffic, probabilities, |audited| {
                    if let Some(label) = audited {
                        *days[0].audited_as.entry(label.to_owned()).or_default() += 1;
                    }
                    Frequent::of(&days, LABELS.len())
                });
                [*met, _] = days;
                drawn
            }
            Asking::ByDoubtAlone(budget) => {
                drawn(budget, traffic, probabilities, |_| Frequent::default())
            }
            Asking::LeastCertainFirst(budget) => {
                let mut drawn = drawn(budget, traffic, probabilities, |_| Frequent::default());
                let key = |&(place, origin): &(usize, Origin)| match origin {
                    Origin::Audit => 0.0,
                    Origin::Upload | Origin::Uncertain => {
                        probabilities[place][most_likely(&probabilities[place])]
                    }
                };
                drawn.sort_by(|a, b| key(a).total_cmp(&key(b)));
                drawn
            }
        }
    }
}

/// As predict asks. `frequent` hears what label the audit met, if it drew the text before.
fn drawn(
    budget: Budget,
    traffic: &[&Review],
    probabilities: &[Vec<f64>],
    mut frequent: impl FnMut(Option<&str>) -> Frequent,
) -> Vec<(usize, Origin)> {
    let mut of_now = frequent(None);
    let mut drawn = Vec::new();
    for (place, (review, probabilities)) in traffic.iter().zip(probabilities).enumerate() {
        let label = most_likely(probabilities);
        let (name, confidence) = (LABELS[label], probabilities[label]);
        match ask(&budget, &of_now, &review.text, name, confidence) {
            Ask::No | Ask::Frequent | Ask::OverBudget => {}
            Ask::Uncertain => drawn.push((place, Origin::Uncertain)),
            Ask::Audit { .. } => {
                of_now = frequent(Some(name));
                drawn.push((place, Origin::Audit));
            }
        }
    }
    drawn
}

/// The first text of each label, the second of each, and so on.
fn evenly(labels: impl Iterator<Item = usize>, origin: Origin) -> Vec<(usize, Origin)> {
    let mut before = [0; LABELS.len()];
    let mut ranked: Vec<(usize, usize)> = Vec::new();
    for (place, label) in labels.enumerate() {
        ranked.push((before[label], place));
        before[label] += 1;
    }
    ranked.sort_unstable();
    let places = ranked.into_iter().map(|(_, place)| place);
    places.map(|place| (place, origin)).collect()
}
