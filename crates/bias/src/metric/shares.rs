//! What several metrics are made of. Conventions are smclarify's: 0/0 is 0, anything else over 0 is infinite, and the
//! difference of two equal infinities is 0.

use crate::error::Undefined;
use crate::rows::{Rows, Split};

pub fn ratio(numerator: f64, denominator: f64) -> f64 {
    if numerator == 0.0 {
        0.0
    } else {
        numerator / denominator
    }
}

pub fn difference(minuend: f64, subtrahend: f64) -> f64 {
    // Two infinities are equal here; their difference would not be a number.
    if minuend.total_cmp(&subtrahend).is_eq() {
        0.0
    } else {
        minuend - subtrahend
    }
}

/// Σ nᵢ DDᵢ / n over the groups i, where DD is the facet's share of the rejected minus its share of the accepted
/// (Wachter, Mittelstadt and Russell, "Why fairness cannot be automated", 2021). A share of nothing is 0.
pub fn conditional_disparity(
    split: &Split,
    outcome: fn(&Rows, bool) -> f64,
) -> Result<f64, Undefined> {
    if split.groups.is_empty() {
        return Err("there is no group variable");
    }
    let outcomes = |positive| outcome(&split.facet, positive) + outcome(&split.others, positive);
    if outcomes(true) == 0.0 {
        return Err("no label is positive");
    }
    if outcomes(false) == 0.0 {
        return Err("every label is positive");
    }
    let (mut sum, mut rows) = (0.0, 0.0);
    for (facet, others) in &split.groups {
        let share = |positive| {
            let of_facet = outcome(facet, positive);
            ratio(of_facet, of_facet + outcome(others, positive))
        };
        let size = facet.all() + others.all();
        sum += size * (share(false) - share(true));
        rows += size;
    }
    Ok(ratio(sum, rows))
}
