//! Which version is the anchor: the last one that was shown to be better than the anchor before
//! it, or the first one approved in its lineage.
//!
//! A version that loses less than the margin against the champion may become the next champion. Over
//! many versions, quality could go down by almost the margin each time. The anchor does not go
//! down with it: it only moves to a version that was shown to be better.

use contracts::evaluation::Evaluation;

use crate::desired::Package;

/// The anchor of a version that is measured against `champion`, from the champion's own evaluation.
/// `None` where a lineage begins, or where nothing was measured: a model that a person registered.
pub fn version<'a>(
    packages: &'a [Package],
    champion: &'a Package,
    evaluation: Option<&Evaluation>,
    lineage: &str,
) -> Option<&'a Package> {
    let evaluation = evaluation.filter(|evaluation| evaluation.lineage == lineage)?;
    let before = evaluation.anchor_model_package_arn.as_deref();
    // A person who rejects the anchor gives it up.
    let before = packages
        .iter()
        .find(|package| package.approved && Some(package.arn.as_str()) == before);
    Some(match before {
        Some(before) if !is_superior(evaluation) => before,
        _ => champion,
    })
}

/// Shown to be better than the anchor of its time, which is the champion unless there was another.
fn is_superior(evaluation: &Evaluation) -> bool {
    let anchor = evaluation.anchor.as_ref().or(evaluation.champion.as_ref());
    anchor.is_some_and(|anchor| anchor.difference.interval.low > 0.0)
}

#[cfg(test)]
mod tests;
