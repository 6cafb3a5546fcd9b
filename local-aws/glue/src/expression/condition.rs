//! A condition on the values of a partition, and whether it holds.

use std::cmp::Ordering;

/// A condition on the values of a partition.
#[derive(Debug)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Key, Operator, String),
    Like(Key, regex::Regex),
    IsNull(Key),
}

#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its place among the values.
    pub place: usize,
    /// Its values compare as numbers.
    pub is_number: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The value by which Hive writes a null.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

impl Condition {
    pub fn holds(&self, values: &[String]) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(values)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(values)),
            Self::Not(part) => !part.holds(values),
            Self::Compare(key, operator, literal) => {
                let value = key.of(values);
                value != NULL && operator.holds(key.compare(value, literal))
            }
            Self::Like(key, pattern) => pattern.is_match(key.of(values)),
            Self::IsNull(key) => key.of(values) == NULL,
        }
    }
}

impl Key {
    fn of(self, values: &[String]) -> &str {
        values.get(self.place).map_or(NULL, String::as_str)
    }

    /// Dates and moments are written so that their text sorts as they do.
    fn compare(self, value: &str, literal: &str) -> Option<Ordering> {
        if self.is_number {
            let numbers = (value.parse::<f64>().ok()?, literal.parse::<f64>().ok()?);
            return numbers.0.partial_cmp(&numbers.1);
        }
        Some(value.cmp(literal))
    }
}

impl Operator {
    fn holds(self, order: Option<Ordering>) -> bool {
        let Some(order) = order else { return false };
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}
