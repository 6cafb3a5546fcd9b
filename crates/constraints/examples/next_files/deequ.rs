//! Deequ's rules on the same statistics: its default set (`CompleteIfComplete`, `RetainCompleteness`,
//! `CategoricalRange`, `FractionalCategoricalRange`, `RetainType`, `NonNegativeNumbers`) and, of its extended set,
//! `UniqueIfApproximatelyUnique`, the least and the greatest number and the lengths. Its bounds of means are left out.

use std::collections::BTreeSet;

use contracts::constraints::{Common, FeatureStatistics, InferredType, Statistics, ValueCount};

/// Of the standard normal distribution: Wald's two-sided 95 % interval.
const Z: f64 = 1.96;

#[derive(Default)]
pub struct Broken {
    /// Column by column, as all that follow.
    pub default: BTreeSet<String>,
    pub completeness: BTreeSet<String>,
    pub extended: BTreeSet<String>,
}

pub fn broken(baseline: &Statistics, next: &Statistics) -> Broken {
    let mut broken = Broken::default();
    for before in &baseline.features {
        let now = next.features.iter().find(|now| now.name == before.name);
        let name = || before.name.clone();
        if !is_complete_enough(before, now) {
            broken.completeness.insert(name());
            broken.default.insert(name());
        }
        let Some(now) = now else { continue };
        if !(has_its_values(before, now) && has_its_type(before, now) && has_its_sign(before, now))
        {
            broken.default.insert(name());
        }
        if !(is_as_unique(before, now) && is_in_range(before, now)) {
            broken.extended.insert(name());
        }
    }
    broken.extended.extend(broken.default.iter().cloned());
    broken
}

fn common(feature: &FeatureStatistics) -> Common {
    let numbers = feature.numerical_statistics.as_ref().map(|s| s.common);
    let texts = feature.string_statistics.as_ref().map(|s| s.common);
    numbers.or(texts).expect("one of them")
}

fn completeness(feature: &FeatureStatistics) -> f64 {
    let Common {
        num_present,
        num_missing,
    } = common(feature);
    num_present as f64 / (num_present + num_missing) as f64
}

/// Wald's lower bound, cut to two digits as Deequ's rule writes it.
fn lower(share: f64, of: u64) -> f64 {
    let bound = share - Z * (share * (1.0 - share) / of as f64).sqrt();
    (bound * 100.0).floor() / 100.0
}

fn is_complete_enough(before: &FeatureStatistics, now: Option<&FeatureStatistics>) -> bool {
    let (was, is) = (completeness(before), now.map_or(0.0, completeness));
    let Common {
        num_present,
        num_missing,
    } = common(before);
    if num_missing == 0 {
        return is >= 1.0;
    }
    was <= 0.2 || is >= lower(was, num_present + num_missing)
}

fn buckets(feature: &FeatureStatistics) -> &[ValueCount] {
    let texts = feature.string_statistics.as_ref();
    let categorical = texts.and_then(|s| s.distribution.categorical.as_ref());
    categorical.map_or(&[], |values| &values.buckets)
}

fn has_its_values(before: &FeatureStatistics, now: &FeatureStatistics) -> bool {
    let mut known: Vec<&ValueCount> = buckets(before).iter().collect();
    let present = common(before).num_present;
    let counted: u64 = known.iter().map(|value| value.count).sum();
    // A histogram is made of columns with few values.
    if known.is_empty() || counted < present {
        return true;
    }
    let singles = known.iter().filter(|value| value.count == 1).count();
    let singles = singles as f64 / known.len() as f64;
    let covered = |known: &[&ValueCount]| {
        let now = buckets(now).iter();
        let now = now.filter(|now| known.iter().any(|known| known.value == now.value));
        now.map(|value| value.count).sum::<u64>() as f64
    };
    let of = common(now).num_present as f64;
    if singles <= 0.1 {
        return covered(&known) >= of;
    }
    if singles > 0.4 {
        return true;
    }
    known.sort_by_key(|value| std::cmp::Reverse(value.count));
    let mut top = 0;
    let mut so_many = 0;
    while (so_many as f64) < 0.9 * present as f64 {
        so_many += known[top].count;
        top += 1;
    }
    covered(&known[..top]) / of >= lower(so_many as f64 / present as f64, present)
}

/// All values are of the type; texts may be anything.
fn has_its_type(before: &FeatureStatistics, now: &FeatureStatistics) -> bool {
    let types = now.types;
    match (
        before.inferred_type,
        before.types.string,
        before.types.fractional,
    ) {
        (InferredType::String, ..) | (_, 1.., _) => true,
        (_, 0, 0) => types.string == 0 && types.fractional == 0,
        (_, 0, _) => types.string == 0,
    }
}

fn has_its_sign(before: &FeatureStatistics, now: &FeatureStatistics) -> bool {
    let negative = |feature: &FeatureStatistics| {
        let numbers = feature.numerical_statistics.as_ref();
        numbers.is_some_and(|numbers| numbers.negative > 0)
    };
    before.numerical_statistics.is_none() || negative(before) || !negative(now)
}

fn is_as_unique(before: &FeatureStatistics, now: &FeatureStatistics) -> bool {
    let Common {
        num_present,
        num_missing,
    } = common(before);
    let distinct = before.repeated.distinct as f64 / num_present as f64;
    num_missing > 0 || (1.0 - distinct).abs() > 0.08 || now.repeated.values == 0
}

fn is_in_range(before: &FeatureStatistics, now: &FeatureStatistics) -> bool {
    let range = |feature: &FeatureStatistics| {
        let numbers = feature.numerical_statistics.as_ref();
        let texts = feature.string_statistics.as_ref();
        let numbers = numbers.map(|s| (s.min, s.max));
        numbers
            .or(texts.map(|s| (s.min_length, s.max_length)))
            .expect("one of them")
    };
    let (before, now) = (range(before), range(now));
    before.0 <= now.0 && now.1 <= before.1
}
