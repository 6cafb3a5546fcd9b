//! What the approximations are compared with, here and in the tests of a whole network.

/// The standard normal's distribution function by Marsaglia's series (Journal of Statistical
/// Software 11(4), 2004), which has nothing in common with the approximation it is to check.
pub fn normal_distribution(x: f64) -> f64 {
    let density = (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
    let (mut term, mut sum) = (x, 0.0);
    for odd in (3..400).step_by(2) {
        sum += term;
        term *= x * x / f64::from(odd);
    }
    0.5 + density * sum
}
