//! Intervals for shares, for their mean over classes, and for the paired difference of two such
//! means: two-sided 95 % intervals in closed form, so that the same rows give the same bounds. What has
//! no closed form is resampled, and [`percentile`] takes the interval from the resamples.

use contracts::evaluation::Interval;

/// The 97.5 % quantile of the standard normal distribution.
pub const Z: f64 = 1.959_963_984_540_054;

/// Wilson's score interval (E. B. Wilson, JASA 22, 1927) for `successes` of `trials`; without a
/// trial anything is possible.
pub fn wilson(successes: u64, trials: u64) -> Interval {
    if trials == 0 {
        return Interval {
            low: 0.0,
            high: 1.0,
        };
    }
    let n = trials as f64;
    let p = successes as f64 / n;
    let centre = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / (1.0 + Z * Z / n);
    Interval {
        low: (centre - half).max(0.0),
        high: (centre + half).min(1.0),
    }
}

/// Right answers and rows of one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recall {
    pub right: u64,
    pub rows: u64,
}

impl Recall {
    pub fn value(self) -> f64 {
        if self.rows == 0 {
            0.0
        } else {
            self.right as f64 / self.rows as f64
        }
    }
}

/// Balanced accuracy (the mean recall of the classes that have rows, as scikit-learn has it) with its
/// interval: the classes' Wilson intervals recovered and combined by MOVER (Zou and Donner, Statistics in
/// Medicine 27, 2008), which stays honest where a recall is 0 or 1.
pub fn balanced_accuracy(classes: &[Recall]) -> (f64, Interval) {
    let occurring: Vec<&Recall> = classes.iter().filter(|class| class.rows > 0).collect();
    if occurring.is_empty() {
        return (0.0, wilson(0, 0));
    }
    mover(
        occurring
            .into_iter()
            .map(|class| (class.value(), wilson(class.right, class.rows))),
    )
}

/// How two models fared on the rows of one class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Paired {
    pub both_right: u64,
    pub only_first: u64,
    pub only_second: u64,
    pub both_wrong: u64,
}

impl Paired {
    pub fn rows(&self) -> u64 {
        self.both_right + self.only_first + self.only_second + self.both_wrong
    }
}

/// Balanced accuracy of the first model minus that of the second on the same rows, with its
/// interval: per class Newcombe's hybrid score method for paired shares (Statistics in
/// Medicine 17, 1998, method 10), combined over classes by MOVER.
///
/// Classes without rows have no part in it, as in [`balanced_accuracy`].
pub fn paired_difference(classes: &[Paired]) -> (f64, Interval) {
    let occurring: Vec<&Paired> = classes.iter().filter(|class| class.rows() > 0).collect();
    if occurring.is_empty() {
        return (
            0.0,
            Interval {
                low: -1.0,
                high: 1.0,
            },
        );
    }
    mover(occurring.into_iter().map(|&class| newcombe(class)))
}

fn newcombe(class: Paired) -> (f64, Interval) {
    let Paired {
        both_right: a,
        only_first: b,
        only_second: c,
        both_wrong: d,
    } = class;
    let n = class.rows();
    let (first, second) = (
        Recall {
            right: a + b,
            rows: n,
        },
        Recall {
            right: a + c,
            rows: n,
        },
    );
    let (p1, p2) = (first.value(), second.value());
    let (i1, i2) = (wilson(first.right, n), wilson(second.right, n));
    let phi = correlation(a as f64, b as f64, c as f64, d as f64);
    let distance = |x: f64, y: f64| (x * x - 2.0 * phi * x * y + y * y).max(0.0).sqrt();
    let difference = p1 - p2;
    let low = difference - distance(p1 - i1.low, i2.high - p2);
    let high = difference + distance(i1.high - p1, p2 - i2.low);
    (difference, Interval { low, high })
}

/// Phi, with the continuity correction of a positive numerator by which method 10 differs from
/// method 8. Without it the interval is too narrow where two models agree on almost every row.
fn correlation(a: f64, b: f64, c: f64, d: f64) -> f64 {
    let margins = (a + b) * (c + d) * (a + c) * (b + d);
    if margins == 0.0 {
        return 0.0;
    }
    let product = a * d - b * c;
    let correction = (a + b + c + d) / 2.0;
    let numerator = if product > 0.0 {
        (product - correction).max(0.0)
    } else {
        product
    };
    numerator / margins.sqrt()
}

/// The first estimate less the second, and its interval from theirs (MOVER). Estimates on the same rows fall and rise
/// together, so that theirs is the wider one.
pub fn difference(first: (f64, Interval), second: (f64, Interval)) -> (f64, Interval) {
    let ((a, of_a), (b, of_b)) = (first, second);
    let value = a - b;
    let interval = Interval {
        low: value - (a - of_a.low).hypot(of_b.high - b),
        high: value + (of_a.high - a).hypot(b - of_b.low),
    };
    (value, interval)
}

/// The mean of independent estimates, one at least, and its interval from theirs.
fn mover(estimates: impl Iterator<Item = (f64, Interval)>) -> (f64, Interval) {
    let (mut count, mut sum, mut below, mut above) = (0.0, 0.0, 0.0, 0.0);
    for (value, Interval { low, high }) in estimates {
        count += 1.0;
        sum += value;
        below += (value - low).powi(2);
        above += (high - value).powi(2);
    }
    let mean = sum / count;
    (
        mean,
        Interval {
            low: mean - below.sqrt() / count,
            high: mean + above.sqrt() / count,
        },
    )
}

/// The percentile bootstrap's 95 % interval (Efron, 1979) of one value or more, which are sorted.
pub fn percentile(sorted: &[f64]) -> Interval {
    Interval {
        low: quantile(sorted, 0.025),
        high: quantile(sorted, 0.975),
    }
}

/// Of one sorted value or more, between neighbours by proportion, as numpy's default.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place among the values"
)]
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, part) = (place.floor() as usize, place.fract());
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + part * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantiles_lie_between_neighbours() {
        let values = [1.0, 2.0, 4.0, 8.0, 16.0];
        for (share, expected) in [(0.0, 1.0), (0.5, 4.0), (0.625, 6.0), (1.0, 16.0)] {
            assert!((quantile(&values, share) - expected).abs() < 1e-12);
        }
    }

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 5e-4, "{found} is not {expected}");
    }

    #[test]
    fn wilson_gives_newcombes_worked_examples() {
        // Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
        for (successes, trials, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let interval = wilson(successes, trials);
            close(interval.low, low);
            close(interval.high, high);
        }
    }

    #[test]
    fn no_rows_decide_nothing() {
        assert_eq!(
            wilson(0, 0),
            Interval {
                low: 0.0,
                high: 1.0
            }
        );
        let (difference, interval) = paired_difference(&[Paired::default()]);
        assert_eq!(difference, 0.0);
        assert_eq!(
            interval,
            Interval {
                low: -1.0,
                high: 1.0
            }
        );
    }

    #[test]
    fn a_model_against_itself_differs_by_nothing() {
        let same = Paired {
            both_right: 70,
            both_wrong: 30,
            ..Paired::default()
        };
        let (difference, interval) = paired_difference(&[same, same]);
        close(difference, 0.0);
        // The score method keeps a little doubt: the same rows were right, others might not be.
        // Per class ±0.0243 (see below), over two classes that by the square root of two.
        close(interval.low, -0.0243 / 2f64.sqrt());
        close(interval.high, 0.0243 / 2f64.sqrt());
    }

    fn cells(both_right: u64, only_first: u64, only_second: u64, both_wrong: u64) -> Paired {
        Paired {
            both_right,
            only_first,
            only_second,
            both_wrong,
        }
    }

    /// The first is Newcombe's own example, the second Altman's (Practical Statistics, table 6.2);
    /// both as R's contingencytables and biostatUZH have them. The others follow from scipy's
    /// Wilson bounds by Newcombe's formula: in the third the correction leaves nothing of phi's
    /// numerator, in the fourth phi is negative and stays as it is.
    #[test]
    fn the_paired_difference_gives_newcombes_method_10() {
        for (class, value, low, high) in [
            (cells(20, 12, 2, 16), 0.2, 0.0562, 0.3292),
            (cells(14, 5, 0, 22), 5.0 / 41.0, 0.0115, 0.2265),
            (cells(3, 2, 2, 3), 0.0, -0.3725, 0.3725),
            (cells(1, 4, 2, 1), 0.25, -0.2968, 0.6579),
            (cells(70, 0, 0, 30), 0.0, -0.0243, 0.0243),
        ] {
            let (difference, interval) = paired_difference(&[class]);
            close(difference, value);
            close(interval.low, low);
            close(interval.high, high);
        }
    }

    /// Wilson's bounds from scipy 1.17 (`binomtest(k, n).proportion_ci(method="wilson")`), combined
    /// by Zou and Donner's formula: the mean less the root of the summed squares of the distances
    /// to the lower bounds over the number of classes, and likewise above.
    #[test]
    fn balanced_accuracy_has_the_mover_interval_of_scipys_bounds() {
        let recalls = |classes: &[(u64, u64)]| -> Vec<Recall> {
            let recall = |&(right, rows): &(u64, u64)| Recall { right, rows };
            classes.iter().map(recall).collect()
        };
        for (classes, value, low, high) in [
            (
                [(140, 200), (60, 100), (45, 50)],
                0.733_333,
                0.678_592,
                0.774_041,
            ),
            (
                [(81, 263), (15, 148), (0, 20)],
                0.136_445,
                0.114_600,
                0.196_859,
            ),
        ] {
            let (found, interval) = balanced_accuracy(&recalls(&classes));
            assert!((found - value).abs() < 1e-6, "{found}");
            assert!((interval.low - low).abs() < 1e-6, "{interval:?}");
            assert!((interval.high - high).abs() < 1e-6, "{interval:?}");
        }
    }

    #[test]
    fn a_class_without_rows_has_no_part_in_balanced_accuracy_or_differences() {
        let [seen, other, unseen] =
            [(60, 100), (45, 50), (0, 0)].map(|(right, rows)| Recall { right, rows });
        assert_eq!(
            balanced_accuracy(&[seen, unseen, other]),
            balanced_accuracy(&[seen, other])
        );
        assert_eq!(balanced_accuracy(&[unseen]), (0.0, wilson(0, 0)));
        let (seen, unseen) = (cells(70, 5, 2, 30), Paired::default());
        assert_eq!(
            paired_difference(&[unseen, seen]),
            paired_difference(&[seen])
        );
    }

    proptest! {
        #[test]
        fn the_estimate_lies_in_its_interval_and_swapping_models_mirrors_it(
            cells in proptest::collection::vec((0u64..200, 0u64..50, 0u64..50, 1u64..200), 1..5)
        ) {
            let first: Vec<Paired> = cells.iter().map(|&(a, b, c, d)| Paired {
                both_right: a, only_first: b, only_second: c, both_wrong: d }).collect();
            let second: Vec<Paired> = first.iter().map(|p| Paired {
                only_first: p.only_second, only_second: p.only_first, ..*p }).collect();
            let (value, interval) = paired_difference(&first);
            prop_assert!(interval.low <= value + 1e-12 && value <= interval.high + 1e-12);
            let (mirrored, mirror) = paired_difference(&second);
            prop_assert!((value + mirrored).abs() < 1e-12);
            prop_assert!((interval.low + mirror.high).abs() < 1e-9);
        }
    }
}
