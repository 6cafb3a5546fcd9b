//! How a demo reads its table: which columns, and which label stands for which value.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail, ensure};
use contracts::dataset::Mapping;
use policy::labels;
use policy::text::TextColumns;

use crate::arguments::Columns;
use crate::table::{Row, Table};

/// A model needs many rows of each label, and a reviewer must find theirs.
const MOST_LABELS: usize = 20;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    pub mapping: Mapping,
    /// In the order of the model's outputs.
    pub labels: Vec<String>,
}

/// How the public clothing reviews become rows; the template's defaults say the same, and the
/// demo compares this with the mapping that register-dataset wrote.
pub fn clothing_reviews() -> Recipe {
    let labels = [("1", "-1"), ("2", "-1"), ("3", "0"), ("4", "1"), ("5", "1")];
    let own = |text: &str| text.to_owned();
    Recipe {
        mapping: Mapping {
            text_column: own("Review Text"),
            context_columns: Vec::new(),
            label_column: own("Rating"),
            category_column: Some(own("Class Name")),
            labels: labels.map(|(from, to)| (own(from), own(to))).into(),
        },
        labels: ["-1", "0", "1"].map(own).to_vec(),
    }
}

/// A column that says much of a review in few words. The clothing reviews have it, and not every file like theirs.
const TITLE: &str = "Title";

/// From the command line, from the file where it says nothing, and else the clothing reviews'.
pub fn of(columns: &Columns, table: &Table, answers: Option<&Table>) -> anyhow::Result<Recipe> {
    let known = clothing_reviews();
    let text_columns = match &columns.text {
        Some(names) => TextColumns::new(names.0.clone()).map_err(anyhow::Error::msg)?,
        None => TextColumns::of(&known.mapping),
    };
    let label_column = columns.label.clone().unwrap_or(known.mapping.label_column);
    let needed = text_columns.names().chain([label_column.as_str()]);
    let needed = needed.chain(columns.category.as_deref());
    let rows = table.rows(&tables::Columns {
        needed: needed.map(str::to_owned).collect(),
        optional: known.mapping.category_column.iter().cloned().collect(),
    });
    let rows = rows.context(match columns.category {
        Some(_) => "name its columns with --text-column, --label-column and --category-column",
        None => "name its columns with --text-column and --label-column",
    })?;
    let category_column = columns.category.clone().or_else(|| {
        let known = known.mapping.category_column;
        known.filter(|name| rows.iter().any(|row| row.get(name).is_some()))
    });
    let has_title = rows.iter().any(has_title) && answers.is_none_or(has_title_column);
    let text_columns = if columns.text.is_none() && has_title {
        let names = [TITLE, text_columns.review()].map(str::to_owned);
        TextColumns::new(names.to_vec()).map_err(anyhow::Error::msg)?
    } else {
        text_columns
    };
    let found = values(&rows, &label_column);
    let (pairs, mut order) = (columns.pairs(), columns.order());
    let labels = if !pairs.is_empty() {
        mapping(pairs)?
    } else if columns.label.is_none() && order.is_empty() {
        known.mapping.labels
    } else {
        own_labels(&found, &order, &label_column)?
    };
    if order.is_empty() {
        order = in_order(labels.values());
    }
    check(&labels, &order)?;
    ensure!(
        found
            .keys()
            .any(|value| labels::mapped(&labels, value).is_some()),
        "no row of the column {label_column:?} has a value that is mapped to a label; it has {}",
        some(found.keys().map(String::as_str))
    );
    Ok(Recipe {
        mapping: Mapping {
            text_column: text_columns.review().to_owned(),
            context_columns: text_columns.context().to_vec(),
            label_column,
            category_column,
            labels,
        },
        labels: order,
    })
}

/// A file of answers without it would be refused.
fn has_title_column(answers: &Table) -> bool {
    let columns = tables::Columns {
        needed: vec![TITLE.to_owned()],
        optional: Vec::new(),
    };
    answers.rows(&columns).is_ok()
}

fn has_title(row: &Row) -> bool {
    row.get(TITLE).is_some_and(|title| !title.is_empty())
}

/// Values of a column with their rows, each in its one spelling; empty ones left out.
fn values(rows: &[Row], column: &str) -> BTreeMap<String, usize> {
    let mut values = BTreeMap::new();
    for value in rows.iter().filter_map(|row| row.get(column)) {
        if !value.is_empty() {
            *values
                .entry(labels::spelling(value).into_owned())
                .or_default() += 1;
        }
    }
    values
}

/// The pairs of `--map`; a value in two spellings is still one value.
fn mapping(pairs: Vec<(String, String)>) -> anyhow::Result<BTreeMap<String, String>> {
    let mut spellings = BTreeSet::new();
    for (value, _) in &pairs {
        ensure!(
            spellings.insert(labels::spelling(value).into_owned()),
            "--map names the value {value:?} twice"
        );
    }
    Ok(pairs.into_iter().collect())
}

/// Every value is its own label; with `--labels`, those alone.
fn own_labels(
    found: &BTreeMap<String, usize>,
    wanted: &[String],
    column: &str,
) -> anyhow::Result<BTreeMap<String, String>> {
    if let Some(absent) = wanted
        .iter()
        .find(|label| !found.contains_key(label.as_str()))
    {
        bail!(
            "no row of the column {column:?} is labelled {absent:?}; it has {}",
            some(found.keys().map(String::as_str))
        );
    }
    let labels: BTreeMap<String, String> = found
        .keys()
        .filter(|value| wanted.is_empty() || wanted.iter().any(|label| label == *value))
        .map(|value| (value.clone(), value.clone()))
        .collect();
    ensure!(
        labels.len() <= MOST_LABELS,
        "the column {column:?} has {} different values and a demo takes {MOST_LABELS} labels at most; \
         choose some with --labels, or map values to fewer labels with --map",
        labels.len()
    );
    Ok(labels)
}

/// Numbers by size, everything else by the alphabet.
fn in_order<'a>(labels: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut labels: Vec<String> = labels.cloned().collect();
    let number = |label: &String| label.parse::<f64>().unwrap_or(f64::INFINITY);
    labels.sort_by(|a, b| number(a).total_cmp(&number(b)).then(a.cmp(b)));
    labels.dedup();
    labels
}

fn check(mapping: &BTreeMap<String, String>, labels: &[String]) -> anyhow::Result<()> {
    ensure!(
        (2..=MOST_LABELS).contains(&labels.len()),
        "a demo needs 2 to {MOST_LABELS} labels, and these are {}: {}",
        labels.len(),
        some(labels.iter().map(String::as_str))
    );
    if let Some(unknown) = mapping.values().find(|label| !labels.contains(label)) {
        bail!("--map leads to the label {unknown:?}, which --labels does not name");
    }
    if let Some(unreached) = labels
        .iter()
        .find(|label| !mapping.values().any(|to| to == *label))
    {
        bail!("--labels names {unreached:?}, to which --map leads no value");
    }
    Ok(())
}

/// As many as a sentence bears.
fn some<'a>(values: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 10;
    let values: Vec<&str> = values.collect();
    let shown = values[..values.len().min(SHOWN)].join(", ");
    match values.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!("{shown} and {more} more"),
        _ => shown,
    }
}

impl Recipe {
    /// The template parameters that say the same.
    pub fn parameters(&self) -> [(&'static str, String); 5] {
        let mapping = &self.mapping;
        // JSON, because a label may have a comma or an equals sign.
        let json = |value: serde_json::Value| value.to_string();
        [
            ("TextColumn", json(self.text_columns().into())),
            ("LabelColumn", mapping.label_column.clone()),
            (
                "CategoryColumn",
                mapping.category_column.clone().unwrap_or_default(),
            ),
            ("Labels", json(self.labels.clone().into())),
            ("LabelMapping", json(serde_json::json!(mapping.labels))),
        ]
    }

    fn text_columns(&self) -> Vec<String> {
        let columns = TextColumns::of(&self.mapping);
        columns.names().map(str::to_owned).collect()
    }

    /// What a person should know that did not say it.
    pub fn describe(&self) -> String {
        let mapping = &self.mapping;
        let labels: Vec<String> = self
            .labels
            .iter()
            .map(|label| format!("{label:?}"))
            .collect();
        let text_columns: Vec<String> = self
            .text_columns()
            .iter()
            .map(|name| format!("{name:?}"))
            .collect();
        format!(
            "texts from the column {}, labels from {:?}: {}",
            text_columns.join(" before "),
            mapping.label_column,
            labels.join(", ")
        )
    }
}

#[cfg(test)]
mod tests;
