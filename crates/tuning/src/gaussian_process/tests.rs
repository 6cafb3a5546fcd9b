use super::*;
use crate::random;

const MIXED: [Dimension; 3] = [
    Dimension::Numeric,
    Dimension::Numeric,
    Dimension::Categorical,
];

/// Points of a smooth function with a step at the category. The largest magnitude is between 1 and 2.
fn observed(count: u32) -> (Vec<Vec<f64>>, Vec<f64>) {
    let points = (0..count).map(|number| {
        let mut point = random::point(number, 3, 7);
        point[2] = if point[2] < 0.5 { 0.25 } else { 0.75 };
        point
    });
    let points: Vec<Vec<f64>> = points.collect();
    let values = points.iter().map(|point| smooth(point)).collect();
    (points, values)
}

fn smooth(point: &[f64]) -> f64 {
    ((5.0 * point[0]).sin() + point[1] * point[1] + 4.0 * point[2]) / 4.0
}

#[test]
fn the_gradient_is_that_of_the_density() {
    let (points, values) = observed(12);
    let points: Vec<&Vec<f64>> = points.iter().collect();
    let mut kernel = Kernel::first(&MIXED);
    kernel.logarithms = vec![-0.7, 0.3, 1.1, -3.0];
    let (_, gradient) = kernel.posterior(&points, &values).unwrap();
    for (at, slope) in gradient.iter().enumerate() {
        let density = |by: f64| {
            let mut moved = kernel.clone();
            moved.logarithms[at] += by;
            moved.posterior(&points, &values).unwrap().0
        };
        let wanted = (density(1e-5) - density(-1e-5)) / 2e-5;
        assert!((slope - wanted).abs() < 1e-5, "{at}: {slope} for {wanted}");
    }
}

#[test]
fn a_smooth_function_is_predicted_between_its_points() {
    let (points, values) = observed(60);
    let process = GaussianProcess::fit(&MIXED, points, &values).unwrap();
    for number in 100..140 {
        let mut point = random::point(number, 3, 8);
        point[2] = if point[2] < 0.5 { 0.25 } else { 0.75 };
        let Prediction { mean, deviation } = process.predict(&point);
        let off = (mean - smooth(&point)).abs();
        assert!(off < 0.025, "{point:?}: {mean}, off by {off}");
        assert!(off < 6.0 * deviation, "{off} at a deviation of {deviation}");
    }
}

#[test]
fn a_believed_point_changes_the_doubt_and_no_mean() {
    let (points, values) = observed(8);
    let process = GaussianProcess::fit(&MIXED, points, &values).unwrap();
    let pending = vec![0.9, 0.05, 0.25];
    let near = [0.901, 0.051, 0.25];
    let before = process.predict(&near);
    let after = process.believing(vec![pending]).unwrap().predict(&near);
    assert!((before.mean - after.mean).abs() < 1e-6);
    assert!(
        after.deviation < 0.6 * before.deviation,
        "{before:?} {after:?}"
    );
}

#[test]
fn equal_values_teach_nothing() {
    // The mean of three times 0.1 is not 0.1.
    let points = vec![vec![0.1], vec![0.5], vec![0.9]];
    let process = GaussianProcess::fit(&[Dimension::Numeric], points, &[0.1; 3]);
    assert!(process.is_none());
    assert!(GaussianProcess::fit(&[Dimension::Numeric], Vec::new(), &[]).is_none());
}

#[test]
fn the_size_of_the_values_changes_nothing() {
    let (points, values) = observed(20);
    let predicted = |size: f64| {
        let values: Vec<f64> = values.iter().map(|value| value * size).collect();
        let process = GaussianProcess::fit(&MIXED, points.clone(), &values).unwrap();
        let Prediction { mean, deviation } = process.predict(&[0.3, 0.6, 0.25]);
        (mean, deviation)
    };
    // Powers of two: the values' digits are the same.
    for size in [2f64.powi(1023), 2f64.powi(-1000)] {
        assert_eq!(predicted(size), predicted(1.0), "{size}");
    }
}

#[test]
fn equal_points_have_a_model_without_noise() {
    let point = vec![0.25, 0.5, 0.75];
    let points = [&point, &point, &vec![0.75, 0.5, 0.25]];
    let mut kernel = Kernel::first(&MIXED);
    kernel.logarithms[3] = f64::NEG_INFINITY;
    assert!(kernel.posterior(&points, &[1.0, 1.0, 2.0]).is_none());
    kernel.confine();
    assert!(kernel.posterior(&points, &[1.0, 1.0, 2.0]).is_some());
}
