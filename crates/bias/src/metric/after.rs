//! Metrics of a model's answers: Amazon SageMaker's guide, "Measure Post-training Data and Model Bias". n¹ and n⁰ are
//! rows with positive and negative labels, n̂¹ and n̂⁰ those of the predicted labels.

use super::shares::{difference, ratio};
use crate::error::Undefined;
use crate::rows::Rows;

/// DPPL = n̂ₐ¹/nₐ - n̂_d¹/n_d.
pub fn difference_of_positive_predictions(facet: &Rows, others: &Rows) -> f64 {
    predicted_share(others) - predicted_share(facet)
}

/// DI = (n̂_d¹/n_d) / (n̂ₐ¹/nₐ).
pub fn disparate_impact(facet: &Rows, others: &Rows) -> f64 {
    ratio(predicted_share(facet), predicted_share(others))
}

/// DCA = nₐ¹/n̂ₐ¹ - n_d¹/n̂_d¹.
pub fn conditional_acceptance(facet: &Rows, others: &Rows) -> f64 {
    let labels_to_predictions = |rows: &Rows| ratio(rows.labelled(true), rows.predicted(true));
    difference(labels_to_predictions(others), labels_to_predictions(facet))
}

/// DCR = n_d⁰/n̂_d⁰ - nₐ⁰/n̂ₐ⁰.
pub fn conditional_rejection(facet: &Rows, others: &Rows) -> f64 {
    let labels_to_predictions = |rows: &Rows| ratio(rows.labelled(false), rows.predicted(false));
    difference(labels_to_predictions(facet), labels_to_predictions(others))
}

/// DAR = TPₐ/n̂ₐ¹ - TP_d/n̂_d¹.
pub fn acceptance_rates(facet: &Rows, others: &Rows) -> f64 {
    let precision = |rows: &Rows| ratio(rows.true_positive, rows.predicted(true));
    precision(others) - precision(facet)
}

/// DRR = TN_d/n̂_d⁰ - TNₐ/n̂ₐ⁰.
pub fn rejection_rates(facet: &Rows, others: &Rows) -> f64 {
    let rate = |rows: &Rows| ratio(rows.true_negative, rows.predicted(false));
    rate(facet) - rate(others)
}

/// RD = TPₐ/nₐ¹ - TP_d/n_d¹.
pub fn recall(facet: &Rows, others: &Rows) -> f64 {
    let recall = |rows: &Rows| ratio(rows.true_positive, rows.labelled(true));
    recall(others) - recall(facet)
}

/// SD = TN_d/n_d⁰ - TNₐ/nₐ⁰.
pub fn specificity(facet: &Rows, others: &Rows) -> f64 {
    let specificity = |rows: &Rows| ratio(rows.true_negative, rows.labelled(false));
    specificity(facet) - specificity(others)
}

/// AD = (TPₐ + TNₐ)/nₐ - (TP_d + TN_d)/n_d.
pub fn accuracy(facet: &Rows, others: &Rows) -> f64 {
    let accuracy = |rows: &Rows| ratio(rows.true_positive + rows.true_negative, rows.all());
    accuracy(others) - accuracy(facet)
}

/// TE = FN_d/FP_d - FNₐ/FPₐ.
pub fn treatment_equality(facet: &Rows, others: &Rows) -> f64 {
    let false_ratio = |rows: &Rows| ratio(rows.false_negative, rows.false_positive);
    difference(false_ratio(facet), false_ratio(others))
}

/// GE = Σ ((bᵢ/μ)² - 1) / 2n over all rows (Speicher et al., KDD 2018, α = 2); the benefit bᵢ is 0 for a false
/// negative, 2 for a false positive and else 1, μ its mean.
pub fn generalized_entropy(all: Rows) -> Result<f64, Undefined> {
    let right = all.true_positive + all.true_negative;
    let mean = (right + 2.0 * all.false_positive) / all.all();
    // Not a number without rows.
    if mean.is_nan() || mean <= 0.0 {
        return Err("every prediction is a false negative");
    }
    let squares = right + 4.0 * all.false_positive;
    Ok((squares / (mean * mean) / all.all() - 1.0) / 2.0)
}

fn predicted_share(rows: &Rows) -> f64 {
    ratio(rows.predicted(true), rows.all())
}
