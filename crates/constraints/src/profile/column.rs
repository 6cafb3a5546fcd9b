//! A column's values: what type they look like, which they are, where their numbers and lengths lie.

use std::collections::BTreeMap;

use contracts::constraints::{
    Categorical, Common, Distribution, FeatureStatistics, InferredType, NumericalStatistics,
    StringStatistics, Types, ValueCount,
};

use super::distinct::Distinct;
use super::sample::Sample;

/// A column with more values has no domain.
pub const MOST_OF_DOMAIN: usize = 100;
/// Known values are not crowded out by a few new ones.
const MOST_VALUES: usize = 2 * MOST_OF_DOMAIN;
const LONGEST_VALUE: usize = 100;

/// What a column's type is when most of its values are of it; the others count as being of another type.
const MOST_OF: f64 = 0.9;

pub struct Column {
    types: Types,
    negative: u64,
    sum: f64,
    /// Welford's, of which the second is the sum of squares about the first.
    mean: f64,
    squares: f64,
    numbers: Sample,
    lengths: Sample,
    values: BTreeMap<String, u64>,
    /// Rows whose value is not among them.
    others: u64,
    distinct: Distinct,
}

impl Default for Column {
    fn default() -> Self {
        Self {
            types: Types::default(),
            negative: 0,
            sum: 0.0,
            mean: 0.0,
            squares: 0.0,
            numbers: Sample::default(),
            lengths: Sample::default(),
            values: BTreeMap::new(),
            others: 0,
            distinct: Distinct::default(),
        }
    }
}

impl Column {
    /// A value without blanks around it, which is not empty.
    pub fn add(&mut self, value: &str) {
        self.lengths.add(value.chars().count() as f64);
        if let Some(number) = number(value) {
            if value.parse::<i64>().is_ok() {
                self.types.integral += 1;
            } else {
                self.types.fractional += 1;
            }
            self.add_number(number);
            self.distinct.add(&value);
        } else {
            self.types.string += 1;
            self.distinct.add(&folded(value));
        }
        self.count(value);
    }

    fn add_number(&mut self, number: f64) {
        self.numbers.add(number);
        self.negative += u64::from(number < 0.0);
        self.sum += number;
        let from_mean = number - self.mean;
        self.mean += from_mean / self.numbers.count as f64;
        self.squares += from_mean * (number - self.mean);
    }

    fn count(&mut self, value: &str) {
        if let Some(count) = self.values.get_mut(value) {
            *count += 1;
        } else if self.values.len() < MOST_VALUES && value.len() <= LONGEST_VALUE {
            self.values.insert(value.to_owned(), 1);
        } else {
            self.others += 1;
        }
    }

    /// Of one value at least, among so many rows.
    pub fn finish(self, name: String, rows: u64) -> FeatureStatistics {
        let inferred_type = inferred(self.types);
        let repeated = self.distinct.repeated();
        let common = Common {
            num_present: self.lengths.count,
            num_missing: rows - self.lengths.count,
        };
        let distinct_count = if self.others == 0 {
            self.values.len() as u64
        } else {
            repeated.distinct
        };
        let categorical = categorical(self.values, self.others, common.num_present);
        let is_number = inferred_type != InferredType::String;
        let distribution = |kll| Distribution {
            kll,
            categorical: Some(categorical),
        };
        let (numerical_statistics, string_statistics) = if is_number {
            let statistics = NumericalStatistics {
                common,
                mean: self.mean,
                sum: self.sum,
                std_dev: (self.squares / self.numbers.count as f64).sqrt(),
                min: self.numbers.min,
                max: self.numbers.max,
                negative: self.negative,
                distribution: distribution(Some(self.numbers.finish())),
            };
            (Some(statistics), None)
        } else {
            let statistics = StringStatistics {
                common,
                distinct_count,
                distribution: distribution(None),
                min_length: self.lengths.min,
                max_length: self.lengths.max,
                lengths: self.lengths.finish(),
            };
            (None, Some(statistics))
        };
        FeatureStatistics {
            name,
            inferred_type,
            numerical_statistics,
            string_statistics,
            types: self.types,
            repeated,
        }
    }
}

fn categorical(values: BTreeMap<String, u64>, others: u64, present: u64) -> Categorical {
    if others > present / 2 {
        return Categorical {
            buckets: Vec::new(),
            others: present,
        };
    }
    let counted = |(value, count)| ValueCount { value, count };
    Categorical {
        buckets: values.into_iter().map(counted).collect(),
        others,
    }
}

fn inferred(types: Types) -> InferredType {
    let all = (types.integral + types.fractional + types.string) as f64;
    let is_most = |count: u64| count as f64 >= MOST_OF * all;
    if is_most(types.integral) {
        InferredType::Integral
    } else if is_most(types.integral + types.fractional) {
        InferredType::Fractional
    } else {
        InferredType::String
    }
}

/// Rust reads words for infinity and for no number too: they are words here. No column's sum of squares leaves the
/// range of numbers by numbers of this size.
fn number(value: &str) -> Option<f64> {
    let number: f64 = value.parse().ok()?;
    (number.abs() <= 1e100).then_some(number)
}

/// Texts that differ by case, blanks and punctuation alone are the same text twice.
fn folded(value: &str) -> String {
    let letters = value.chars().filter(|c| c.is_alphanumeric());
    let folded: String = letters.flat_map(char::to_lowercase).collect();
    if folded.is_empty() {
        return value.to_owned();
    }
    folded
}
