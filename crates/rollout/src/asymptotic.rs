//! The asymptotic confidence sequence (Waudby-Smith et al., Annals of Statistics 52, 2024): closed forms, valid
//! for large samples only. Verdicts come from [`crate::bets`], which is exact and decides no later; this says in
//! advance how many rows that takes.

/// Robbins' normal mixture (Annals of Mathematical Statistics 41, 1970): a sum of intrinsic time `time` (its
/// variance so far) ever leaves plus and minus this with probability of at most `alpha`. `precision` is that of the
/// mixing distribution.
pub fn boundary(time: f64, precision: f64, alpha: f64) -> f64 {
    let all = time + precision;
    (all * (all / (alpha * alpha * precision)).ln()).sqrt()
}

/// Half the width of the sequence for a mean of `rows` rows with the given variance. `precision` is in rows: 1/ρ² of
/// the paper's equation 9.
pub fn half_width(variance: f64, rows: f64, precision: f64, alpha: f64) -> f64 {
    variance.sqrt() * boundary(rows, precision, alpha) / rows
}

/// The precision with which the boundary is lowest at `time`.
pub fn best_precision(time: f64, alpha: f64) -> f64 {
    time / (lowest(alpha) - 1.0)
}

/// The number of rows at which the sequence would be `gap` to either side if it were narrowest there.
pub fn rows_expected(variance: f64, gap: f64, alpha: f64) -> f64 {
    variance * lowest(alpha) / (gap * gap)
}

/// The square of the lowest boundary at time 1: the z > 1 with z - 1 - ln z = -2 ln α, where the boundary's
/// derivative by the precision is 0. About 9.2 for 5 %, where an interval for one look has 3.8.
fn lowest(alpha: f64) -> f64 {
    let target = -2.0 * alpha.ln();
    let mut z = 1.0 + target + (2.0 * target).sqrt();
    // Newton's method on a convex function from the right of its root.
    for _ in 0..20 {
        z -= (z - 1.0 - z.ln() - target) / (1.0 - 1.0 / z);
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!(
            (found / expected - 1.0).abs() < 1e-9,
            "{found} is not {expected}"
        );
    }

    /// The same at a fixed precision, by hand from the formula.
    #[test]
    fn the_boundary_is_robbins() {
        let precision = 152.216_860_873_3;
        for (time, expected) in [
            (100.0, 40.478_557_549_9),
            (1_250.0, 107.307_781_999_2),
            (20_000.0, 468.188_269_403_6),
        ] {
            close(boundary(time, precision, 0.05), expected);
        }
    }

    #[test]
    fn the_best_precision_is_the_best() {
        for (time, alpha) in [(1_250.0, 0.05), (80.0, 0.01), (5_000.0, 0.2)] {
            let best = best_precision(time, alpha);
            let at = boundary(time, best, alpha);
            assert!(
                [0.99, 1.01]
                    .iter()
                    .all(|off| boundary(time, best * off, alpha) > at)
            );
            close(at, (time * lowest(alpha)).sqrt());
            let rows = rows_expected(0.12, 0.02, alpha);
            close(
                half_width(0.12, rows, best_precision(rows, alpha), alpha),
                0.02,
            );
        }
    }
}
