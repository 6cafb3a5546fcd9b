//! Which rows train and which judge.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result, ensure};
use contracts::automl::{Column, ColumnKind};

use super::shown::shown;
use super::table::Table;
use crate::container::Container;

/// The rows of a part: the values of the columns without the target, and the label of each.
#[derive(Default)]
pub struct Part {
    pub rows: Vec<Vec<String>>,
    pub labels: Vec<String>,
}

impl Part {
    pub fn column(&self, name: &str, place: usize) -> Column {
        let values: Vec<&str> = self.rows.iter().map(|row| row[place].as_str()).collect();
        columns::column(name, &values)
    }

    pub fn labels(&self) -> impl Iterator<Item = &str> + Clone {
        self.labels.iter().map(String::as_str)
    }
}

pub struct Parts {
    pub train: Part,
    pub validation: Part,
    /// Rows without a label, which are in neither.
    pub without_label: u64,
    /// Whether the validation rows were.
    pub were_given: bool,
}

impl Parts {
    /// The validation rows are those of the input `validation`, or else a share of the table's.
    pub fn of(container: &Container, table: Table, target: usize, share: f64) -> Result<Parts> {
        let columns = table.columns.clone();
        let mut spellings = HashMap::new();
        let (data, without_label) = apart(table, target, &mut spellings);
        ensure!(
            !data.labels.is_empty(),
            "the target {} is missing in every row",
            shown(&columns[target])
        );
        let given = container.input("validation");
        if !given.exists() {
            let (train, validation) = parted(data, share);
            return Ok(Parts {
                train,
                validation,
                without_label,
                were_given: false,
            });
        }
        let table = Table::read(&given, Some(&columns)).context("read the validation rows")?;
        let (validation, more) = apart(table, target, &mut spellings);
        ensure!(
            !validation.labels.is_empty(),
            "no validation row has a label"
        );
        Ok(Parts {
            train: data,
            validation,
            without_label: without_label + more,
            were_given: true,
        })
    }

    /// Refuses validation rows whose label no train row has. The labels are checked before: they may be texts.
    pub fn check(&self) -> Result<()> {
        let known: HashSet<&str> = self.train.labels().collect();
        for label in self.validation.labels() {
            ensure!(
                known.contains(label),
                "no train row has the label {}, which validation rows have",
                shown(label)
            );
        }
        Ok(())
    }
}

/// The labels apart from the other columns, and how many rows have none. Spellings of one value are one label: the first
/// that was read.
fn apart(table: Table, target: usize, spellings: &mut HashMap<String, String>) -> (Part, u64) {
    let mut part = Part::default();
    let mut without = 0;
    for mut row in table.rows {
        let label = row.remove(target);
        if label.is_empty() {
            without += 1;
            continue;
        }
        let known = spellings.entry(columns::key(&label).into_owned());
        part.labels.push(known.or_insert(label).clone());
        part.rows.push(row);
    }
    (part, without)
}

fn parted(data: Part, share: f64) -> (Part, Part) {
    let labels: Vec<&str> = data.labels().collect();
    let chosen = columns::validation(&contents(&data), &labels, share);
    let (mut train, mut validation) = (Part::default(), Part::default());
    for ((row, label), chosen) in data.rows.into_iter().zip(data.labels).zip(chosen) {
        let part = if chosen { &mut validation } else { &mut train };
        part.rows.push(row);
        part.labels.push(label);
    }
    (train, validation)
}

/// What is the same in a row that was entered twice: its texts, or where it has none all that tells something. An
/// identifier would make every row another.
fn contents(data: &Part) -> Vec<String> {
    let width = data.rows.first().map_or(0, Vec::len);
    let kinds: Vec<ColumnKind> = (0..width)
        .map(|place| data.column("", place).kind)
        .collect();
    let places = |wanted: &dyn Fn(ColumnKind) -> bool| -> Vec<usize> {
        (0..width).filter(|place| wanted(kinds[*place])).collect()
    };
    let texts = places(&|kind| kind == ColumnKind::Text);
    let told = places(&|kind| kind != ColumnKind::Dropped);
    let values = |row: &[String], places: &[usize]| -> Vec<String> {
        places.iter().map(|place| row[*place].clone()).collect()
    };
    let content = |row: &Vec<String>| {
        let mut content = values(row, &texts);
        if content.iter().all(String::is_empty) {
            content = values(row, &told);
        }
        content.join("\u{1f}")
    };
    data.rows.iter().map(content).collect()
}
