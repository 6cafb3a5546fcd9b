use super::*;

fn of(mean: f64, deviation: f64, best: f64) -> f64 {
    log_expected(Prediction { mean, deviation }, best)
}

#[test]
fn it_is_the_logarithm_of_the_expectation() {
    // φ(0) is what a standard normal value comes below zero by.
    let at_zero = of(0.0, 1.0, 0.0).exp();
    assert!((at_zero - 0.398_942_280_4).abs() < 1e-10, "{at_zero}");
    // Far above everything that is likely the difference alone counts.
    let certain = of(-20.0, 1.0, 0.0).exp();
    assert!((certain - 20.0).abs() < 1e-10, "{certain}");
    assert_eq!(of(1.0, 0.0, 3.0), 2f64.ln());
}

#[test]
fn the_tail_continues_the_series() {
    let (above, below) = (of(4.999, 1.0, 0.0), of(5.001, 1.0, 0.0));
    assert!(above > below && above - below < 0.02, "{above} {below}");
}

#[test]
fn what_is_not_finite_ends() {
    assert!(of(f64::NAN, 1.0, 0.0).is_nan());
    assert!(of(0.0, f64::NAN, 0.0).is_nan());
    assert!(of(f64::INFINITY, 1.0, f64::INFINITY).is_nan());
    assert_eq!(of(f64::INFINITY, 1.0, 0.0), f64::NEG_INFINITY);
}
