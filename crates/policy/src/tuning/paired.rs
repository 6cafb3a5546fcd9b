//! The winner's predictions beside the present settings', row by row and seed by seed: models that are right about the
//! same rows differ by less chance than their two scores do.

use contracts::evaluation::Interval;

use super::mean::{T_OF_THREE, variance_of_mean};
use super::predictions::Predictions;
use crate::intervals::Z;

/// The balanced accuracy of the winner less that of the present settings, with its interval. The trainings of a side are
/// in the order of their seeds. `tried` is the number of trials that the winner is the best of.
///
/// The interval has three parts, combined as MOVER combines distances (Zou and Donner, Statistics in Medicine 27, 2008):
///
/// - Other validation rows: the normal quantile, of each row's mean over the seeds.
/// - Other seeds: Student's t, of what the seeds vary by beyond what their predictions of single rows do. Readers and cases
///   of a diagnostic study are crossed in the same way (Dorfman, Berbaum and Metz, Investigative Radiology 27, 1992).
/// - The choice of the winner on these very rows: the best of so many trials is better on them by luck that other seeds do
///   not take away. The quantile for all trials at once (Bonferroni) has a square that is larger by 2 ln `tried` at most.
///
/// `None` where the trainings have predicted different rows.
pub fn difference(
    winner: &[&Predictions],
    present: &[&Predictions],
    tried: u32,
) -> Option<(f64, Interval)> {
    let first = winner.first()?;
    let mut all = winner.iter().chain(present);
    let is_paired = winner.len() == present.len() && all.all(|one| one.labels == first.labels);
    if !is_paired || first.labels.is_empty() {
        return None;
    }
    let differences: Vec<Vec<f64>> = (0..first.labels.len())
        .map(|row| {
            let right = |one: &Predictions| f64::from(u8::from(one.right[row]));
            let sides = winner.iter().zip(present);
            sides.map(|(a, b)| right(a) - right(b)).collect()
        })
        .collect();
    let labels: Vec<Label> = (0..first.number_of_labels())
        .map(|label| {
            let of_label = first.labels.iter().zip(&differences);
            let rows = of_label.filter(|(of, _)| **of == label);
            Label::of(rows.map(|(_, row)| row.as_slice()).collect())
        })
        .collect();
    let number = labels.len() as f64;
    // Each label counts the same, whatever its rows.
    let mean = labels.iter().map(|label| label.mean).sum::<f64>() / number;
    let sum = |of: fn(&Label) -> f64| labels.iter().map(of).sum::<f64>() / number.powi(2);
    let (rows, rows_by_seed) = (sum(|label| label.rows), sum(|label| label.rows_by_seed));
    let beyond = |all: f64| (all - rows_by_seed).max(0.0);
    let variance = Z.powi(2) * rows
        + T_OF_THREE.powi(2) * beyond(of_seeds(&labels))
        + 2.0 * f64::from(tried.max(1)).ln() * beyond(rows);
    let half = variance.sqrt();
    let interval = Interval {
        low: (mean - half).max(-1.0),
        high: (mean + half).min(1.0),
    };
    Some((mean, interval))
}

/// The differences on one label's rows.
struct Label {
    mean: f64,
    /// Of each seed.
    seeds: Vec<f64>,
    /// The variance of the mean by its rows.
    rows: f64,
    /// The part of it that is another with every seed.
    rows_by_seed: f64,
}

impl Label {
    fn of(rows: Vec<&[f64]>) -> Self {
        let (number, seeds) = (rows.len() as f64, rows[0].len());
        let mean_of = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let of_seed = |seed: usize| rows.iter().map(|row| row[seed]).sum::<f64>() / number;
        let of_seeds: Vec<f64> = (0..seeds).map(of_seed).collect();
        let mean = mean_of(&of_seeds);
        let (mut squares, mut squares_by_seed) = (0.0, 0.0);
        for row in &rows {
            let of_row = mean_of(row);
            squares += (of_row - mean).powi(2);
            for (value, of_seed) in row.iter().zip(&of_seeds) {
                squares_by_seed += (value - of_row - of_seed + mean).powi(2);
            }
        }
        // Half a row in each cell (Agresti and Min, Statistics in Medicine 24, 2005), as in `comparison`: that two models
        // agree on the few rows there are is no proof that they agree.
        let variance = (squares + 1.0) / (number + 1.0);
        let freedom = (number - 1.0) * (seeds as f64 - 1.0);
        let by_seed = if freedom > 0.0 {
            squares_by_seed / freedom / seeds as f64
        } else {
            0.0
        };
        Self {
            mean,
            seeds: of_seeds,
            rows: variance / (number + 2.0),
            rows_by_seed: by_seed / number,
        }
    }
}

/// The variance of the mean by the spread of the seeds' means.
fn of_seeds(labels: &[Label]) -> f64 {
    let seeds = 0..labels[0].seeds.len();
    let of_seed = |seed| labels.iter().map(|label| label.seeds[seed]).sum::<f64>();
    let means: Vec<f64> = seeds.map(|seed| of_seed(seed) / labels.len() as f64).collect();
    variance_of_mean(&means)
}
