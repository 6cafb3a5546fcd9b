//! What statistics say of one feature, whatever its type.

use contracts::constraints::{Categorical, Common, FeatureStatistics, InferredType, Kll, Types};

use crate::bounds::Counted;

pub fn common(feature: &FeatureStatistics) -> Common {
    let numbers = feature.numerical_statistics.as_ref().map(|s| s.common);
    let texts = feature.string_statistics.as_ref().map(|s| s.common);
    numbers.or(texts).unwrap_or(Common {
        num_present: 0,
        num_missing: 0,
    })
}

pub fn values(feature: &FeatureStatistics) -> Option<&Categorical> {
    let numbers = feature.numerical_statistics.as_ref();
    let texts = feature.string_statistics.as_ref();
    let distribution = numbers.map(|s| &s.distribution);
    distribution
        .or(texts.map(|s| &s.distribution))?
        .categorical
        .as_ref()
}

pub fn rows_with(feature: &FeatureStatistics, value: &str) -> u64 {
    let buckets = values(feature).map_or(&[][..], |values| &values.buckets);
    let bucket = buckets.iter().find(|bucket| bucket.value == value);
    bucket.map_or(0, |bucket| bucket.count)
}

pub fn unseen(feature: &FeatureStatistics, domain: &[String]) -> u64 {
    let Some(values) = values(feature) else {
        return 0;
    };
    let new = values.buckets.iter();
    let new = new.filter(|bucket| !domain.contains(&bucket.value));
    new.map(|bucket| bucket.count).sum::<u64>() + values.others
}

/// How many values are not of the type. Numbers are no texts, and an integer is a fraction too.
pub fn other_type(types: Types, inferred: InferredType) -> u64 {
    match inferred {
        InferredType::Integral => types.fractional + types.string,
        InferredType::Fractional => types.string,
        InferredType::String => types.integral + types.fractional,
        InferredType::Unknown => 0,
    }
}

/// Of the sample.
pub fn at_most(kll: &Kll, bound: f64) -> Counted {
    let sample: &[f64] = kll.sketch.data.first().map_or(&[], Vec::as_slice);
    Counted {
        count: sample.partition_point(|number| *number <= bound) as u64,
        of: sample.len() as u64,
    }
}

pub fn below(kll: &Kll, bound: f64) -> Counted {
    let sample: &[f64] = kll.sketch.data.first().map_or(&[], Vec::as_slice);
    Counted {
        count: sample.partition_point(|number| *number < bound) as u64,
        of: sample.len() as u64,
    }
}
