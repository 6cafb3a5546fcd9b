//! Whether a confidence means something: reliability bins, their error, and what a review threshold
//! leaves to the model.

use contracts::evaluation::{CalibrationBin, Coverage};
use policy::intervals::{percentile, quantile, wilson};
use policy::random::{SplitMix64, seed_of};
use rayon::prelude::*;

/// Ten bins of equal width, as reliability diagrams are drawn.
pub const BINS: usize = 10;

/// Review thresholds that are looked at: what people set, and the ends.
const THRESHOLDS: [f64; 12] = [
    0.0, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99,
];

/// Of outcomes, each a row's confidence and whether its answer is right.
pub fn bins(outcomes: &[(f64, bool)]) -> Vec<CalibrationBin> {
    (0..BINS)
        .map(|bin| {
            let inside: Vec<&(f64, bool)> = outcomes
                .iter()
                .filter(|(confidence, _)| bin_of(*confidence) == bin)
                .collect();
            let rows = inside.len().max(1) as f64;
            CalibrationBin {
                from: bin as f64 / BINS as f64,
                to: (bin + 1) as f64 / BINS as f64,
                rows: inside.len() as u64,
                mean_confidence: inside.iter().map(|(confidence, _)| confidence).sum::<f64>()
                    / rows,
                accuracy: inside.iter().filter(|(_, right)| *right).count() as f64 / rows,
                calibrated: None,
            }
        })
        .collect()
}

/// The mean distance of confidence and accuracy, weighted by rows (Naeini et al., AAAI 2015).
pub fn expected_calibration_error(bins: &[CalibrationBin]) -> f64 {
    let rows: u64 = bins.iter().map(|bin| bin.rows).sum();
    let distance =
        |bin: &CalibrationBin| bin.rows as f64 * (bin.accuracy - bin.mean_confidence).abs();
    bins.iter().map(distance).sum::<f64>() / rows.max(1) as f64
}

/// Tables that are drawn. A bound moves by some hundredths of the band's width from seed to seed.
const TABLES: u64 = 1000;
const SEED: u64 = 42;

/// What chance makes of a calibrated model: each row is right with the probability that its confidence says. The bins
/// have the band of their accuracy, and the second value is the bound of the error.
pub fn calibrated(outcomes: &[(f64, bool)]) -> (Vec<CalibrationBin>, f64) {
    let mut found = bins(outcomes);
    let draw = |table| {
        let mut random = SplitMix64(seed_of(SEED, table));
        let mut right = [0.0; BINS];
        for (confidence, _) in outcomes {
            right[bin_of(*confidence)] += f64::from(u8::from(random.share() < *confidence));
        }
        let drawn = found.iter().zip(right).map(|(bin, right)| CalibrationBin {
            accuracy: right / bin.rows.max(1) as f64,
            ..*bin
        });
        drawn.collect()
    };
    let tables: Vec<Vec<CalibrationBin>> = (0..TABLES).into_par_iter().map(draw).collect();
    let errors = sorted(tables.iter().map(|table| expected_calibration_error(table)));
    for (place, bin) in found.iter_mut().enumerate().filter(|(_, bin)| bin.rows > 0) {
        let accuracies = tables.iter().map(|table| table[place].accuracy);
        bin.calibrated = Some(percentile(&sorted(accuracies)));
    }
    (found, quantile(&errors, 0.95))
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// At or above a threshold the model decides; below it a person may be asked.
pub fn coverage(outcomes: &[(f64, bool)]) -> Vec<Coverage> {
    THRESHOLDS
        .iter()
        .map(|&threshold| {
            let kept = outcomes
                .iter()
                .filter(|(confidence, _)| *confidence >= threshold);
            let rows = kept.clone().count() as u64;
            let right = kept.filter(|(_, right)| *right).count() as u64;
            Coverage {
                threshold,
                rows,
                coverage: rows as f64 / outcomes.len().max(1) as f64,
                accuracy: (rows > 0).then(|| right as f64 / rows as f64),
                accuracy_interval: wilson(right, rows),
            }
        })
        .collect()
}

/// The last bin includes one.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a confidence lies in [0, 1]"
)]
fn bin_of(confidence: f64) -> usize {
    ((confidence * BINS as f64) as usize).min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 400 rows, in bins of 100 at .55, .65, .75 and .85, of which so many more are right than they should be.
    fn outcomes(more: i32) -> Vec<(f64, bool)> {
        let bin = |tens: i32| {
            let row = move |row: i32| (f64::from(tens + 5) / 100.0, row < tens + 5 + more);
            (0..100).map(row)
        };
        [50, 60, 70, 80].into_iter().flat_map(bin).collect()
    }

    #[test]
    fn the_band_is_the_binomials_and_holds_a_calibrated_model() {
        let (bins, bound) = calibrated(&outcomes(0));
        for bin in bins.iter().filter(|bin| bin.rows > 0) {
            let band = bin.calibrated.unwrap();
            let share = bin.mean_confidence;
            // The normal approximation of 100 draws; a bound has steps of .01.
            let half = 1.96 * (share * (1.0 - share) / 100.0).sqrt();
            assert!(
                (band.low - (share - half)).abs() < 0.021,
                "{band:?} at {share}"
            );
            assert!(
                (band.high - (share + half)).abs() < 0.021,
                "{band:?} at {share}"
            );
            assert!((band.low..=band.high).contains(&bin.accuracy));
        }
        assert!(bins[0].calibrated.is_none() && bins[0].rows == 0);
        // Four bins of 100: each is off by .036 on average (the mean of a normal's absolute value).
        assert!((0.04..0.07).contains(&bound), "{bound}");
        assert!(expected_calibration_error(&bins) < bound);
    }

    #[test]
    fn a_model_that_is_too_sure_leaves_the_band() {
        let (bins, bound) = calibrated(&outcomes(-15));
        assert!(expected_calibration_error(&bins) > bound);
        let outside = bins
            .iter()
            .filter(|bin| bin.calibrated.is_some_and(|band| bin.accuracy < band.low));
        assert_eq!(outside.count(), 4);
        assert_eq!(calibrated(&[]), (super::bins(&[]), 0.0));
    }
}
