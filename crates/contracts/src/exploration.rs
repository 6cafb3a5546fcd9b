//! What a data scientist wants to know of one dataset version, consolidated: counts that pictures are drawn from.
//!
//! The file is small whatever the dataset's size: every list has a bound, and says how many it left out. `by_label`
//! counts rows in the order of [`Exploration::labels`].

use serde::{Deserialize, Serialize};

use crate::dataset::{Check, Origin, QuarantinedRow, SplitPart};

/// `exploration.json` of a dataset version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exploration {
    pub dataset: String,
    pub number: u32,
    /// The version's content name.
    pub id: String,
    /// The ids of the version's parts, by which a later version knows whether it only adds rows.
    pub parts: Listed<String>,
    pub text_column: String,
    pub label_column: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category_column: Option<String>,
    /// In the order of the model's outputs.
    pub labels: Vec<String>,
    pub by_label: Vec<u64>,
    /// Rows whose label is none of [`Self::labels`]; they are in no other figure.
    pub other_labels: u64,
    /// Rows whose label a person gave.
    pub human: u64,
    /// Rows outside the gate's slice.
    pub uncertain: u64,
    pub origins: Vec<OriginRows>,
    /// Rows by category, the most frequent first; rows without one are in none.
    pub categories: Groups,
    pub words: Lengths,
    pub columns: Listed<Column>,
    /// By label: the words that its rows have and others do not, the surest first.
    pub telling: Vec<Vec<Telling>>,
    /// By how many rows a word's counts may be too low; 0 unless the texts have very many different words.
    pub forgotten: u64,
    pub near_duplicates: NearDuplicates,
    pub quarantine: Quarantine,
    /// The version's upload beside the constraints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
}

impl Exploration {
    pub fn rows(&self) -> u64 {
        self.by_label.iter().sum()
    }
}

/// The first of a list, and how many there are besides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed<T> {
    pub first: Vec<T>,
    pub more: u64,
}

impl<T> Listed<T> {
    pub fn of(mut all: Vec<T>, most: usize) -> Self {
        let more = all.len().saturating_sub(most) as u64;
        all.truncate(most);
        Self { first: all, more }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginRows {
    pub origin: Origin,
    pub rows: u64,
}

/// The rows that share a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    pub by_label: Vec<u64>,
}

impl Group {
    pub fn rows(&self) -> u64 {
        self.by_label.iter().sum()
    }
}

/// The most frequent values, and the rows of all the others together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Groups {
    pub first: Vec<Group>,
    pub more: u64,
    /// Of the values left out.
    pub others: Vec<u64>,
}

impl Groups {
    pub fn rows(&self) -> u64 {
        let listed: u64 = self.first.iter().map(Group::rows).sum();
        listed + self.others.iter().sum::<u64>()
    }
}

/// Count, mean and standard deviation (of a sample) of numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    pub count: u64,
    pub mean: f64,
    pub deviation: f64,
}

/// Words per text, split at white space.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Lengths {
    pub all: Moments,
    pub maximum: u64,
    /// The bins' width in words; the first begins at 0.
    pub width: u64,
    /// The last one has all longer texts too.
    pub bins: Vec<Vec<u64>>,
    pub classes: Vec<Spread>,
}

/// Quantiles of one class's rows; all 0 where it has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub mean: f64,
    pub p5: f64,
    pub p25: f64,
    pub p50: f64,
    pub p75: f64,
    pub p95: f64,
}

/// One column of the uploaded tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub role: Role,
    /// Rows without a value, by label.
    pub missing: Vec<u64>,
    pub distinct: Distinct,
    #[serde(flatten)]
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Stands in front of the text.
    Context,
    /// What labels are mapped from.
    Label,
    Category,
    Other,
}

/// Different values; `at_least` where counting ended at a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distinct {
    pub values: u64,
    pub at_least: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    Number {
        /// Values that are no numbers; they are in no other figure.
        not_numbers: u64,
        minimum: f64,
        maximum: f64,
        moments: Moments,
        /// Of about equally many rows; one for each value where there are few.
        bands: Vec<Band>,
    },
    /// Few different values.
    Category {
        values: Groups,
    },
    /// Numbers that are names: the column is called so.
    Identifier,
    Text,
}

/// Rows with a number from `low` to `high`, both included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Band {
    pub low: f64,
    pub high: f64,
    pub by_label: Vec<u64>,
}

/// How much more often a class's rows have a word than the rows of all other classes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Telling {
    pub word: String,
    /// Rows with the word.
    pub by_label: Vec<u64>,
    /// The logarithm of the ratio of odds, and its 95 % interval.
    pub log_odds: f64,
    pub low: f64,
    pub high: f64,
}

/// Texts that differ in a few words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NearDuplicates {
    /// The least Jaccard similarity of two texts' sets of three words in a row.
    pub similarity: f64,
    /// The least share of such pairs that the search finds among the rows it looked at.
    pub recall: f64,
    /// Rows looked at: all, or a sample.
    pub examined: u64,
    pub rows: u64,
    pub groups: u64,
    /// Groups whose rows do not all have the same label.
    pub mixed_labels: u64,
    /// Groups with rows both in the test part and outside it.
    pub across_test: u64,
    pub examples: Listed<NearPair>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NearPair {
    pub similarity: f64,
    /// Rows of their group.
    pub rows: u64,
    pub pair: [NearText; 2],
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearText {
    pub row_hash: String,
    /// The text's start.
    pub start: String,
    pub label: String,
    pub part: SplitPart,
}

/// What could not become rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantine {
    pub rows: u64,
    /// Those of `rows` that their files name one by one.
    pub named: u64,
    /// The most frequent first.
    pub reasons: Listed<QuarantineReason>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantineReason {
    pub column: String,
    pub reason: String,
    pub rows: u64,
    /// The first of them.
    pub first: Vec<QuarantinedRow>,
}
