//! Krippendorff's alpha of labels without an order: 1 where reviewers always agree, 0 where they agree as often as
//! by chance.

use contracts::evaluation::Interval;

use super::read::{Answers, Text};
use crate::intervals::percentile;
use crate::random::{SplitMix64, seed_of};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    pub alpha: f64,
    /// By the percentile bootstrap over texts, so it says little where `texts` is small.
    pub interval: Interval,
    /// Texts with two answers or more: nothing else can be compared.
    pub texts: usize,
}

/// At 1,000 a bound moves by a few hundredths of the interval's width from seed to seed.
const RESAMPLES: u64 = 1000;

/// `None` where no text has two answers, or only one label was ever given: then agreement and chance are the same.
///
/// Texts that are asked again because their first answer was doubtful are the contested ones, so alpha over
/// adaptive answers is lower than it would be if every text had been asked twice.
pub fn agreement(answers: &Answers, seed: u64) -> Option<Agreement> {
    let labels = answers.labels.len();
    let compared = answers.texts.iter().filter(|text| text.answers.len() > 1);
    let units: Vec<Unit> = compared.map(|text| Unit::of(text, labels)).collect();
    let mut sums = Unit::none(labels);
    units.iter().for_each(|unit| sums.add(unit));
    let value = alpha(&sums)?;
    let resample = |number: u64| {
        let mut random = SplitMix64(seed_of(seed, number));
        let mut sums = Unit::none(labels);
        for _ in 0..units.len() {
            sums.add(&units[draw(&mut random, units.len())]);
        }
        // Texts of one label alone: nobody disagreed.
        alpha(&sums).unwrap_or(1.0)
    };
    let mut resampled: Vec<f64> = (0..RESAMPLES).map(resample).collect();
    resampled.sort_by(f64::total_cmp);
    Some(Agreement {
        alpha: value,
        interval: percentile(&resampled),
        texts: units.len(),
    })
}

/// A text's part in alpha, or the sum over several.
struct Unit {
    /// Answers by label.
    counts: Vec<f64>,
    /// Ordered pairs of answers that differ, over the answers less one.
    disagreement: f64,
}

impl Unit {
    fn none(labels: usize) -> Self {
        Self {
            counts: vec![0.0; labels],
            disagreement: 0.0,
        }
    }

    fn of(text: &Text, labels: usize) -> Self {
        let mut unit = Self::none(labels);
        text.answers
            .iter()
            .for_each(|answer| unit.counts[answer.label] += 1.0);
        let all = text.answers.len() as f64;
        unit.disagreement = unit.counts.iter().map(|n| n * (all - n)).sum::<f64>() / (all - 1.0);
        unit
    }

    fn add(&mut self, other: &Self) {
        for (sum, count) in self.counts.iter_mut().zip(&other.counts) {
            *sum += count;
        }
        self.disagreement += other.disagreement;
    }
}

/// One less observed over expected disagreement (Krippendorff, Content Analysis, 2004, chapter 11).
fn alpha(sums: &Unit) -> Option<f64> {
    let all: f64 = sums.counts.iter().sum();
    let expected: f64 = sums.counts.iter().map(|n| n * (all - n)).sum();
    (expected > 0.0).then(|| 1.0 - (all - 1.0) * sums.disagreement / expected)
}

fn draw(random: &mut SplitMix64, below: usize) -> usize {
    usize::try_from(random.below(below as u64)).expect("less than a usize")
}
