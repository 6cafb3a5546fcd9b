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
/// - Other seeds: Student's t, of the seeds' variance beyond the interaction of seed and row. Readers and cases of a
///   diagnostic study are crossed in the same way (Dorfman, Berbaum and Metz, Investigative Radiology 27, 1992).
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
    let is_paired = winner.len() == present.len() && all.all(|one| one.is_of_rows_of(first));
    if !is_paired || first.rows() == 0 {
        return None;
    }
    let labels: Vec<Label> = differences_by_label(first, winner, present)
        .iter()
        .map(|rows| Label::of(rows, winner.len()))
        .collect();
    let number = labels.len() as f64;
    // Each label counts the same, whatever its rows.
    let mean = labels.iter().map(|label| label.mean).sum::<f64>() / number;
    let sum = |of: fn(&Label) -> f64| labels.iter().map(of).sum::<f64>() / number.powi(2);
    let by_rows = sum(|label| label.variance_by_rows);
    let interaction = sum(|label| label.variance_by_interaction);
    let beyond = |all: f64| (all - interaction).max(0.0);
    let variance = Z.powi(2) * by_rows
        + T_OF_THREE.powi(2) * beyond(of_seeds(&labels))
        + 2.0 * f64::from(tried.max(1)).ln() * beyond(by_rows);
    let half = variance.sqrt();
    let interval = Interval {
        low: (mean - half).max(-1.0),
        high: (mean + half).min(1.0),
    };
    Some((mean, interval))
}

/// Of each label's rows, one after another, the differences of their seeds: 1 where the winner alone is right, -1 where the
/// present settings alone are.
fn differences_by_label(
    first: &Predictions,
    winner: &[&Predictions],
    present: &[&Predictions],
) -> Vec<Vec<i8>> {
    let mut labels = vec![Vec::new(); first.number_of_labels()];
    for (row, label) in first.labels().enumerate() {
        for (one, other) in winner.iter().zip(present) {
            labels[label].push(i8::from(one.is_right(row)) - i8::from(other.is_right(row)));
        }
    }
    labels
}

/// The differences on one label's rows.
struct Label {
    mean: f64,
    /// Of each seed.
    seeds: Vec<f64>,
    /// Of the mean.
    variance_by_rows: f64,
    /// The part of it that is of the interaction of seed and row.
    variance_by_interaction: f64,
}

impl Label {
    fn of(differences: &[i8], seeds: usize) -> Self {
        let rows = differences.chunks(seeds);
        let number = rows.len() as f64;
        let mean_of =
            |row: &[i8]| row.iter().map(|one| f64::from(*one)).sum::<f64>() / seeds as f64;
        let mut of_seeds = vec![0.0; seeds];
        for row in rows.clone() {
            for (of_seed, difference) in of_seeds.iter_mut().zip(row) {
                *of_seed += f64::from(*difference) / number;
            }
        }
        let mean = of_seeds.iter().sum::<f64>() / seeds as f64;
        let (mut squares, mut of_interaction) = (0.0, 0.0);
        for row in rows {
            let of_row = mean_of(row);
            squares += (of_row - mean).powi(2);
            for (difference, of_seed) in row.iter().zip(&of_seeds) {
                of_interaction += (f64::from(*difference) - of_row - of_seed + mean).powi(2);
            }
        }
        // Half a row in each of the four cells (Agresti and Min, Statistics in Medicine 24, 2005), as `crate::comparison`
        // has it: two models that agree on the few rows there are need not agree on others.
        let with_halves = squares + 1.0 + 2.0 * number * mean.powi(2) / (number + 2.0);
        let freedom = (number - 1.0) * (seeds as f64 - 1.0);
        let interaction = if freedom > 0.0 {
            of_interaction / freedom / seeds as f64
        } else {
            0.0
        };
        Self {
            mean,
            seeds: of_seeds,
            variance_by_rows: with_halves / (number + 1.0) / (number + 2.0),
            variance_by_interaction: interaction / number,
        }
    }
}

/// The variance of the mean by the spread of the seeds' means.
fn of_seeds(labels: &[Label]) -> f64 {
    let seeds = 0..labels[0].seeds.len();
    let of_seed = |seed| labels.iter().map(|label| label.seeds[seed]).sum::<f64>();
    let means: Vec<f64> = seeds
        .map(|seed| of_seed(seed) / labels.len() as f64)
        .collect();
    variance_of_mean(&means)
}
