//! Constraints as a person has left them.

use std::collections::BTreeSet;

use contracts::constraints::{
    Constraints, FeatureConstraints, InferredType, LAYOUT, MonitoringConfig, Observed,
    QuarantinedRows, Repetition, Spread,
};

/// Why a file is no `constraints.json`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("constraints.json is not in the layout: {0}")]
    Layout(String),
    #[error("constraints.json, {place}: {reason}")]
    Contradiction { place: String, reason: String },
}

pub fn read(bytes: &[u8]) -> Result<Constraints, Refused> {
    let read = serde_json::from_slice(bytes);
    let constraints: Constraints = read.map_err(|error| Refused::Layout(error.to_string()))?;
    refuse(constraints.version != LAYOUT, "version", || {
        format!("{} is not {LAYOUT}", constraints.version)
    })?;
    config(&constraints.monitoring_config)?;
    let mut names = BTreeSet::new();
    for feature in &constraints.features {
        refuse(feature.name.is_empty(), "features", || {
            "a feature has no name".to_owned()
        })?;
        let place = format!("feature {:?}", feature.name);
        refuse(!names.insert(&feature.name), &place, || {
            "stands twice".to_owned()
        })?;
        of_feature(feature, &place)?;
    }
    constraints
        .repeated_rows
        .map_or(Ok(()), |rows| repetition(rows, "repeated_rows"))?;
    if let Some(QuarantinedRows { count, of }) = constraints.quarantined_rows {
        refuse(count > of, "quarantined_rows", || {
            format!("{count} of {of} rows")
        })?;
    }
    Ok(constraints)
}

fn config(config: &MonitoringConfig) -> Result<(), Refused> {
    for (name, value) in [
        ("datatype_check_threshold", config.datatype_check_threshold),
        ("domain_content_threshold", config.domain_content_threshold),
        ("false_alarm_rate", config.false_alarm_rate),
        ("hold_from_difference", config.hold_from_difference),
    ] {
        share(Some(value), "monitoring_config", name)?;
    }
    Ok(())
}

fn of_feature(feature: &FeatureConstraints, place: &str) -> Result<(), Refused> {
    share(feature.completeness, place, "completeness")?;
    share(feature.tolerance, place, "tolerance")?;
    let is_text = feature.inferred_type == InferredType::String;
    let is_number = !is_text && feature.inferred_type != InferredType::Unknown;
    let signed = feature.num_constraints.is_some();
    refuse(signed && is_text, place, || {
        "num_constraints of a String".to_owned()
    })?;
    if let Some(domain) = &feature.string_constraints {
        let distinct: BTreeSet<&String> = domain.domains.iter().collect();
        refuse(domain.domains.is_empty(), place, || {
            "domains are empty, so that no value is right; remove string_constraints".to_owned()
        })?;
        refuse(distinct.len() < domain.domains.len(), place, || {
            "a value of the domains stands twice".to_owned()
        })?;
    }
    let Some(observed) = &feature.observed else {
        return Ok(());
    };
    refuse(observed.numbers.is_some() && is_text, place, || {
        "observed numbers of a String".to_owned()
    })?;
    refuse(observed.lengths.is_some() && is_number, place, || {
        "observed lengths of numbers".to_owned()
    })?;
    counts(observed, place)?;
    known(feature, observed, place)?;
    for (name, spread) in [
        ("numbers", &observed.numbers),
        ("lengths", &observed.lengths),
    ] {
        let Some(spread) = spread else { continue };
        refuse(!is_ascending(spread), place, || {
            format!("observed {name} are not in order, or more than there are")
        })?;
    }
    observed
        .repeated
        .map_or(Ok(()), |repeated| repetition(repeated, place))
}

fn counts(observed: &Observed, place: &str) -> Result<(), Refused> {
    let Observed { rows, missing, .. } = *observed;
    refuse(missing > rows, place, || {
        format!("{missing} missing of {rows} rows")
    })?;
    let present = rows - missing;
    let values = observed.values.iter().flatten();
    let of_values = values.fold(0u64, |sum, value| sum.saturating_add(value.count));
    for (name, count) in [
        ("other_type", observed.other_type),
        ("singles", observed.singles.unwrap_or(0)),
        ("values", of_values),
    ] {
        refuse(count > present, place, || {
            format!("observed {name} are {count} of {present} rows with a value")
        })?;
    }
    Ok(())
}

/// Values that were seen are of the domain, each once.
fn known(feature: &FeatureConstraints, observed: &Observed, place: &str) -> Result<(), Refused> {
    let mut seen = BTreeSet::new();
    for value in observed.values.iter().flatten() {
        let value = &value.value;
        refuse(!seen.insert(value), place, || {
            format!("observed value {value:?} stands twice")
        })?;
        let domain = feature.string_constraints.as_ref();
        let is_known = domain.is_none_or(|domain| domain.domains.contains(value));
        refuse(!is_known, place, || {
            format!("observed value {value:?} is not in the domains")
        })?;
    }
    Ok(())
}

fn is_ascending(spread: &Spread) -> bool {
    let Spread {
        min,
        max,
        of,
        sampled,
        ref quantiles,
    } = *spread;
    let inside = quantiles
        .iter()
        .all(|q| min <= q.at_most && q.at_most <= max && q.count <= sampled);
    let ascending = quantiles
        .windows(2)
        .all(|pair| pair[0].at_most < pair[1].at_most && pair[0].count <= pair[1].count);
    min <= max && sampled <= of && inside && ascending
}

fn repetition(repeated: Repetition, place: &str) -> Result<(), Refused> {
    let share = repeated.sampled_share;
    refuse(share <= 0.0 || share > 1.0, place, || {
        format!("sampled_share {share} is not between 0 and 1")
    })?;
    refuse(repeated.values > repeated.of, place, || {
        format!(
            "{} repeated values in {} rows",
            repeated.values, repeated.of
        )
    })
}

fn share(value: Option<f64>, place: &str, name: &str) -> Result<(), Refused> {
    let outside = value.filter(|value| !(0.0..=1.0).contains(value));
    outside.map_or(Ok(()), |value| {
        refuse(true, place, || {
            format!("{name} {value} is not between 0 and 1")
        })
    })
}

fn refuse(is_wrong: bool, place: &str, reason: impl FnOnce() -> String) -> Result<(), Refused> {
    if !is_wrong {
        return Ok(());
    }
    Err(Refused::Contradiction {
        place: place.to_owned(),
        reason: reason(),
    })
}

#[cfg(test)]
mod tests;
