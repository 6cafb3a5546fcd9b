//! Percentile bootstrap (Efron, 1979): how much the scores would vary over other rows like these.
//!
//! Rows are drawn with replacement within each true class, so that no resample lacks a class. All
//! that a score needs of a resample is its confusion matrix. Closed forms decide at the gate;
//! this says the same of macro-F1, which has none.

use contracts::evaluation::{Bootstrap, Estimate};
use policy::intervals::percentile;
use policy::random::{SplitMix64, seed_of};
use rayon::prelude::*;

use super::confusion::Confusion;

/// At 2,000 a bound of an interval moves by a few hundredths of the interval's width from seed to
/// seed.
pub const RESAMPLES: u64 = 2000;
pub const SEED: u64 = 42;

/// Resampled confusion matrices; the same rows give the same ones on any number of threads.
pub struct Resamples(Vec<Confusion>);

impl Resamples {
    pub fn of(confusion: &Confusion) -> Resamples {
        Resamples(
            (0..RESAMPLES)
                .into_par_iter()
                .map(|number| {
                    let mut random = SplitMix64(seed_of(SEED, number));
                    resample(confusion, &mut random)
                })
                .collect(),
        )
    }

    pub fn bootstrap(&self) -> Bootstrap {
        Bootstrap {
            resamples: RESAMPLES,
            seed: SEED,
            accuracy: self.estimate(Confusion::accuracy),
            balanced_accuracy: self.estimate(Confusion::balanced_accuracy),
            macro_f1: self.estimate(Confusion::macro_f1),
        }
    }

    pub fn estimate(&self, score: impl Fn(&Confusion) -> f64) -> Estimate {
        let mut scores: Vec<f64> = self.0.iter().map(score).collect();
        scores.sort_by(f64::total_cmp);
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        let squares: f64 = scores.iter().map(|score| (score - mean).powi(2)).sum();
        Estimate {
            interval: percentile(&scores),
            standard_deviation: (squares / (scores.len() - 1) as f64).sqrt(),
        }
    }
}

/// As many rows of each class as there were, drawn from that class's predictions.
fn resample(confusion: &Confusion, random: &mut SplitMix64) -> Confusion {
    let mut drawn = Confusion::new(confusion.classes());
    for (truth, row) in confusion.counts().iter().enumerate() {
        let support = confusion.support(truth);
        for _ in 0..support {
            let mut left = random.below(support);
            let prediction = row.iter().position(|rows| {
                let inside = left < *rows;
                left = left.saturating_sub(*rows);
                inside
            });
            drawn.add(
                truth,
                prediction.expect("the row's counts sum to its support"),
            );
        }
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resample_keeps_every_class_and_the_seed_repeats_it() {
        let mut confusion = Confusion::new(3);
        for (truth, prediction) in [(0, 0), (0, 1), (1, 1), (2, 0), (2, 2), (2, 2)] {
            confusion.add(truth, prediction);
        }
        let (first, second) = (Resamples::of(&confusion), Resamples::of(&confusion));
        assert_eq!(first.0, second.0);
        let others = first.0.iter().filter(|drawn| **drawn != first.0[0]);
        assert!(
            others.count() > first.0.len() / 2,
            "each has numbers of its own"
        );
        for drawn in &first.0 {
            for class in 0..3 {
                assert_eq!(drawn.support(class), confusion.support(class));
            }
        }
    }
}
