//! Gauss-Legendre quadrature: of all rules with as many points the one that is exact for the
//! polynomials of highest degree. The gradients along the path are smooth, so few points are
//! enough.

use std::f64::consts::PI;

/// Points in (0, 1) and their weights, which sum to 1.
pub fn gauss_legendre(points: usize) -> Vec<(f64, f64)> {
    (0..points)
        .map(|place| {
            // Newton's iteration for a root of the Legendre polynomial, from a close guess
            // (Abramowitz and Stegun, 22.16.6).
            let mut x = (PI * (place as f64 + 0.75) / (points as f64 + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..100 {
                let (value, derivative) = legendre(points, x);
                slope = derivative;
                let step = value / derivative;
                x -= step;
                if step.abs() < 1e-15 {
                    break;
                }
            }
            ((1.0 - x) / 2.0, 1.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect()
}

/// The Legendre polynomial of a degree and its derivative, by the three-term recurrence.
fn legendre(degree: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for n in 2..=degree {
        let n = n as f64;
        (before, value) = (
            value,
            ((2.0 * n - 1.0) * x * value - (n - 1.0) * before) / n,
        );
    }
    if degree == 0 {
        return (1.0, 0.0);
    }
    let derivative = degree as f64 * (x * value - before) / (x * x - 1.0);
    (value, derivative)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_of_twice_the_points_less_one_are_integrated_exactly() {
        for points in [1, 2, 5, 16, 64] {
            let rule = gauss_legendre(points);
            assert!(rule.iter().all(|(x, _)| (0.0..1.0).contains(x)));
            for degree in [0, 1, points, 2 * points - 1] {
                let found: f64 = rule
                    .iter()
                    .map(|(x, weight)| weight * x.powi(i32::try_from(degree).unwrap()))
                    .sum();
                let expected = 1.0 / (degree as f64 + 1.0);
                assert!(
                    (found - expected).abs() < 1e-13,
                    "{points} points, x^{degree}: {found}"
                );
            }
        }
    }
}
