//! What a row's columns become: fitted on the train rows, and kept as `features.json`.

use std::collections::{BTreeMap, BTreeSet};

use contracts::automl::{Column, ColumnKind};
use policy::text::joined;
use serde::{Deserialize, Serialize};

use crate::kinds::{FEW_ROWS, key};
use crate::numbers::{bin, limits, number};
use crate::words::Words;

/// The file by which a folder is known to hold features.
pub const FILE: &str = "features.json";

/// A text must hold something, and a row may not.
const NOTHING: &str = "emptyrow";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Features {
    pub target: String,
    /// In the order of a model's outputs.
    pub labels: Vec<String>,
    /// In the order in which a row has their values; the target is none of them.
    pub columns: Vec<FeatureColumn>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeatureColumn {
    pub name: String,
    #[serde(flatten)]
    pub made: Made,
}

/// What is made of a column's values. A missing value has a word where the train rows have enough of them to learn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Made {
    Text {
        missing: Option<String>,
    },
    Category {
        words: BTreeMap<String, String>,
        /// The word of rare values, and of those that no train row has.
        other: String,
        missing: Option<String>,
    },
    /// A word for each bin. What is no number is missing.
    Number {
        limits: Vec<f64>,
        words: Vec<String>,
        missing: Option<String>,
    },
    Dropped,
}

impl Made {
    pub fn kind(&self) -> ColumnKind {
        match self {
            Made::Text { .. } => ColumnKind::Text,
            Made::Category { .. } => ColumnKind::Category,
            Made::Number { .. } => ColumnKind::Number,
            Made::Dropped => ColumnKind::Dropped,
        }
    }
}

impl Features {
    /// `rows` are the train rows, with the values of these columns in their order.
    pub fn fit(
        columns: &[Column],
        target: &str,
        labels: Vec<String>,
        rows: &[Vec<String>],
    ) -> Features {
        let mut words = Words::default();
        let made = columns.iter().enumerate().map(|(place, column)| {
            let values: Vec<&str> = rows.iter().map(|row| row[place].as_str()).collect();
            FeatureColumn {
                name: column.name.clone(),
                made: made(column, &values, &mut words),
            }
        });
        Features {
            target: target.to_owned(),
            labels,
            columns: made.collect(),
        }
    }

    /// The text that a model reads of a row: never empty.
    pub fn text<T: AsRef<str>>(&self, row: &[T]) -> String {
        let mut texts: Vec<&str> = Vec::new();
        let mut words: Vec<&str> = Vec::new();
        for (column, value) in self.columns.iter().zip(row) {
            let value = value.as_ref().trim();
            match &column.made {
                Made::Text { .. } if !value.is_empty() => texts.push(value),
                made => words.extend(made.word(value)),
            }
        }
        let review = texts.pop().unwrap_or_default();
        let text = joined(texts.into_iter(), review);
        let text = Some(text.as_str()).filter(|text| !text.is_empty());
        let parts: Vec<&str> = text.into_iter().chain(words).collect();
        if parts.is_empty() {
            return NOTHING.to_owned();
        }
        parts.join(" ")
    }
}

impl Made {
    /// The word of a value that is no text.
    pub fn word(&self, value: &str) -> Option<&str> {
        match self {
            Made::Dropped => None,
            Made::Text { missing } => missing.as_deref(),
            Made::Category { missing, .. } if value.is_empty() => missing.as_deref(),
            Made::Category { words, other, .. } => {
                Some(words.get(key(value).as_ref()).unwrap_or(other))
            }
            Made::Number {
                limits,
                words,
                missing,
            } => match number(value) {
                Some(number) => words.get(bin(limits, number)).map(String::as_str),
                None => missing.as_deref(),
            },
        }
    }
}

pub fn made(column: &Column, values: &[&str], words: &mut Words) -> Made {
    let name = column.name.as_str();
    let is_absent = |value: &&&str| match column.kind {
        ColumnKind::Number => number(value).is_none(),
        _ => value.is_empty(),
    };
    let absent = values.iter().filter(is_absent).count() as u64;
    let tells = absent >= FEW_ROWS && values.len() as u64 - absent >= FEW_ROWS;
    let missing = |words: &mut Words| tells.then(|| words.add(name, "missing"));
    let present = || values.iter().filter(|value| !value.is_empty());
    match column.kind {
        ColumnKind::Dropped => Made::Dropped,
        ColumnKind::Text => Made::Text {
            missing: missing(words),
        },
        ColumnKind::Category => {
            let mut counts: BTreeMap<_, u64> = BTreeMap::new();
            for value in present() {
                *counts.entry(key(value)).or_default() += 1;
            }
            let kept: BTreeSet<_> = counts
                .into_iter()
                .filter(|(_, count)| *count >= FEW_ROWS)
                .map(|(value, _)| value.into_owned())
                .collect();
            Made::Category {
                words: kept
                    .into_iter()
                    .map(|value| (value.clone(), words.add(name, &value)))
                    .collect(),
                other: words.add(name, "other"),
                missing: missing(words),
            }
        }
        ColumnKind::Number => {
            let limits = limits(present().filter_map(|value| number(value)).collect());
            Made::Number {
                words: (1..=limits.len() + 1)
                    .map(|bin| words.add(name, &format!("q{bin}")))
                    .collect(),
                limits,
                missing: missing(words),
            }
        }
    }
}
