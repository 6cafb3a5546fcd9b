//! Whether the winner's mean differs from the present settings' by more than chance.

use contracts::evaluation::Interval;
use contracts::tuning::{Comparison, Mean, Paired, TuningVerdict};

use super::mean::{mean, worst_recalls};
use super::paired;
use super::predictions::Predictions;
use crate::intervals::{self, Recall};

/// A training with one of the seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeated {
    /// Validation balanced accuracy, as its log has it.
    pub score: f64,
    /// `None` where the training has left none that can be read, as another image's may.
    pub predictions: Option<Predictions>,
}

/// The trainings of both sides are in the order of their seeds. `rows` has the validation rows of each label; `tried` is
/// the number of trials that the winner is the best of.
///
/// Where all trainings have left their predictions, these are compared row by row. Otherwise the scores alone are, as of
/// models that have nothing in common, and the interval is much wider.
pub fn compare(
    seeds: Vec<u64>,
    winner: &[Repeated],
    present: &[Repeated],
    rows: &[u64],
    tried: u32,
) -> Comparison {
    by_rows(&seeds, winner, present, tried)
        .unwrap_or_else(|| by_scores(seeds, winner, present, rows))
}

/// `None` where the rows cannot be paired.
fn by_rows(
    seeds: &[u64],
    winner: &[Repeated],
    present: &[Repeated],
    tried: u32,
) -> Option<Comparison> {
    let (winner, present) = (predictions(winner)?, predictions(present)?);
    let (difference, interval) = paired::difference(&winner, &present, tried)?;
    Some(Comparison {
        seeds: seeds.to_vec(),
        winner: mean_of(&winner),
        present: mean_of(&present),
        difference,
        interval,
        verdict: verdict(interval),
        paired: Some(Paired {
            rows: winner.first()?.rows(),
            tried,
        }),
    })
}

fn predictions(side: &[Repeated]) -> Option<Vec<&Predictions>> {
    side.iter().map(|one| one.predictions.as_ref()).collect()
}

/// By the recalls of each label, on average over the seeds. A log's scores are rounded.
fn mean_of(side: &[&Predictions]) -> Mean {
    let scores = side.iter().map(|one| one.balanced_accuracy()).collect();
    let all: Vec<Vec<Recall>> = side.iter().map(|one| one.recalls()).collect();
    let seeds = all.len() as u64;
    let of_label = |(label, first): (usize, &Recall)| {
        let right: u64 = all.iter().map(|recalls| recalls[label].right).sum();
        Recall {
            right: (right + seeds / 2) / seeds,
            rows: first.rows,
        }
    };
    let recalls: Vec<Recall> = all[0].iter().enumerate().map(of_label).collect();
    mean(scores, &recalls)
}

fn by_scores(
    seeds: Vec<u64>,
    winner: &[Repeated],
    present: &[Repeated],
    rows: &[u64],
) -> Comparison {
    let mean_of = |side: &[Repeated]| {
        let scores: Vec<f64> = side.iter().map(|one| one.score).collect();
        let average = scores.iter().sum::<f64>() / scores.len() as f64;
        mean(scores, &worst_recalls(average, rows))
    };
    let (winner, present) = (mean_of(winner), mean_of(present));
    let (difference, interval) = intervals::difference(
        (winner.mean, winner.interval),
        (present.mean, present.interval),
    );
    Comparison {
        seeds,
        winner,
        present,
        difference,
        interval,
        verdict: verdict(interval),
        paired: None,
    }
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
