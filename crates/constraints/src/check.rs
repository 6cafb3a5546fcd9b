//! The next file's statistics beside the constraints.

mod fixed;
mod found;
mod predicted;

use std::collections::BTreeMap;

use contracts::constraints::{
    CheckType, Constraints, Dataset, FeatureConstraints, FeatureStatistics, MonitoringConfig,
    QuarantinedRows, Repetition, Severity, Statistics, Switch, Violation,
};

use crate::bounds::{Counted, Exposure, as_many, as_many_repeats, most, most_repeats};
use crate::counts::common;
use found::{File, Found};
use predicted::Share;

/// What is wrong with the file, one violation per feature and kind of check: the one that is farthest off.
pub fn check(constraints: &Constraints, statistics: &Statistics) -> Vec<Violation> {
    let config = &constraints.monitoring_config;
    if config.evaluate_constraints == Switch::Disabled {
        return Vec::new();
    }
    let shares: Vec<Vec<Share<'_>>> = constraints.features.iter().map(predicted::shares).collect();
    let alpha = config.false_alarm_rate / tests(constraints, &shares) as f64;
    let current: BTreeMap<&str, &FeatureStatistics> = statistics
        .features
        .iter()
        .map(|feature| (feature.name.as_str(), feature))
        .collect();
    let severity = |found: &Found| severity(found, config, &statistics.dataset);
    let mut violations = Vec::new();
    for (feature, shares) in constraints.features.iter().zip(&shares) {
        let file = File {
            rows: statistics.dataset.item_count,
            feature: current.get(feature.name.as_str()).copied(),
        };
        let predicted = shares.iter().filter_map(|share| share.found(&file, alpha));
        let fixed = fixed::found(feature, config, &file).into_iter();
        let repeated = repeated(feature, &file, alpha);
        let found = predicted.chain(fixed).chain(repeated);
        let found = found.filter(|found| found.difference > feature.tolerance.unwrap_or(0.0));
        for found in farthest(found) {
            let by_size = severity(&found);
            violations.push(Violation {
                feature_name: feature.name.clone(),
                constraint_check_type: found.check,
                severity: feature.severity.unwrap_or(by_size),
                description: found.description,
            });
        }
    }
    let whole = extra_columns(constraints, statistics, alpha)
        .into_iter()
        .chain(repeated_rows(constraints, statistics, alpha))
        .chain(quarantined_rows(constraints, statistics, alpha));
    violations.extend(whole.map(|(name, found)| Violation {
        feature_name: name,
        constraint_check_type: found.check,
        severity: severity(&found),
        description: found.description,
    }));
    violations
}

/// All that may fail by chance, and one for columns that are not known.
fn tests(constraints: &Constraints, shares: &[Vec<Share<'_>>]) -> u64 {
    let sides: u64 = shares.iter().flatten().map(Share::tests).sum();
    let observed = constraints.features.iter();
    let observed = observed.filter_map(|feature| feature.observed.as_ref()?.repeated);
    let of_rows = [
        constraints.repeated_rows.is_some(),
        constraints.quarantined_rows.is_some(),
    ];
    sides + observed.count() as u64 + of_rows.map(u64::from).iter().sum::<u64>() + 1
}

fn severity(found: &Found, config: &MonitoringConfig, file: &Dataset) -> Severity {
    let is_large = file.item_count + file.quarantined >= config.hold_from_rows;
    if is_large && found.difference >= config.hold_from_difference {
        Severity::Hold
    } else {
        Severity::Warn
    }
}

fn farthest(found: impl Iterator<Item = Found>) -> Vec<Found> {
    let mut farthest: Vec<Found> = Vec::new();
    for found in found {
        match farthest.iter_mut().find(|other| other.check == found.check) {
            None => farthest.push(found),
            Some(other) if other.difference < found.difference => *other = found,
            Some(_) => {}
        }
    }
    farthest
}

fn repeated(feature: &FeatureConstraints, file: &File<'_>, alpha: f64) -> Option<Found> {
    let before = feature.observed.as_ref()?.repeated?;
    let current = file.feature?;
    let exposure = Exposure {
        rows: common(current).num_present,
        sampled_share: current.repeated.sampled_share,
    };
    too_many_repeats(before, current.repeated.values, exposure, alpha)
}

fn repeated_rows(
    constraints: &Constraints,
    statistics: &Statistics,
    alpha: f64,
) -> Option<(String, Found)> {
    let dataset = &statistics.dataset;
    let exposure = Exposure {
        rows: dataset.item_count,
        sampled_share: dataset.repeated.sampled_share,
    };
    let before = constraints.repeated_rows?;
    let found = too_many_repeats(before, dataset.repeated.values, exposure, alpha)?;
    Some((String::new(), found))
}

fn quarantined_rows(
    constraints: &Constraints,
    statistics: &Statistics,
    alpha: f64,
) -> Option<(String, Found)> {
    let QuarantinedRows { count, of } = constraints.quarantined_rows?;
    let before = Counted { count, of };
    let count = statistics.dataset.quarantined;
    let now = Counted {
        count,
        of: statistics.dataset.item_count + count,
    };
    if as_many(before, now) >= alpha {
        return None;
    }
    let found = Found {
        check: CheckType::QuarantineCheck,
        description: format!(
            "{} of {} rows are in quarantine; at most {} were to be expected after {} of {}",
            now.count,
            now.of,
            most(before, now.of, alpha),
            before.count,
            before.of
        ),
        difference: now.share() - before.share(),
    };
    Some((String::new(), found))
}

fn too_many_repeats(before: Repetition, values: u64, now: Exposure, alpha: f64) -> Option<Found> {
    let exposure = Exposure {
        rows: before.of,
        sampled_share: before.sampled_share,
    };
    if as_many_repeats(before.values, exposure, values, now) >= alpha {
        return None;
    }
    let most = most_repeats(before.values, exposure, now, alpha);
    let looked_at = |rows: u64, share: f64| rows as f64 * share;
    let (rows, was) = (now.rows, before.of);
    let part = if now.sampled_share < 1.0 {
        format!(", of which a share of {} was looked at", now.sampled_share)
    } else {
        String::new()
    };
    Some(Found {
        check: CheckType::UniquenessCheck,
        description: format!(
            "{values} values came more than once in {rows} rows{part}; at most {most} were to be expected after {} in {was}",
            before.values
        ),
        difference: values as f64 / looked_at(rows, now.sampled_share)
            - before.values as f64 / looked_at(was, before.sampled_share).max(1.0),
    })
}

fn extra_columns(
    constraints: &Constraints,
    statistics: &Statistics,
    alpha: f64,
) -> Vec<(String, Found)> {
    let observed = constraints.features.iter();
    let observed = observed.filter_map(|feature| feature.observed.as_ref());
    let rows = observed.map(|observed| observed.rows).max().unwrap_or(0);
    let rows_now = statistics.dataset.item_count;
    let known = |name: &str| constraints.features.iter().any(|known| known.name == name);
    let extra = statistics.features.iter().filter(|f| !known(&f.name));
    extra
        .filter_map(|feature| {
            let of = |count, of| Counted { count, of };
            let next = of(common(feature).num_present, rows_now);
            // Among so many rows without it, a column that is seldom filled may have been overlooked.
            let is_surprise = rows == 0 || as_many(of(0, rows), next) < alpha;
            let found = Found {
                check: CheckType::ExtraColumnCheck,
                description: format!(
                    "has a value in {} of {rows_now} rows, and is not in the constraints",
                    next.count
                ),
                // Nothing reads it.
                difference: 0.0,
            };
            is_surprise.then(|| (feature.name.clone(), found))
        })
        .collect()
}

#[cfg(test)]
mod tests;
