//! What no file may do, however large: the sign that is asked for, and thresholds where nothing was observed or a
//! person has set their own.

use contracts::constraints::{CheckType, FeatureConstraints, InferredType, MonitoringConfig};

use super::found::{File, Found};
use super::predicted::as_observed;
use crate::bounds::Counted;
use crate::counts::{common, other_type, unseen};

pub fn found(
    feature: &FeatureConstraints,
    config: &MonitoringConfig,
    file: &File<'_>,
) -> Vec<Found> {
    let observed = feature.observed.as_ref();
    let present = file
        .feature
        .map_or(0, |feature| common(feature).num_present);
    let mut found = Vec::new();
    let mut at_most = |check, what: String, count, of, share: f64| {
        let counted = Counted { count, of };
        if counted.share() > share + 1e-12 {
            found.push(Found {
                check,
                description: format!(
                    "{what} {count} of {of} rows; at most a share of {share:.4} may be"
                ),
                difference: counted.share() - share,
            });
        }
    };
    let predicted = observed.is_some_and(|observed| as_observed(feature, observed));
    if let Some(completeness) = feature.completeness.filter(|_| !predicted) {
        let check = if present == 0 {
            CheckType::MissingColumnCheck
        } else {
            CheckType::CompletenessCheck
        };
        let (missing, may) = (file.rows - present, 1.0 - completeness);
        at_most(check, "missing in".to_owned(), missing, file.rows, may);
    }
    let Some(current) = file.feature else {
        return found;
    };
    if observed.is_none() && feature.inferred_type != InferredType::Unknown {
        let other = other_type(current.types, feature.inferred_type);
        let what = format!("not {:?} in", feature.inferred_type);
        let may = 1.0 - config.datatype_check_threshold;
        at_most(CheckType::DataTypeCheck, what, other, present, may);
    }
    let has_singles = observed.is_some_and(|observed| observed.singles.is_some());
    if let Some(domain) = feature.string_constraints.as_ref().filter(|_| !has_singles) {
        let outside = unseen(current, &domain.domains);
        let may = 1.0 - config.domain_content_threshold;
        let what = "outside the domain in".to_owned();
        at_most(
            CheckType::CategoricalValuesCheck,
            what,
            outside,
            present,
            may,
        );
    }
    let is_asked = feature
        .num_constraints
        .is_some_and(|asked| asked.is_non_negative);
    if let Some(numbers) = current.numerical_statistics.as_ref().filter(|_| is_asked) {
        let what = "negative in".to_owned();
        at_most(
            CheckType::NonNegativityCheck,
            what,
            numbers.negative,
            present,
            0.0,
        );
    }
    found
}
