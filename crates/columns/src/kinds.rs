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

/// From this share of numbers on, what is no number ("N/A") is a missing one.
const NUMBERS: f64 = 0.99;

/// What tells two values apart: 5 and 5.0 are one, as labels have it.
pub fn key(value: &str) -> Cow<'_, str> {
    labels::spelling(value)
}

/// A column of these values, of which empty ones are missing, and in numbers also what is no number.
///
/// Numbers of few different values are categories: a bin could hold no more than one of them each, so nothing is lost,
/// and codes (0 and 1, a rating) need no order.
pub fn column(name: &str, values: &[&str]) -> Column {
    let rows = values.len();
    let mut present: Vec<&str> = values.iter().copied().filter(|it| !it.is_empty()).collect();
    let kind = kind(&present, rows);
    if kind == Ok(ColumnKind::Number) {
        present.retain(|value| number(value).is_some());
    }
    let (kind, reason) = match kind {
        Ok(kind) => (kind, None),
        Err(reason) => (ColumnKind::Dropped, Some(reason)),
    };
    Column {
        name: name.to_owned(),
        kind,
        missing: (rows - present.len()) as f64 / rows.max(1) as f64,
        distinct: counts(&present).len() as u64,
        reason,
    }
}

fn counts<'a>(values: &[&'a str]) -> HashMap<Cow<'a, str>, u64> {
    let mut counts = HashMap::new();
    for value in values {
        *counts.entry(key(value)).or_default() += 1;
    }
    counts
}

/// How many of the values are no numbers, where most are.
pub fn no_numbers<'a>(values: impl IntoIterator<Item = &'a str>) -> usize {
    let (mut numbers, mut others) = (0, 0);
    for value in values.into_iter().filter(|value| !value.is_empty()) {
        let count = match number(value) {
            Some(_) => &mut numbers,
            None => &mut others,
        };
        *count += 1;
    }
    if numbers > others { others } else { 0 }
}

/// Or why it says nothing. `present` are the values of those of the rows that have one.
fn kind(present: &[&str], rows: usize) -> Result<ColumnKind, String> {
    let said = |reason: &str| Err(reason.to_owned());
    let counts = counts(present);
    if present.is_empty() {
        return said("every value is missing");
    }
    // That a value is missing may tell something.
    if counts.len() == 1 && present.len() == rows {
        return said("every row has the same value");
    }
    let numbers: Vec<f64> = present.iter().filter_map(|value| number(value)).collect();
    if numbers.len() as f64 >= NUMBERS * present.len() as f64 {
        let distinct = counts.keys().filter(|value| number(value).is_some());
        return of_numbers(&numbers, distinct.count()).map_err(str::to_owned);
    }
    let no_numbers = match no_numbers(present.iter().copied()) {
        0 => String::new(),
        count => format!("; {count} values are no numbers, and the others are"),
    };
    of_words(present, &counts).map_err(|reason| format!("{reason}{no_numbers}"))
}

fn of_numbers(numbers: &[f64], distinct: usize) -> Result<ColumnKind, &'static str> {
    if distinct <= BINS {
        return Ok(ColumnKind::Category);
    }
    let share = distinct as f64 / numbers.len() as f64;
    if share >= NEARLY_ALL && numbers.iter().all(|it| it.fract() == 0.0) {
        return Err("nearly every row has a whole number of its own, as an identifier has");
    }
    Ok(ColumnKind::Number)
}

fn of_words(
    present: &[&str],
    counts: &HashMap<Cow<'_, str>, u64>,
) -> Result<ColumnKind, &'static str> {
    let share = counts.len() as f64 / present.len() as f64;
    let is_rare = counts.values().all(|count| *count < FEW_ROWS);
    let differs = share >= MOSTLY || counts.len() > MOST_ANSWERS || is_rare;
    if differs && words(present) >= SEVERAL_WORDS {
        Ok(ColumnKind::Text)
    } else if share >= NEARLY_ALL {
        Err("nearly every row has a value of its own, as an identifier has")
    } else if is_rare {
        Err("no value has enough rows to be learnt from")
    } else {
        Ok(ColumnKind::Category)
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
