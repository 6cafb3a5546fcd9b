//! Which kind of column it is, from its values.

use std::borrow::Cow;
use std::collections::HashMap;

use contracts::automl::{Column, ColumnKind};
use policy::labels;

use crate::numbers::{BINS, number};

/// A value of fewer train rows is learnt by chance: such values share a word.
pub const FEW_ROWS: u64 = 5;

/// Words a value, on average, from which on values are texts: names of things mostly have one or two.
const SEVERAL_WORDS: f64 = 2.5;
/// Texts differ: fewer different values than this share of the rows that have one are answers to choose from. Values that are each
/// too rare to be learnt as a whole are texts too.
const MOSTLY: f64 = 0.5;
/// Nobody chooses from more: short texts, such as titles, repeat in a large table.
const MOST_ANSWERS: usize = 500;
/// From this share of different values on, a value says which row it is and nothing of others.
const NEARLY_ALL: f64 = 0.95;

/// What tells two values apart: 5 and 5.0 are one, as labels have it.
pub fn key(value: &str) -> Cow<'_, str> {
    labels::spelling(value)
}

/// A column of these values, of which empty ones are missing.
///
/// Numbers of few different values are categories: a bin could hold no more than one of them each, so nothing is lost,
/// and codes (0 and 1, a rating) need no order.
pub fn column(name: &str, values: &[&str]) -> Column {
    let mut counts: HashMap<Cow<'_, str>, u64> = HashMap::new();
    let present: Vec<&str> = values.iter().copied().filter(|it| !it.is_empty()).collect();
    for value in &present {
        *counts.entry(key(value)).or_default() += 1;
    }
    let (rows, distinct) = (values.len(), counts.len());
    let (kind, reason) = match kind(&present, &counts, rows) {
        Ok(kind) => (kind, None),
        Err(reason) => (ColumnKind::Dropped, Some(reason.to_owned())),
    };
    Column {
        name: name.to_owned(),
        kind,
        missing: (rows - present.len()) as f64 / rows.max(1) as f64,
        distinct: distinct as u64,
        reason,
    }
}

/// Or why it says nothing.
fn kind(
    present: &[&str],
    counts: &HashMap<Cow<'_, str>, u64>,
    rows: usize,
) -> Result<ColumnKind, &'static str> {
    let distinct = counts.len() as f64;
    let share = distinct / present.len().max(1) as f64;
    let is_rare = counts.values().all(|count| *count < FEW_ROWS);
    let differs = share >= MOSTLY || counts.len() > MOST_ANSWERS || is_rare;
    let numbers: Option<Vec<f64>> = present.iter().map(|value| number(value)).collect();
    match numbers {
        _ if present.is_empty() => Err("every value is missing"),
        // That a value is missing may tell something.
        _ if counts.len() == 1 && present.len() == rows => Err("every row has the same value"),
        Some(_) if counts.len() <= BINS => Ok(ColumnKind::Category),
        Some(numbers) if share >= NEARLY_ALL && numbers.iter().all(|it| it.fract() == 0.0) => {
            Err("nearly every row has a whole number of its own, as an identifier has")
        }
        Some(_) => Ok(ColumnKind::Number),
        None if differs && words(present) >= SEVERAL_WORDS => Ok(ColumnKind::Text),
        None if share >= NEARLY_ALL => {
            Err("nearly every row has a value of its own, as an identifier has")
        }
        None if is_rare => Err("no value has enough rows to be learnt from"),
        None => Ok(ColumnKind::Category),
    }
}

/// On average.
fn words(values: &[&str]) -> f64 {
    let count = |value: &&str| {
        let written_apart = value.split_whitespace().count();
        // Chinese, Japanese and Thai are written without blanks.
        let without_blanks = value.chars().filter(|character| {
            matches!(character, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')
        });
        written_apart.max(without_blanks.count() / 2)
    };
    values.iter().map(count).sum::<usize>() as f64 / values.len().max(1) as f64
}
