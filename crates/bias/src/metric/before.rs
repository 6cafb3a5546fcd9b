//! Metrics of the data: Amazon SageMaker's guide, "Measure Pre-training Bias". qₐ and q_d are the shares of positive
//! labels, P = (q, 1 - q) the distribution of the labels.

use super::shares::ratio;
use crate::error::Undefined;
use crate::rows::Rows;

/// CI = (nₐ - n_d) / (nₐ + n_d).
pub fn class_imbalance(facet: &Rows, others: &Rows) -> f64 {
    ratio(others.all() - facet.all(), others.all() + facet.all())
}

/// DPL = qₐ - q_d.
pub fn difference_of_positive_labels(facet: &Rows, others: &Rows) -> f64 {
    others.positive_share() - facet.positive_share()
}

/// KL = Σ Pₐ ln(Pₐ / P_d).
pub fn kullback_leibler(facet: &Rows, others: &Rows) -> Result<f64, Undefined> {
    over_outcomes(facet, others, |a, d| a * (a / d).ln())
}

/// JS = (KL(Pₐ, M) + KL(P_d, M)) / 2, M the mean of Pₐ and P_d.
pub fn jensen_shannon(facet: &Rows, others: &Rows) -> Result<f64, Undefined> {
    over_outcomes(facet, others, |a, d| {
        let mean = f64::midpoint(a, d);
        (a * (a / mean).ln() + d * (d / mean).ln()) / 2.0
    })
}

/// LP = √Σ (Pₐ - P_d)²: the norm of order 2.
pub fn euclidean(facet: &Rows, others: &Rows) -> Result<f64, Undefined> {
    over_outcomes(facet, others, |a, d| (a - d).powi(2)).map(f64::sqrt)
}

/// TVD = Σ |Pₐ - P_d| / 2.
pub fn total_variation(facet: &Rows, others: &Rows) -> Result<f64, Undefined> {
    over_outcomes(facet, others, |a, d| (a - d).abs() / 2.0)
}

/// KS = max |Pₐ - P_d|.
pub fn kolmogorov_smirnov(facet: &Rows, others: &Rows) -> Result<f64, Undefined> {
    let mut highest: f64 = 0.0;
    over_outcomes(facet, others, |a, d| {
        highest = highest.max((a - d).abs());
        0.0
    })?;
    Ok(highest)
}

/// The sum of a term of Pₐ and P_d over the outcomes that occur on both sides, which are all that smclarify looks at: a
/// divergence would be infinite otherwise.
fn over_outcomes(
    facet: &Rows,
    others: &Rows,
    mut term: impl FnMut(f64, f64) -> f64,
) -> Result<f64, Undefined> {
    let mut sum = None;
    for positive in [false, true] {
        let (a, d) = (others.labelled(positive), facet.labelled(positive));
        if a > 0.0 && d > 0.0 {
            *sum.get_or_insert(0.0) += term(a / others.all(), d / facet.all());
        }
    }
    sum.ok_or("no label occurs both in the facet and outside it")
}
