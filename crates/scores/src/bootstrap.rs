//! Percentile bootstrap (Efron, 1979): how much the scores would vary over other rows like these.
//!
//! Rows are drawn with replacement. Scores that weigh classes alike, balanced accuracy and F1, are of resamples
//! within each true class, so that none lacks a class. Scores that weigh rows alike, accuracy and the weighted ones, are
//! of resamples over all rows: how many rows a class has is chance there too. All that a score needs of a resample is its
//! confusion matrix. Closed forms decide at the gate; this says the same of macro-F1, which has none.

use contracts::evaluation::{Bootstrap, Estimate};
use policy::intervals::percentile;
use policy::random::{SplitMix64, seed_of};
use rayon::prelude::*;

use crate::Confusion;

/// At 2,000 a bound of an interval moves by a few hundredths of the interval's width from seed to
/// seed.
pub const RESAMPLES: u64 = 2000;
pub const SEED: u64 = 42;

/// Resampled confusion matrices; the same rows give the same ones on any number of threads.
pub struct Resamples {
    pub within_classes: Drawn,
    pub over_rows: Drawn,
}

pub struct Drawn(Vec<Confusion>);

impl Resamples {
    pub fn of(confusion: &Confusion) -> Resamples {
        Resamples {
            within_classes: Drawn::new(confusion, within_classes),
            over_rows: Drawn::new(confusion, over_rows),
        }
    }

    pub fn bootstrap(&self) -> Bootstrap {
        Bootstrap {
            resamples: RESAMPLES,
            seed: SEED,
            accuracy: self.over_rows.estimate(Confusion::accuracy),
            balanced_accuracy: self.within_classes.estimate(Confusion::balanced_accuracy),
            macro_f1: self.within_classes.estimate(Confusion::macro_f1),
        }
    }
}

impl Drawn {
    fn new(confusion: &Confusion, draw: fn(&Confusion, &mut SplitMix64) -> Confusion) -> Drawn {
        let resample = |number| draw(confusion, &mut SplitMix64(seed_of(SEED, number)));
        Drawn((0..RESAMPLES).into_par_iter().map(resample).collect())
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
fn within_classes(confusion: &Confusion, random: &mut SplitMix64) -> Confusion {
    let mut drawn = Confusion::new(confusion.classes());
    for (truth, row) in confusion.counts().iter().enumerate() {
        let places = Places::new(row);
        for _ in 0..confusion.support(truth) {
            drawn.add(truth, places.draw(random));
        }
    }
    drawn
}

/// As many rows as there were, of whichever classes.
fn over_rows(confusion: &Confusion, random: &mut SplitMix64) -> Confusion {
    let classes = confusion.classes();
    let places = Places::new(&confusion.counts().concat());
    let mut drawn = Confusion::new(classes);
    for _ in 0..confusion.rows() {
        let cell = places.draw(random);
        drawn.add(cell / classes, cell % classes);
    }
    drawn
}

/// Places with counts, of which each counted row is drawn with the same chance: the counts' sums up to each place.
struct Places(Vec<u64>);

impl Places {
    fn new(counts: &[u64]) -> Places {
        let sums = counts.iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        Places(sums.collect())
    }

    fn draw(&self, random: &mut SplitMix64) -> usize {
        let row = random.below(self.0.last().copied().unwrap_or_default());
        self.0.partition_point(|sum| *sum <= row)
    }
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
        let [first, second] = [(); 2].map(|()| Resamples::of(&confusion));
        assert_eq!(first.over_rows.0, second.over_rows.0);
        let (first, second) = (first.within_classes, second.within_classes);
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

    /// The deviation of a share has a closed form: the root of p (1 - p) / n.
    #[test]
    fn accuracy_varies_as_a_share_of_all_rows_does() {
        let mut confusion = Confusion::new(2);
        // 200 rows of which 190 are right, and 50 of which 10 are: within classes the deviation is a third smaller.
        for (truth, prediction, rows) in [(0, 0, 190), (0, 1, 10), (1, 1, 10), (1, 0, 40)] {
            for _ in 0..rows {
                confusion.add(truth, prediction);
            }
        }
        let resamples = Resamples::of(&confusion);
        let share = 200.0_f64 / 250.0;
        let expected = (share * (1.0 - share) / 250.0).sqrt();
        let accuracy = resamples.bootstrap().accuracy;
        // The deviation of 2,000 resamples is known to 1.6 %; this is four times that.
        let relative = |found: f64| (found / expected - 1.0).abs();
        assert!(
            relative(accuracy.standard_deviation) < 0.064,
            "{accuracy:?}, {expected}"
        );
        let within = resamples.within_classes.estimate(Confusion::accuracy);
        assert!(
            relative(within.standard_deviation) > 0.2,
            "{within:?}, {expected}"
        );
    }
}
