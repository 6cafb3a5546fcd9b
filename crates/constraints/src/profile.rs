//! One pass over the rows, in memory that does not grow with them: about half a megabyte a column.

mod column;
mod distinct;
mod sample;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use contracts::constraints::{Dataset, LAYOUT, Statistics};
use contracts::dataset::Row;

use column::Column;
pub use column::MOST_OF_DOMAIN;
use distinct::Distinct;

/// JSON Lines may have any number of columns. Those that come first are profiled.
const MOST_COLUMNS: usize = 256;

#[derive(Default)]
pub struct Profiler {
    rows: u64,
    quarantined: u64,
    whole: Distinct,
    columns: BTreeMap<String, Column>,
    left_out: Distinct,
}

impl Profiler {
    pub fn new() -> Self {
        Self::default()
    }

    /// A row's columns in one order for all rows, each at most once. What is absent or empty is missing.
    pub fn add<'r>(&mut self, values: impl IntoIterator<Item = (&'r str, &'r str)>) {
        self.rows += 1;
        let mut whole = DefaultHasher::new();
        for (name, value) in values {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            (name, value).hash(&mut whole);
            if let Some(column) = self.columns.get_mut(name) {
                column.add(value);
            } else if self.columns.len() < MOST_COLUMNS {
                let column = self.columns.entry(name.to_owned()).or_default();
                column.add(value);
            } else {
                self.left_out.add(&name);
            }
        }
        self.whole.add_hash(whole.finish());
    }

    /// A row of the file that is not added, because it is no review.
    pub fn quarantine(&mut self) {
        self.quarantined += 1;
    }

    pub fn finish(self) -> Statistics {
        let features = self.columns.into_iter();
        let left_out = self.left_out.repeated();
        Statistics {
            version: LAYOUT,
            dataset: Dataset {
                item_count: self.rows,
                quarantined: self.quarantined,
                repeated: self.whole.repeated(),
                features_left_out: left_out.distinct,
            },
            features: features
                .map(|(name, column)| column.finish(name, self.rows))
                .collect(),
        }
    }
}

/// A part's row as columns: its own fields under their own names, then the context and the upload's other columns. Where
/// one of these has the name of a field, the field stands for it.
pub fn values(row: &Row) -> impl Iterator<Item = (&str, &str)> {
    let fields = [
        ("text", row.text.as_str()),
        ("label", row.label.as_str()),
        ("category", row.category.as_deref().unwrap_or_default()),
    ];
    let others = row.context.iter().chain(
        row.columns
            .iter()
            .filter(|(name, _)| !row.context.contains_key(*name)),
    );
    let others = others.map(|(name, value)| (name.as_str(), value.as_str()));
    let others = others.filter(move |(name, _)| fields.iter().all(|(field, _)| field != name));
    fields.into_iter().chain(others)
}

#[cfg(test)]
mod tests;
