//! The notebook of the data: what the columns are, and what a person should look at.
//!
//! It shows counts, quantiles, and values that several rows share. A value of a text, of a dropped column or of a few rows may be
//! anything, a name or a salary.

use std::collections::{BTreeMap, HashMap};

use contracts::automl::{Analysis, Column, ColumnKind};
use report::format::{count, percent};
use serde_json::Value;

use super::notebook::{Notebook, plain, table};
use super::parts::Part;

/// Values of a category that are listed.
const LISTED: usize = 12;
/// From this share of rows on that a column's values alone answer rightly, it may say the answer.
const GIVES_AWAY: f64 = 0.95;
/// A label of a smaller share is rare.
const RARE: f64 = 0.1;
/// From this share on, missing values are worth a look.
const OFTEN: f64 = 0.2;

/// `were_given`: the validation rows, which are parted off by analyze otherwise.
pub fn notebook(
    analysis: &Analysis,
    labels: &[String],
    train: &Part,
    validation: &Part,
    were_given: bool,
) -> Value {
    let mut notebook = Notebook::default();
    let target = plain(&analysis.target);
    let parted = if were_given {
        "as they were given"
    } else {
        "and the same rows have the same parts in any order"
    };
    notebook.cell(&format!(
        "# Data exploration\n\n\
         The column **{target}** is to be predicted from the others. {} rows train and {} rows judge, {parted}. The figures of \
         the columns are those of the train rows.",
        count(analysis.rows.train),
        count(analysis.rows.validation)
    ));
    notebook.cell(&target_cell(analysis, labels));
    notebook.cell(&columns_cell(analysis));
    notebook.cell(&warnings_cell(analysis, train, validation));
    for (place, column) in analysis.columns.iter().enumerate() {
        let values = train.rows.iter().map(|row| row[place].as_str());
        match column.kind {
            ColumnKind::Category => notebook.cell(&category_cell(column, values)),
            ColumnKind::Number => notebook.cell(&number_cell(column, values)),
            ColumnKind::Text | ColumnKind::Dropped => {}
        }
    }
    notebook.finish()
}

fn target_cell(analysis: &Analysis, labels: &[String]) -> String {
    let all: u64 = analysis.labels.values().sum();
    let rows = labels.iter().map(|label| {
        let rows = analysis.labels.get(label).copied().unwrap_or_default();
        vec![
            label.clone(),
            count(rows),
            percent(rows as f64 / all.max(1) as f64),
        ]
    });
    let mut cell = format!(
        "## The target\n\n{} with the objective {}.\n\n{}",
        analysis.problem_type.name(),
        analysis.objective.name(),
        table(&["label", "rows", "share"], rows)
    );
    if analysis.rows_without_target > 0 {
        cell += &format!(
            "\n{} more rows have no label and are left out.\n",
            count(analysis.rows_without_target)
        );
    }
    cell
}

fn columns_cell(analysis: &Analysis) -> String {
    let rows = analysis.columns.iter().map(|column| {
        vec![
            column.name.clone(),
            column.kind.name().to_owned(),
            percent(column.missing),
            count(column.distinct),
            becomes(column),
        ]
    });
    format!(
        "## The columns\n\n{}",
        table(
            &["column", "kind", "missing", "different values", "becomes"],
            rows
        )
    )
}

fn becomes(column: &Column) -> String {
    match column.kind {
        ColumnKind::Text => "its words, in front of those of the other columns".to_owned(),
        ColumnKind::Category => {
            "a word for each value of enough rows, one for the others".to_owned()
        }
        ColumnKind::Number => "a word for each of its quantiles".to_owned(),
        ColumnKind::Dropped => column.reason.clone().unwrap_or_default(),
    }
}

fn warnings_cell(analysis: &Analysis, train: &Part, validation: &Part) -> String {
    let mut warnings = Vec::new();
    let all: u64 = analysis.labels.values().sum();
    for (label, rows) in &analysis.labels {
        let share = *rows as f64 / all.max(1) as f64;
        if share < RARE {
            warnings.push(format!(
                "The label **{}** is rare ({}): accuracy hardly shows whether it is found, balanced accuracy does.",
                plain(label),
                percent(share)
            ));
        }
    }
    for column in &analysis.columns {
        if column.kind != ColumnKind::Dropped && column.missing >= OFTEN {
            warnings.push(format!(
                "**{}** is missing in {} of the rows.",
                plain(&column.name),
                percent(column.missing)
            ));
        }
    }
    for (place, column) in analysis.columns.iter().enumerate() {
        warnings.extend(no_numbers(column, train, place));
        if !matches!(column.kind, ColumnKind::Category | ColumnKind::Number) {
            continue;
        }
        let right = told_by(train, place);
        if right >= GIVES_AWAY {
            warnings.push(format!(
                "**{}** alone tells the label of {} of the rows. Is it known before the label is? If not, leave it out.",
                plain(&column.name),
                percent(right)
            ));
        }
    }
    let known: HashMap<&[String], &String> = train
        .rows
        .iter()
        .map(Vec::as_slice)
        .zip(&train.labels)
        .collect();
    let again = validation
        .rows
        .iter()
        .filter(|row| known.contains_key(row.as_slice()))
        .count();
    if again > 0 {
        warnings.push(format!(
            "{} validation rows are train rows too: the scores are a little flattered.",
            count(again as u64)
        ));
    }
    if warnings.is_empty() {
        return "## What to look at\n\nNothing stands out.".to_owned();
    }
    let lines: Vec<String> = warnings.iter().map(|it| format!("- {it}")).collect();
    format!("## What to look at\n\n{}", lines.join("\n"))
}

/// Values that are no numbers where most are. Why a column was dropped says it too.
fn no_numbers(column: &Column, train: &Part, place: usize) -> Option<String> {
    let values = columns::no_numbers(train.rows.iter().map(|row| row[place].as_str()));
    let (name, values) = (plain(&column.name), Some(values).filter(|it| *it > 0)?);
    let values = count(values as u64);
    match column.kind {
        ColumnKind::Dropped => None,
        ColumnKind::Number => Some(format!(
            "Values of **{name}** that are no numbers, and so count as missing: {values}."
        )),
        kind => Some(format!(
            "Most values of **{name}** are numbers. It is read as a {}; values that are no numbers: {values}.",
            kind.name()
        )),
    }
}

/// The share of rows that are right where each value is answered by its most frequent label, beyond what one label for
/// all has: 1 is all of them. A row that is the only one of its value says nothing.
fn told_by(train: &Part, place: usize) -> f64 {
    let mut by_value: HashMap<_, BTreeMap<&str, u64>> = HashMap::new();
    let mut labels: BTreeMap<&str, u64> = BTreeMap::new();
    for (row, label) in train.rows.iter().zip(&train.labels) {
        *by_value
            .entry(columns::key(&row[place]))
            .or_default()
            .entry(label)
            .or_default() += 1;
        *labels.entry(label).or_default() += 1;
    }
    let most = |counts: &BTreeMap<&str, u64>| counts.values().max().copied().unwrap_or_default();
    let learnt = |counts: &&BTreeMap<&str, u64>| counts.values().sum::<u64>() > 1;
    let right: u64 = by_value.values().filter(learnt).map(most).sum();
    let always = most(&labels);
    let rows = train.labels.len() as u64;
    if right <= always || rows == always {
        return 0.0;
    }
    (right - always) as f64 / (rows - always) as f64
}

fn category_cell<'a>(column: &Column, values: impl Iterator<Item = &'a str>) -> String {
    let mut counts: BTreeMap<_, u64> = BTreeMap::new();
    let mut rows = 0;
    for value in values {
        *counts.entry(columns::key(value)).or_default() += 1;
        rows += 1;
    }
    let all = counts.len();
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.retain(|(_, count)| *count >= columns::FEW_ROWS);
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.truncate(LISTED);
    let more = all - counts.len();
    let listed = counts.iter().map(|(value, number)| {
        let value = if value.is_empty() {
            "(missing)"
        } else {
            value.as_ref()
        };
        vec![
            value.to_owned(),
            count(*number),
            percent(*number as f64 / f64::from(rows.max(1))),
        ]
    });
    let mut cell = format!(
        "### {}\n\n{}",
        plain(&column.name),
        table(&["value", "rows", "share"], listed)
    );
    if more > 0 {
        cell += &format!("\nRarer values: {more}.\n");
    }
    cell
}

fn number_cell<'a>(column: &Column, values: impl Iterator<Item = &'a str>) -> String {
    let mut numbers: Vec<f64> = values.filter_map(columns::number).collect();
    numbers.sort_by(f64::total_cmp);
    let last = numbers.len().saturating_sub(1);
    // Never the least nor the most, which are one row's.
    let low = last.div_ceil(100);
    let places = [low, last / 4, last / 2, 3 * last / 4, last - low];
    let row = places.map(|place| numbers.get(place).map(f64::to_string).unwrap_or_default());
    format!(
        "### {}\n\n{}",
        plain(&column.name),
        table(
            &[
                "1st percentile",
                "first quartile",
                "median",
                "third quartile",
                "99th percentile"
            ],
            [row.to_vec()]
        )
    )
}
