//! What is compared between groups of rows: the labels' mean where they are numbers, otherwise the share of one.

use contracts::exploration::Exploration;
use policy::intervals::{Z, wilson};

/// With labels that are no numbers the last one's share is compared: labels stand in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    Mean(Vec<f64>),
    Share { label: String, place: usize },
}

/// With its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Measure {
    pub fn of(exploration: &Exploration) -> Measure {
        let numbers = exploration.labels.iter().map(|label| label.parse().ok());
        let numbers: Option<Vec<f64>> = numbers
            .map(|it| it.filter(|it: &f64| it.is_finite()))
            .collect();
        match numbers {
            Some(numbers) if numbers.len() > 1 => Measure::Mean(numbers),
            _ => {
                let place = exploration.labels.len().saturating_sub(1);
                let label = exploration.labels.get(place).cloned().unwrap_or_default();
                Measure::Share { label, place }
            }
        }
    }

    /// Of rows by label; `None` without rows.
    pub fn estimate(&self, by_label: &[u64]) -> Option<Estimate> {
        let rows: u64 = by_label.iter().sum();
        if rows == 0 {
            return None;
        }
        Some(match self {
            Measure::Mean(numbers) => mean(numbers, by_label),
            Measure::Share { place, .. } => {
                let interval = wilson(by_label[*place], rows);
                Estimate {
                    value: by_label[*place] as f64 / rows as f64,
                    low: interval.low,
                    high: interval.high,
                }
            }
        })
    }
}

/// The interval is normal, with the mean and the variance that the labels' mean has after these rows, by Jeffreys'
/// prior (half a row of each label). With many rows it is the usual one; a few rows of one label do not look certain.
fn mean(numbers: &[f64], by_label: &[u64]) -> Estimate {
    let moment = |prior: f64, power: i32| {
        let terms = numbers.iter().zip(by_label);
        let weighed = terms.map(|(number, rows)| (*rows as f64 + prior) * number.powi(power));
        let all = by_label.iter().sum::<u64>() as f64 + prior * numbers.len() as f64;
        weighed.sum::<f64>() / all
    };
    let value = moment(0.0, 1);
    let (centre, square) = (moment(0.5, 1), moment(0.5, 2));
    let all = by_label.iter().sum::<u64>() as f64 + 0.5 * numbers.len() as f64;
    let half = Z * ((square - centre * centre) / (all + 1.0)).sqrt();
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Estimate {
        value,
        low: (centre - half).max(least).min(value),
        high: (centre + half).min(most).max(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentiment(by_label: &[u64]) -> Estimate {
        let measure = Measure::Mean(vec![-1.0, 0.0, 1.0]);
        measure.estimate(by_label).expect("rows")
    }

    #[test]
    fn with_many_rows_the_interval_is_the_usual_one() {
        let rows = 10_000.0f64;
        let found = sentiment(&[1_000, 2_000, 7_000]);
        assert!((found.value - 0.6).abs() < 1e-12);
        // Variance 0.8 - 0.36.
        let half = Z * (0.44 / rows).sqrt();
        assert!((found.low - (0.6 - half)).abs() < 2e-4, "{found:?}");
        assert!((found.high - (0.6 + half)).abs() < 2e-4, "{found:?}");
    }

    #[test]
    fn a_few_rows_of_one_label_are_not_certain_and_many_nearly_are() {
        let few = sentiment(&[0, 0, 3]);
        assert!(
            few.low < 0.5 && few.high >= 1.0 && few.value >= 1.0,
            "{few:?}"
        );
        let many = sentiment(&[0, 0, 3_000]);
        assert!(many.low > 0.99 && many.high >= 1.0, "{many:?}");
    }

    /// Drawn 400 times each from a known distribution, by a small generator of our own.
    #[test]
    fn nineteen_of_twenty_intervals_hold_the_mean() {
        let mut state = 7u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as f64 / f64::from(1u32 << 31)
        };
        for (shares, rows) in [([0.1, 0.2], 40), ([0.02, 0.08], 60), ([0.3, 0.3], 12)] {
            let mean = 1.0 - shares[0] - shares[1] - shares[0];
            let held = (0..400).filter(|_| {
                let mut by_label = [0; 3];
                for _ in 0..rows {
                    let draw = next();
                    let label =
                        usize::from(draw >= shares[0]) + usize::from(draw >= shares[0] + shares[1]);
                    by_label[label] += 1;
                }
                let found = sentiment(&by_label);
                found.low <= mean && mean <= found.high
            });
            let held = held.count();
            assert!(
                (366..=398).contains(&held),
                "{shares:?} with {rows} rows: {held} of 400"
            );
        }
    }

    #[test]
    fn labels_that_are_no_numbers_are_compared_by_the_last_ones_share() {
        let measure = Measure::Share {
            label: "good".to_owned(),
            place: 1,
        };
        let found = measure.estimate(&[182, 81]).expect("rows");
        let rounded = [found.value, found.low, found.high].map(|it| (it * 1e4).round() / 1e4);
        assert_eq!(rounded, [0.308, 0.2553, 0.3662]);
        assert_eq!(measure.estimate(&[0, 0]), None);
    }
}
