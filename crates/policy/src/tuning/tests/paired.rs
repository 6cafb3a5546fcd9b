//! Trainings that have left their predictions.

use contracts::tuning::{Comparison, TuningVerdict};

use super::super::*;
use super::ROWS;
use crate::random::{SplitMix64, seed_of};

const SEEDS: u64 = 3;

const NAMES: [&str; 4] = ["0", "1", "2", "other"];

/// Labels of `sizes` rows; `is_right` is asked by label and row.
fn predictions(sizes: &[usize], mut is_right: impl FnMut(usize, usize) -> bool) -> Predictions {
    let mut predictions = Predictions::default();
    for (label, size) in sizes.iter().enumerate() {
        for row in 0..*size {
            let predicted = if is_right(label, row) {
                label
            } else {
                label + 1
            };
            predictions.add(NAMES[label], NAMES[predicted]);
        }
    }
    predictions
}

fn repeated(predictions: Predictions) -> Repeated {
    Repeated {
        score: 0.5,
        predictions: Some(predictions),
    }
}

fn compared(winner: &[Repeated], present: &[Repeated], tried: u32) -> Comparison {
    let seeds = (1..).take(winner.len()).collect();
    compare(seeds, winner, present, &ROWS, tried)
}

/// The mean squares of rows, seeds and their interaction by numpy's two-way analysis of variance of each label.
#[test]
fn the_interval_has_the_mean_squares_of_an_analysis_of_variance() {
    let sizes = [40, 20];
    let winner = |seed: usize| {
        predictions(&sizes, |label, row| {
            let moved = if row % 4 == 0 { seed } else { 0 };
            (row * 7 + [0, 4][label] + moved) % 10 < 5 + seed
        })
    };
    let present = predictions(&sizes, |label, row| (row * 3 + [1, 2][label]) % 10 < 4);
    let winner: Vec<Repeated> = (0..3).map(|seed| repeated(winner(seed))).collect();
    let present = vec![repeated(present); 3];
    for (tried, half) in [(1, 0.288_026_085_757_947_9), (20, 0.352_930_102_876_544_9)] {
        let found = compared(&winner, &present, tried);
        assert!((found.difference - 0.2).abs() < 1e-12, "{found:?}");
        let interval = found.interval;
        for bound in [
            found.difference - interval.low,
            interval.high - found.difference,
        ] {
            assert!((bound - half).abs() < 1e-9, "{bound}, expected {half}");
        }
        assert_eq!(found.paired.unwrap().rows, 60);
        // Not the log's rounded score.
        let of_means = found.winner.mean - found.present.mean;
        assert!((found.difference - of_means).abs() < 1e-12);
    }
}

#[test]
fn models_that_are_right_about_the_same_rows_are_told_apart_by_less() {
    let sizes = [400; 3];
    let of = |right: usize| {
        let side = |_| repeated(predictions(&sizes, |_, row| row < right));
        (0..SEEDS).map(side).collect::<Vec<Repeated>>()
    };
    let (winner, present) = (of(292), of(280));
    let paired = compared(&winner, &present, 20);
    assert_eq!(paired.verdict, TuningVerdict::Better, "{paired:?}");
    let swapped = compared(&present, &winner, 20);
    assert_eq!(swapped.verdict, TuningVerdict::Worse, "{swapped:?}");
    assert!((paired.interval.low + swapped.interval.high).abs() < 1e-12);
    // Agreement on few rows is no proof.
    let same = compared(&winner, &winner, 1).interval;
    assert!(same.low < 0.0 && same.high > 0.0, "{same:?}");
}

#[test]
fn two_rows_of_a_label_decide_nothing() {
    let side = |right_of_few: bool| {
        let one = predictions(&[5000, 2], |label, _| label == 0 || right_of_few);
        vec![repeated(one); 3]
    };
    let found = compared(&side(true), &side(false), 20);
    assert_eq!(
        found.verdict,
        TuningVerdict::NotDistinguishable,
        "{found:?}"
    );
}

#[test]
fn predictions_of_other_rows_are_not_paired() {
    let of = |sizes: &[usize]| repeated(predictions(sizes, |_, _| true));
    let here = vec![of(&[100, 100])];
    let none = Repeated {
        score: 0.7,
        predictions: None,
    };
    let mut mixed = Predictions::default();
    for row in 0..200 {
        let label = ["0", "1"][row % 2];
        mixed.add(label, label);
    }
    for other in [
        of(&[100, 99]),
        of(&[99, 101]),
        of(&[]),
        repeated(mixed),
        none,
    ] {
        let found = compared(&here, &[other], 2);
        assert_eq!(found.paired, None, "{found:?}");
        assert_eq!(found.winner.scores, [0.5]);
    }
    let paired = compared(&here, &here, 2).paired.unwrap();
    assert_eq!((paired.rows, paired.tried), (200, 2));
}

/// Standard normal, by Box and Muller.
fn normal(random: &mut SplitMix64) -> f64 {
    let radius = (-2.0 * (1.0 - random.share()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.share()).cos()
}

/// Trainings of settings that are all equally good: their rows' difficulty is shared, a row is easier for some settings than
/// for others, and every seed makes some more or less difficult.
struct World {
    /// How much settings, seeds on a row, and seeds on all rows differ, in deviations of the rows' difficulty.
    setting: f64,
    by_row: f64,
    by_seed: f64,
}

const ROWS_OF_LABEL: usize = 150;

impl World {
    fn settings(&self, random: &mut SplitMix64, difficulty: &[f64]) -> Vec<f64> {
        let moved = difficulty.iter();
        moved.map(|of| of + self.setting * normal(random)).collect()
    }

    fn trained(&self, random: &mut SplitMix64, settings: &[f64]) -> Predictions {
        let all = 0.6 + self.by_seed * normal(random);
        predictions(&[ROWS_OF_LABEL; 3], |label, row| {
            let own = settings[label * ROWS_OF_LABEL + row];
            all + own + self.by_row * normal(random) > 0.0
        })
    }

    /// The winner is the best of so many.
    fn study(&self, random: &mut SplitMix64, tried: u32) -> Comparison {
        let difficulty: Vec<f64> = (0..3 * ROWS_OF_LABEL).map(|_| normal(random)).collect();
        let (mut best, mut best_score) = (Vec::new(), -1.0);
        for _ in 0..tried {
            let settings = self.settings(random, &difficulty);
            let score = self.trained(random, &settings).balanced_accuracy();
            if score > best_score {
                (best, best_score) = (settings, score);
            }
        }
        let present = self.settings(random, &difficulty);
        let mut side = |settings: &[f64]| -> Vec<Repeated> {
            let trained = (0..SEEDS).map(|_| self.trained(random, settings));
            trained.map(repeated).collect()
        };
        let (winner, present) = (side(&best), side(&present));
        compared(&winner, &present, tried)
    }
}

/// At 95 %, at most one study in forty.
#[test]
fn a_winner_that_is_no_better_is_seldom_called_better_though_it_is_the_best_of_many() {
    const STUDIES: u64 = 200;
    for (number, (setting, by_row, by_seed)) in [
        (0.0, 0.4, 0.0),
        (0.3, 0.4, 0.03),
        (0.5, 0.2, 0.0),
        (0.3, 0.4, 0.1),
    ]
    .into_iter()
    .enumerate()
    {
        let world = World {
            setting,
            by_row,
            by_seed,
        };
        let better = |study: &u64| {
            let mut random = SplitMix64(seed_of(number as u64, *study));
            world.study(&mut random, 20).verdict == TuningVerdict::Better
        };
        let found = (0..STUDIES).filter(better).count();
        assert!(
            found <= 5,
            "{found} of {STUDIES} at {setting}, {by_row}, {by_seed}"
        );
    }
}
