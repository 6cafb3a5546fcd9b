//! Whether the winner's mean differs from the present settings' by more than chance.

use contracts::evaluation::Interval;
use contracts::tuning::{Comparison, TuningVerdict};

use super::mean::mean;
use super::paired;
use super::predictions::Predictions;
use crate::intervals;

/// A training with one of the seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeated {
    /// Validation balanced accuracy, as its log has it.
    pub score: f64,
    /// `None` where the training has left none, as another image's may.
    pub predictions: Option<Predictions>,
}

/// The trainings of both sides are in the order of their seeds. `rows` has the validation rows of each label; `tried` is
/// the number of trials that the winner is the best of.
///
/// Where all trainings have left their predictions, these are compared row by row. Otherwise the scores alone are, and the
/// interval is about three times as wide.
pub fn compare(
    seeds: Vec<u64>,
    winner: &[Repeated],
    present: &[Repeated],
    rows: &[u64],
    tried: u32,
) -> Comparison {
    let paired = paired_difference(winner, present, tried);
    let score = |one: &Repeated| match &one.predictions {
        // A log's score is rounded.
        Some(predictions) if paired.is_some() => predictions.balanced_accuracy(),
        _ => one.score,
    };
    let mean_of = |side: &[Repeated]| mean(side.iter().map(score).collect(), rows);
    let (winner, present) = (mean_of(winner), mean_of(present));
    let paired_rows = paired.map(|(rows, ..)| rows);
    let (difference, interval) = match paired {
        Some((_, difference, interval)) => (difference, interval),
        None => intervals::difference(
            (winner.mean, winner.interval),
            (present.mean, present.interval),
        ),
    };
    Comparison {
        seeds,
        winner,
        present,
        difference,
        interval,
        verdict: verdict(interval),
        paired_rows,
    }
}

/// With the number of rows; `None` where they cannot be paired.
fn paired_difference(
    winner: &[Repeated],
    present: &[Repeated],
    tried: u32,
) -> Option<(u64, f64, Interval)> {
    let winner = predictions(winner)?;
    let (difference, interval) = paired::difference(&winner, &predictions(present)?, tried)?;
    Some((winner.first()?.rows(), difference, interval))
}

fn predictions(side: &[Repeated]) -> Option<Vec<&Predictions>> {
    side.iter().map(|one| one.predictions.as_ref()).collect()
}

fn verdict(interval: Interval) -> TuningVerdict {
    if interval.low > 0.0 {
        TuningVerdict::Better
    } else if interval.high < 0.0 {
        TuningVerdict::Worse
    } else {
        TuningVerdict::NotDistinguishable
    }
}
