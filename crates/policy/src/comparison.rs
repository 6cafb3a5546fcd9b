//! Two models on the same rows: an exact test, and what so many rows can show at all.

use contracts::evaluation::Interval;

use crate::intervals::{Paired, Z};

/// The 80 % quantile of the standard normal distribution: the power that is asked for by custom (Cohen, 1988).
const Z_POWER: f64 = 0.841_621_233_572_914;

/// `McNemar`'s test in its exact form: how likely is a split as uneven as this one, or more, of
/// the rows that only one model got right, if each of the two were right equally often?
pub fn mcnemar(only_first: u64, only_second: u64) -> f64 {
    let n = only_first + only_second;
    let fewer = only_first.min(only_second);
    // Binomial coefficients over 2^n, in logarithms: 2^n leaves f64 from 1,024 rows on.
    let mut term = -(n as f64) * std::f64::consts::LN_2;
    let mut tail = term.exp();
    for k in 0..fewer {
        term += ((n - k) as f64).ln() - ((k + 1) as f64).ln();
        tail += term.exp();
    }
    (2.0 * tail).min(1.0)
}

/// The smallest true difference of two balanced accuracies that a two-sided 5 % test on rows like
/// these shows four times in five (Connor, Biometrics 43, 1987, summed over classes).
///
/// `discordance` is the share of rows of a class that only one model got right. Half a row is added
/// to each of the four cells (Agresti and Min, Statistics in Medicine 24, 2005): models that happened
/// to agree on every row would otherwise seem able to show any difference. Classes without rows have no part in it.
pub fn minimum_detectable_difference(classes: &[Paired]) -> f64 {
    let occurring = classes.iter().filter(|class| class.rows() > 0);
    let shares: Vec<(f64, f64)> = occurring
        .map(|class| {
            let discordant = (class.only_first + class.only_second) as f64 + 1.0;
            let rows = class.rows() as f64 + 2.0;
            (discordant / rows, rows)
        })
        .collect();
    if shares.is_empty() {
        return 1.0;
    }
    let number = shares.len() as f64;
    // Models that differ by `difference` disagree on at least so many rows.
    let needed = |difference: f64| {
        let variance = |excess: f64| {
            let of_class = |&(discordance, rows): &(f64, f64)| {
                (discordance.max(difference) - excess).max(0.0) / rows
            };
            shares.iter().map(of_class).sum::<f64>().sqrt() / number
        };
        Z * variance(0.0) + Z_POWER * variance(difference * difference)
    };
    let (mut low, mut high) = (0.0, 1.0);
    // What is needed exceeds the difference up to one point, and falls short of it from there on.
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if needed(middle) > middle {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// Estimates the number of test rows at which the interval would exclude `limit`, if the
/// difference and the share of rows on which the models disagree stay as they are: the interval's
/// width falls with the root of the rows. `None` beyond a million rows.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number of at most a million"
)]
pub fn rows_needed(rows: u64, difference: f64, interval: Interval, limit: f64) -> Option<u64> {
    const MOST: f64 = 1e6;
    let half = if difference > limit {
        difference - interval.low
    } else {
        interval.high - difference
    };
    let needed = rows as f64 * (half / (difference - limit)).powi(2);
    // More precision would promise too much: two digits, rounded up.
    let unit = 10f64.powf(needed.log10().floor() - 1.0);
    let needed = (needed / unit).ceil() * unit;
    (needed <= MOST).then_some(needed.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sample sizes are quadratic in the ratio of the half width to the distance from the limit.
    #[test]
    fn the_rows_needed_are_those_at_which_the_interval_leaves_the_limit_out() {
        let interval = |value: f64, half: f64| Interval {
            low: value - half,
            high: value + half,
        };
        for (value, half, expected) in [
            (0.00, 0.04, Some(2400)),
            (0.01, 0.045, Some(1400)),
            (-0.05, 0.04, Some(1100)),
            (-0.0201, 0.04, None),
            (-0.02, 0.04, None),
            (f64::NAN, 0.04, None),
        ] {
            let found = rows_needed(600, value, interval(value, half), -0.02);
            assert_eq!(found, expected, "{value} ± {half}");
        }
        // With so many rows of the same kind, the paired interval itself leaves the margin out.
        let times = |factor: u64| {
            [Paired {
                both_right: 420 * factor,
                only_first: 30 * factor,
                only_second: 30 * factor,
                both_wrong: 120 * factor,
            }]
        };
        let (value, interval) = crate::intervals::paired_difference(&times(1));
        assert!(interval.low < -0.02);
        let needed = rows_needed(600, value, interval, -0.02).expect("some number");
        let (_, more) = crate::intervals::paired_difference(&times(needed.div_ceil(600)));
        assert!(more.low > -0.02, "{more:?} with {needed}");
    }

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!(
            (found / expected - 1.0).abs() < 1e-9,
            "{found} is not {expected}"
        );
    }

    /// scipy 1.17: `binomtest(b, b + c, 0.5).pvalue`.
    #[test]
    fn mcnemar_agrees_with_scipy() {
        for (only_first, only_second, expected) in MCNEMAR {
            close(mcnemar(only_first, only_second), expected);
            close(mcnemar(only_second, only_first), expected);
        }
        assert!(
            (mcnemar(0, 0) - 1.0).abs() < 1e-12,
            "nothing seen proves nothing"
        );
        assert!((mcnemar(7, 7) - 1.0).abs() < 1e-12);
    }

    const MCNEMAR: [(u64, u64, f64); 6] = [
        (2, 1, 1.0),
        (10, 2, 0.038_574_218_75),
        (31, 18, 0.085_433_133_157_394_54),
        (0, 6, 0.031_25),
        (150, 97, 0.000_900_287_386_953_992_4),
        (1200, 1100, 0.038_966_852_683_820_23),
    ];

    fn class(discordant: u64, rows: u64) -> Paired {
        Paired {
            both_right: rows - discordant,
            only_first: discordant / 2,
            only_second: discordant - discordant / 2,
            both_wrong: 0,
        }
    }

    #[test]
    fn more_rows_and_less_disagreement_show_smaller_differences() {
        let detectable =
            |discordant, rows| minimum_detectable_difference(&[class(discordant, rows); 3]);
        assert!(detectable(40, 400) < detectable(20, 200));
        assert!(detectable(10, 200) < detectable(20, 200));
        assert!(
            detectable(0, 200) > 0.0,
            "agreement is no proof of equality"
        );
        let (some, none) = (class(20, 200), Paired::default());
        assert_eq!(
            minimum_detectable_difference(&[some, none]),
            minimum_detectable_difference(&[some])
        );
        // Without rows nothing can be seen.
        assert_eq!(minimum_detectable_difference(&[none]), 1.0);
    }

    #[test]
    fn one_class_gives_connors_closed_form() {
        // Large enough that the half rows are lost in the noise: sqrt(psi / n) (z + z') less a
        // second-order term.
        let (discordant, rows) = (200_000, 1_000_000);
        let found = minimum_detectable_difference(&[class(discordant, rows)]);
        let (psi, n) = (0.2, rows as f64);
        let expected = (Z * f64::sqrt(psi) + Z_POWER * f64::sqrt(psi - found * found)) / n.sqrt();
        assert!(
            (found - expected).abs() < 1e-7,
            "{found} against {expected}"
        );
    }
}
