//! Trainings of which nothing but the scores is known.

use contracts::evaluation::Interval;
use contracts::tuning::Comparison;

use super::super::*;
use super::{ROWS, scored};
use crate::intervals::{Recall, balanced_accuracy};

fn compared(winner: &[f64], present: &[f64], rows: &[u64]) -> Comparison {
    let seeds = (1..).take(winner.len()).collect();
    compare(seeds, &scored(winner), &scored(present), rows, 20)
}

#[test]
fn only_a_difference_beyond_chance_has_a_verdict() {
    for (winner, present, verdict) in [
        (
            [0.80, 0.81, 0.80],
            [0.70, 0.70, 0.71],
            TuningVerdict::Better,
        ),
        ([0.70, 0.70, 0.71], [0.80, 0.81, 0.80], TuningVerdict::Worse),
        (
            [0.71, 0.71, 0.71],
            [0.70, 0.70, 0.70],
            TuningVerdict::NotDistinguishable,
        ),
        // The seeds alone make this difference.
        (
            [0.70, 0.80, 0.90],
            [0.70, 0.70, 0.71],
            TuningVerdict::NotDistinguishable,
        ),
    ] {
        let found = compared(&winner, &present, &ROWS);
        assert_eq!(found.verdict, verdict, "{found:?}");
        let swapped = compared(&present, &winner, &ROWS);
        assert!((found.interval.low + swapped.interval.high).abs() < 1e-12);
    }
    // Without randomness only the rows are in doubt.
    let once = |rows: &[u64]| compared(&[0.74], &[0.70], rows).verdict;
    assert_eq!(once(&ROWS), TuningVerdict::Better);
    assert_eq!(once(&[100, 100, 100]), TuningVerdict::NotDistinguishable);
    assert_eq!(once(&[]), TuningVerdict::Better, "no rows are no doubt");
}

#[test]
fn a_means_interval_is_the_wilson_interval_where_the_seeds_agree() {
    let found = compared(&[0.7, 0.7], &[0.7, 0.7], &[1000]);
    let Interval { low, high } = crate::intervals::wilson(700, 1000);
    let found = found.winner.interval;
    assert!((found.low - low).abs() < 1e-12 && (found.high - high).abs() < 1e-12);
}

#[test]
fn the_interval_holds_for_labels_whose_recalls_and_rows_differ() {
    let rows = [50, 1000];
    let recalls = [(25, 50), (990, 1000)].map(|(right, rows)| Recall { right, rows });
    let (mean, real) = balanced_accuracy(&recalls);
    for mean in [mean, 1.0 - mean] {
        let Interval { low, high } = compared(&[mean], &[mean], &rows).winner.interval;
        // Rounded to rows, of which one of fifty is a hundredth of the mean.
        assert!(high - low > real.high - real.low - 1e-3, "{low} to {high}");
        assert!(low < mean && mean < high);
    }
    // With nothing wrong there is one recall for each label.
    let found = compared(&[1.0], &[0.0], &rows);
    let right = |share: u64| {
        rows.map(|rows| Recall {
            right: share * rows,
            rows,
        })
    };
    let expected = [
        balanced_accuracy(&right(1)).1,
        balanced_accuracy(&right(0)).1,
    ];
    for (found, expected) in [found.winner, found.present].iter().zip(expected) {
        assert!(
            (found.interval.low - expected.low).abs() < 1e-12,
            "{found:?}"
        );
        assert!(
            (found.interval.high - expected.high).abs() < 1e-12,
            "{found:?}"
        );
    }
}
