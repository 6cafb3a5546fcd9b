//! Tests of two samples, in closed form.

use contracts::exploration::Moments;
use policy::intervals::{Z, wilson};

/// Fewer rows on either side, or fewer expected in a cell, and the normal distribution is no guide.
const LEAST_ROWS: u64 = 30;
const LEAST_EXPECTED: f64 = 5.0;

/// The two-sided p-value of two shares being equal: the z-test with the pooled share. `None` where there are too few
/// rows for it.
pub fn shares((k1, n1): (u64, u64), (k2, n2): (u64, u64)) -> Option<f64> {
    let all = (n1 + n2) as f64;
    let pooled = (k1 + k2) as f64 / all;
    let expected = (n1.min(n2)) as f64 * pooled.min(1.0 - pooled);
    if n1.min(n2) < LEAST_ROWS || expected < LEAST_EXPECTED {
        return None;
    }
    let error = (pooled * (1.0 - pooled) * (1.0 / n1 as f64 + 1.0 / n2 as f64)).sqrt();
    let difference = k2 as f64 / n2 as f64 - k1 as f64 / n1 as f64;
    Some(two_sided(difference / error))
}

/// The second share less the first, with Newcombe's interval (Statistics in Medicine 17, 1998, method 10 of the
/// independent ones): the two Wilson intervals combined.
pub fn difference_of_shares((k1, n1): (u64, u64), (k2, n2): (u64, u64)) -> (f64, f64, f64) {
    let share = |count: u64, of: u64| count as f64 / of.max(1) as f64;
    let (p1, p2) = (share(k1, n1), share(k2, n2));
    let (i1, i2) = (wilson(k1, n1), wilson(k2, n2));
    let difference = p2 - p1;
    let low = difference - (p2 - i2.low).hypot(i1.high - p1);
    let high = difference + (i2.high - p2).hypot(p1 - i1.low);
    (low, difference, high)
}

/// The second mean less the first, with its normal interval.
pub fn difference_of_means(before: Moments, after: Moments) -> (f64, f64, f64) {
    let (difference, half) = (after.mean - before.mean, Z * error_of_means(before, after));
    (difference - half, difference, difference + half)
}

/// The p-value of two means being equal: the z-test with each sample's own deviation (Welch).
pub fn means(before: Moments, after: Moments) -> Option<f64> {
    if before.count.min(after.count) < LEAST_ROWS {
        return None;
    }
    let error = error_of_means(before, after);
    (error > 0.0).then(|| two_sided((after.mean - before.mean) / error))
}

fn error_of_means(before: Moments, after: Moments) -> f64 {
    let variance = |sample: Moments| sample.deviation.powi(2) / sample.count.max(1) as f64;
    (variance(before) + variance(after)).sqrt()
}

/// Holm's step-down adjustment (Scandinavian Journal of Statistics 6, 1979), in the order given: the chance of one
/// false alarm among all is at most the level.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut adjusted = vec![0.0; p.len()];
    let mut least = 0.0f64;
    for (rank, place) in order.into_iter().enumerate() {
        least = least.max(p[place] * (p.len() - rank) as f64).min(1.0);
        adjusted[place] = least;
    }
    adjusted
}

/// Twice the standard normal distribution's tail beyond `z`: by its series near 0, by Laplace's continued fraction
/// farther out.
fn two_sided(z: f64) -> f64 {
    let z = z.abs();
    let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if z < 3.0 {
        // Phi(z) - 1/2 = density * (z + z^3/3 + z^5/15 + ...).
        let (mut term, mut sum, mut divisor) = (z, z, 1.0);
        while term > 1e-17 * sum {
            divisor += 2.0;
            term *= z * z / divisor;
            sum += term;
        }
        return 1.0 - 2.0 * density * sum;
    }
    let fraction = (1..=60).rev().fold(z, |below, k| z + f64::from(k) / below);
    2.0 * density / fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: f64, expected: f64) {
        let error = (found / expected - 1.0).abs();
        assert!(error < 1e-6, "{found} is not {expected}");
    }

    #[test]
    fn tails_are_those_of_the_normal_distribution() {
        // Python: math.erfc(abs(z) / sqrt(2)).
        for (z, p) in [
            (0.5, 0.617_075_077_451_974),
            (1.959_963_984_540_054, 0.05),
            (-2.99, 0.002_789_774_470_984_5),
            (3.01, 0.002_612_476_897_539),
            (6.0, 1.973_175_290_075_396e-9),
        ] {
            close(two_sided(z), p);
        }
        assert!((two_sided(0.0) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn two_shares_have_the_z_tests_p_value_or_none() {
        // z = (0.4 - 0.3) / sqrt(0.35 * 0.65 * 2 / 200) = 2.096570
        close(
            shares((60, 200), (80, 200)).expect("enough rows"),
            0.036_031_686,
        );
        assert_eq!(shares((1, 20), (10, 20)), None);
        assert_eq!(shares((1, 1_000), (2, 1_000)), None);
        assert_eq!(shares((0, 1_000), (0, 1_000)), None);
    }

    #[test]
    fn the_difference_of_two_shares_has_newcombes_interval() {
        // Newcombe's example (a): 56 of 70 less 48 of 80 is 0.2, from 0.0524 to 0.3339.
        let (low, difference, high) = difference_of_shares((48, 80), (56, 70));
        for (found, expected) in [(low, 0.0524), (difference, 0.2), (high, 0.3339)] {
            assert!((found - expected).abs() < 5e-5, "{found} is not {expected}");
        }
    }

    #[test]
    fn two_means_have_welchs_error() {
        let sample = |mean, deviation| Moments {
            count: 100,
            mean,
            deviation,
        };
        // z = 1 / sqrt(9/100 + 16/100) = 2.
        close(
            means(sample(5.0, 3.0), sample(6.0, 4.0)).expect("enough rows"),
            0.045_500_263_896,
        );
        assert_eq!(means(sample(1.0, 0.0), sample(1.0, 0.0)), None);
    }

    #[test]
    fn holm_multiplies_the_smallest_by_all_and_never_falls() {
        let adjusted = holm(&[0.04, 0.01, 0.03]);
        for (found, expected) in adjusted.iter().zip([0.06, 0.03, 0.06]) {
            close(*found, expected);
        }
        assert_eq!(holm(&[0.9, 0.9]), [1.0, 1.0]);
    }
}
