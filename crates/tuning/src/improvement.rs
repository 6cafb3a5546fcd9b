//! Expected improvement, by its logarithm: far from the best it would be zero everywhere, and no point ahead of
//! another (Ament et al. 2023, "Unexpected Improvements to Expected Improvement").

#[cfg(test)]
mod tests;

use crate::gaussian_process::Prediction;

/// Below it the density's tail has the series that is used instead.
const TAIL: f64 = -5.0;

/// The logarithm of how far below `best` a value is expected to come, where it comes below it at all.
pub(crate) fn log_expected(prediction: Prediction, best: f64) -> f64 {
    let Prediction { mean, deviation } = prediction;
    if deviation <= 0.0 {
        return (best - mean).max(0.0).ln();
    }
    let z = (best - mean) / deviation;
    // The series below would never end.
    if z.is_nan() {
        return f64::NAN;
    }
    let log_density = -0.5 * z * z - 0.5 * std::f64::consts::TAU.ln();
    let log_unit = if z < TAIL {
        // z Φ(z) + φ(z) = φ(z) (1/z² - 3/z⁴ + 15/z⁶ - …), here to the third term.
        let square = z * z;
        log_density + (1.0 / square - 3.0 / (square * square) + 15.0 / square.powi(3)).ln()
    } else {
        (z * cumulative(z) + log_density.exp()).ln()
    };
    log_unit + deviation.ln()
}

/// The standard normal's distribution: its series (Marsaglia 2004, "Evaluating the Normal Distribution").
fn cumulative(z: f64) -> f64 {
    if z > 8.0 {
        return 1.0;
    }
    let mut sum = z;
    let mut term = z;
    let mut divisor = 1.0;
    loop {
        divisor += 2.0;
        term *= z * z / divisor;
        let next = sum + term;
        if next == sum {
            break;
        }
        sum = next;
    }
    0.5 + sum * (-0.5 * z * z - 0.5 * std::f64::consts::TAU.ln()).exp()
}
