//! Constraints from a file's statistics.

use contracts::constraints::{
    Categorical, Constraints, FeatureConstraints, FeatureStatistics, InferredType, Kll, LAYOUT,
    MonitoringConfig, NumConstraints, Observed, Quantile, QuarantinedRows, Repeated, Repetition,
    Spread, Statistics, StringConstraints, Switch,
};

use crate::counts::{common, other_type, values};
use crate::profile::MOST_OF_DOMAIN;

/// Of sound files that are accused of anything.
pub const FALSE_ALARM_RATE: f64 = 0.05;

/// A tenth of the rows is more than a whim of the source.
const HOLD_FROM_DIFFERENCE: f64 = 0.1;

/// From here on the first faults are caught in 95 of 100 files (`peers/constraints/simulate`).
const HOLD_FROM_ROWS: u64 = 50;

/// Deequ's bound for a column that is all but unique (`UniqueIfApproximatelyUnique`): so many values may be repeated.
const UNIQUE: f64 = 0.08;

/// New values come as often as those that came once. Where that is a row in a hundred or more, there is no domain.
/// Deequ has the share of such values among the distinct ones, which a single rare value of a few breaks.
const MOST_SINGLES: f64 = 0.01;

/// A number with more values is a quantity, not a code.
const MOST_CODES: usize = 20;

const QUANTILES: [f64; 7] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

pub fn suggest(statistics: &Statistics) -> Constraints {
    let rows = statistics.dataset.item_count;
    Constraints {
        version: LAYOUT,
        features: statistics
            .features
            .iter()
            .map(|feature| of_feature(feature, rows))
            .collect(),
        monitoring_config: MonitoringConfig {
            evaluate_constraints: Switch::Enabled,
            datatype_check_threshold: 1.0,
            domain_content_threshold: 1.0,
            false_alarm_rate: FALSE_ALARM_RATE,
            hold_from_difference: HOLD_FROM_DIFFERENCE,
            hold_from_rows: HOLD_FROM_ROWS,
        },
        repeated_rows: repetition(statistics.dataset.repeated, rows),
        quarantined_rows: Some(QuarantinedRows {
            count: statistics.dataset.quarantined,
            of: rows + statistics.dataset.quarantined,
        }),
    }
}

fn of_feature(feature: &FeatureStatistics, rows: u64) -> FeatureConstraints {
    let common = common(feature);
    let numerical = feature.numerical_statistics.as_ref();
    let domain = values(feature).filter(|values| is_domain(feature, values));
    let repeated = repetition(feature.repeated, common.num_present);
    // Numbers that name rows grow from file to file.
    let is_name = repeated.is_some() && feature.inferred_type == InferredType::Integral;
    let is_quantity = domain.is_none() && !is_name;
    let numbers = numerical.filter(|_| is_quantity);
    let lengths = feature.string_statistics.as_ref();
    let lengths = lengths.filter(|_| is_quantity);
    let singles = |values: &Categorical| {
        let singles = values.buckets.iter().filter(|value| value.count == 1);
        singles.count() as u64
    };
    FeatureConstraints {
        name: feature.name.clone(),
        inferred_type: feature.inferred_type,
        completeness: Some(common.num_present as f64 / rows as f64),
        num_constraints: numerical.map(|numbers| NumConstraints {
            is_non_negative: numbers.negative == 0,
        }),
        string_constraints: domain.map(|values| StringConstraints {
            domains: values.buckets.iter().map(|v| v.value.clone()).collect(),
        }),
        observed: Some(Observed {
            rows,
            missing: common.num_missing,
            other_type: other_type(feature.types, feature.inferred_type),
            singles: domain.map(singles),
            values: domain.map(|values| values.buckets.clone()),
            numbers: numbers.and_then(|numbers| {
                let kll = numbers.distribution.kll.as_ref()?;
                Some(spread(numbers.min, numbers.max, number_count(feature), kll))
            }),
            lengths: lengths.map(|lengths| {
                let (min, max) = (lengths.min_length, lengths.max_length);
                spread(min, max, common.num_present, &lengths.lengths)
            }),
            repeated,
        }),
        tolerance: None,
        severity: None,
    }
}

fn number_count(feature: &FeatureStatistics) -> u64 {
    feature.types.integral + feature.types.fractional
}

fn is_domain(feature: &FeatureStatistics, values: &Categorical) -> bool {
    let are_counted = values.others == 0 && values.buckets.len() <= MOST_OF_DOMAIN;
    let values = &values.buckets;
    let singles = values.iter().filter(|value| value.count == 1).count();
    let present: u64 = values.iter().map(|value| value.count).sum();
    let is_few = feature.inferred_type == InferredType::String || values.len() <= MOST_CODES;
    are_counted && is_few && singles as f64 <= MOST_SINGLES * present as f64
}

/// Where repeated values are few.
fn repetition(repeated: Repeated, rows: u64) -> Option<Repetition> {
    let unlike = 1.0 - repeated.distinct as f64 / rows.max(1) as f64;
    (unlike.abs() <= UNIQUE).then_some(Repetition {
        values: repeated.values,
        sampled_share: repeated.sampled_share,
        of: rows,
    })
}

fn spread(min: f64, max: f64, of: u64, kll: &Kll) -> Spread {
    let sample: &[f64] = kll.sketch.data.first().map_or(&[], Vec::as_slice);
    let mut quantiles: Vec<Quantile> = Vec::new();
    for share in QUANTILES {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place in the sample"
        )]
        let place = (share * sample.len() as f64) as usize;
        let Some(&at_most) = sample.get(place).filter(|number| **number < max) else {
            continue;
        };
        let is_new = quantiles.last().is_none_or(|last| last.at_most < at_most);
        if is_new {
            let count = sample.partition_point(|number| *number <= at_most) as u64;
            quantiles.push(Quantile { at_most, count });
        }
    }
    Spread {
        min,
        max,
        of,
        quantiles,
        sampled: sample.len() as u64,
    }
}

#[cfg(test)]
mod tests;
