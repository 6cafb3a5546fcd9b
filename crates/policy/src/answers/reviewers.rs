//! How good each reviewer is.

use std::collections::BTreeMap;

use contracts::evaluation::Interval;

use super::evidence::{Evidence, Seen, ln_likelihood, ln_mean};
use super::read::Answers;
use super::suspicion::Suspicion;

#[derive(Debug, Clone, PartialEq)]
pub struct Quality<'a> {
    pub reviewer: &'a str,
    pub answers: usize,
    /// The probable share of right answers, and where it lies with 95 % probability (each share being as likely
    /// beforehand).
    pub accuracy: f64,
    pub interval: Interval,
    /// Of a reviewer whose answers are far more probable without the texts than with them.
    pub suspicion: Option<Suspicion<'a>>,
}

/// Steps of the accuracy's distribution.
const STEPS: usize = 200;

/// In alphabetical order.
///
/// The most suspicious is accused first, and the others are judged without his answers: whoever he contradicts
/// looks bad beside him.
pub fn reviewers<'a>(answers: &Answers<'a>) -> Vec<Quality<'a>> {
    let all = 0..answers.reviewers.len();
    let mut suspicions = BTreeMap::new();
    let evidence = loop {
        let evidence = Evidence::new(answers, suspicions.keys().copied().collect());
        let left = all.clone().filter(|place| !suspicions.contains_key(place));
        let suspected = left.filter_map(|place| Some((place, evidence.suspicion(place)?)));
        let Some((place, suspicion)) = suspected.max_by(|a, b| a.1.margin.total_cmp(&b.1.margin))
        else {
            break evidence;
        };
        suspicions.insert(place, suspicion);
    };
    all.map(|place| {
        let seen = evidence.seen(place, None);
        let (accuracy, interval) = accuracy(&seen, answers.labels.len());
        Quality {
            reviewer: answers.reviewers[place],
            answers: seen.len(),
            accuracy,
            interval,
            suspicion: suspicions.get(&place).copied(),
        }
    })
    .collect()
}

/// The mean of the accuracy's distribution given the answers, and its middle 95 %.
fn accuracy(seen: &[Seen], labels: usize) -> (f64, Interval) {
    let at = |step: usize| (step as f64 + 0.5) / STEPS as f64;
    let logarithms: Vec<f64> = (0..STEPS)
        .map(|step| ln_likelihood(seen, at(step), labels))
        .collect();
    let total = ln_mean(&logarithms) + (STEPS as f64).ln();
    let weights: Vec<f64> = logarithms
        .iter()
        .map(|value| (value - total).exp())
        .collect();
    let mean = weights
        .iter()
        .enumerate()
        .map(|(step, weight)| at(step) * weight)
        .sum();
    // A step's weight lies evenly between its ends.
    let quantile = |share: f64| {
        let mut below = 0.0;
        for (step, weight) in weights.iter().enumerate() {
            if below + weight >= share {
                return (step as f64 + (share - below) / weight) / STEPS as f64;
            }
            below += weight;
        }
        1.0
    };
    let interval = Interval {
        low: quantile(0.025),
        high: quantile(0.975),
    };
    (mean, interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the others are certain, the accuracy has a beta distribution: of `right` and `wrong` answers, one more of
    /// each. The quantiles are scipy's 1.17 (`beta.ppf`).
    #[test]
    fn the_accuracy_has_the_beta_distribution_where_the_others_are_certain() {
        for (right, wrong, mean, low, high) in [
            (1, 0, 2.0 / 3.0, 0.158_11, 0.987_42),
            (0, 1, 1.0 / 3.0, 0.012_58, 0.841_89),
            (3, 1, 4.0 / 6.0, 0.283_58, 0.947_26),
            (43, 7, 44.0 / 52.0, 0.737_45, 0.929_76),
        ] {
            let seen = |support: f64| Seen { label: 0, support };
            let mut all: Vec<Seen> = (0..right).map(|_| seen(1.0)).collect();
            all.extend((0..wrong).map(|_| seen(0.0)));
            let (found, interval) = accuracy(&all, 3);
            for (found, expected) in [(found, mean), (interval.low, low), (interval.high, high)] {
                assert!((found - expected).abs() < 1e-3, "{found} is not {expected}");
            }
        }
    }

    #[test]
    fn answers_that_nobody_can_judge_say_nothing() {
        let unknown = |_| Seen {
            label: 0,
            support: 1.0 / 3.0,
        };
        let seen: Vec<Seen> = (0..100).map(unknown).collect();
        let (mean, interval) = accuracy(&seen, 3);
        assert!((mean - 0.5).abs() < 1e-9);
        assert!((interval.low - 0.025).abs() < 1e-9 && (interval.high - 0.975).abs() < 1e-9);
    }
}
