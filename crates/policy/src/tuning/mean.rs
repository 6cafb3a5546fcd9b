//! The mean score of one side's trainings.

use contracts::evaluation::Interval;
use contracts::tuning::Mean;

use crate::intervals::{Recall, balanced_accuracy};

/// The 97.5 % quantile of Student's t with two degrees of freedom: of a mean of three.
pub const T_OF_THREE: f64 = 4.302_652_729_911_275;

/// With a doubt of two parts: another seed gives another score (Student's t over the seeds), and other validation rows
/// give one, too, by the recalls on them. All seeds see the same rows, which therefore count once.
pub fn mean(scores: Vec<f64>, recalls: &[Recall]) -> Mean {
    let number = scores.len() as f64;
    let mean = scores.iter().sum::<f64>() / number;
    let of_rows = of_rows(mean, recalls);
    let of_seeds = T_OF_THREE * variance_of_mean(&scores).sqrt();
    let interval = Interval {
        low: (mean - (mean - of_rows.low).hypot(of_seeds)).max(0.0),
        high: (mean + (of_rows.high - mean).hypot(of_seeds)).min(1.0),
    };
    Mean {
        scores,
        mean,
        interval,
    }
}

/// By the spread of the values; 0 of a single one.
pub fn variance_of_mean(values: &[f64]) -> f64 {
    let number = values.len() as f64;
    let mean = values.iter().sum::<f64>() / number;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    if values.len() < 2 {
        0.0
    } else {
        squares / (number - 1.0) / number
    }
}

/// Around the mean, not around the recalls' own, which are of whole rows. Where the rows are not known they add no doubt.
fn of_rows(mean: f64, recalls: &[Recall]) -> Interval {
    if recalls.is_empty() {
        return Interval {
            low: mean,
            high: mean,
        };
    }
    let (centre, interval) = balanced_accuracy(recalls);
    Interval {
        low: mean - (centre - interval.low),
        high: mean + (interval.high - centre),
    }
}

/// The recalls of labels with so many rows, of this mean, whose mean varies most: where the real ones are not known, others
/// of the same mean would promise more than they may keep.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of the rows is a number of rows"
)]
pub fn worst_recalls(mean: f64, rows: &[u64]) -> Vec<Recall> {
    let shares = worst_shares(mean, rows).into_iter().zip(rows);
    shares
        .map(|(share, &rows)| Recall {
            right: (share * rows as f64).round() as u64,
            rows,
        })
        .collect()
}

/// Halvings that leave nothing of a double's precision.
const HALVINGS: u32 = 64;

/// `r (1 - r) / rows` summed is greatest where its derivatives by each recall, `(1 - 2 r) / rows`, are the same; that slope
/// is found by halving.
fn worst_shares(mean: f64, rows: &[u64]) -> Vec<f64> {
    let of_slope = |slope: f64| {
        let recall = |&rows: &u64| ((1.0 - slope * rows as f64) / 2.0).clamp(0.0, 1.0);
        rows.iter().map(recall).collect::<Vec<f64>>()
    };
    let sum = mean * rows.len() as f64;
    // At the ends every label with a row has a recall of one, and of zero.
    let (mut low, mut high) = (-1.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if of_slope(middle).iter().sum::<f64>() > sum {
            low = middle;
        } else {
            high = middle;
        }
    }
    of_slope(f64::midpoint(low, high))
}
