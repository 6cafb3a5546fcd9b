//! The uploaded tables' columns: what each holds, found from its values.

use std::collections::{BTreeMap, BTreeSet};

use contracts::dataset::Mapping;
use contracts::exploration::{Column, Distinct, Kind, Listed, Role};
use policy::consolidation::Consolidated;

use crate::categories::Categories;
use crate::numbers::Numbers;

const MOST_COLUMNS: usize = 64;
/// Names that are counted beyond [`MOST_COLUMNS`].
const MOST_NAMES: usize = 1_000;
/// A column with more different values is free text.
const MOST_VALUES: usize = 1_000;
/// So is one with a value as long as this, in bytes.
const LONG: usize = 200;
/// Values of a category, or bands of a number, that are listed.
const MOST_LISTED: usize = 12;
const BANDS: u64 = 6;
/// So many values of a column of numbers are numbers; the others are slips such as "n/a".
const MOSTLY: f64 = 0.95;
/// As many values are always categories; more are if a value has ten rows on average.
const FEW_VALUES: usize = 20;
const ROWS_PER_VALUE: u64 = 10;

pub struct Columns {
    labels: usize,
    mapping: Mapping,
    known: BTreeMap<String, State>,
    left_out: BTreeSet<String>,
}

struct State {
    filled: Vec<u64>,
    numbers: Numbers,
    /// `None` once it is free text.
    values: Option<Categories>,
}

impl Columns {
    pub fn new(labels: usize, mapping: Mapping) -> Self {
        Self {
            labels,
            mapping,
            known: BTreeMap::new(),
            left_out: BTreeSet::new(),
        }
    }

    pub fn add(&mut self, row: &Consolidated, label: usize) {
        for (name, value) in row.context.iter().chain(&row.columns) {
            self.value(name, value, label);
        }
        if let (Some(name), Some(value)) = (&self.mapping.category_column, &row.category) {
            let name = name.clone();
            self.value(&name, value, label);
        }
    }

    fn value(&mut self, name: &str, value: &str, label: usize) {
        if !self.known.contains_key(name) {
            if self.known.len() == MOST_COLUMNS {
                if self.left_out.len() < MOST_NAMES && !self.left_out.contains(name) {
                    self.left_out.insert(name.to_owned());
                }
                return;
            }
            self.known.insert(name.to_owned(), State::new(self.labels));
        }
        let state = self.known.get_mut(name).expect("it is there");
        state.add(value, label);
    }

    /// `by_label`: all rows.
    pub fn finish(self, by_label: &[u64]) -> Listed<Column> {
        let mapping = &self.mapping;
        let columns = self.known.into_iter();
        let first = columns.map(|(name, state)| state.finish(role(mapping, &name), name, by_label));
        Listed {
            first: first.collect(),
            more: self.left_out.len() as u64,
        }
    }
}

fn role(mapping: &Mapping, name: &str) -> Role {
    if mapping.context_columns.iter().any(|column| column == name) {
        Role::Context
    } else if mapping.label_column == name {
        Role::Label
    } else if mapping.category_column.as_deref() == Some(name) {
        Role::Category
    } else {
        Role::Other
    }
}

impl State {
    fn new(labels: usize) -> Self {
        Self {
            filled: vec![0; labels],
            numbers: Numbers::new(labels),
            values: Some(Categories::new(labels, MOST_VALUES)),
        }
    }

    fn add(&mut self, value: &str, label: usize) {
        self.filled[label] += 1;
        if let Some(number) = number(value) {
            self.numbers.add(number, label);
        }
        if let Some(values) = &mut self.values {
            values.add(value, label);
            if values.is_beyond() || value.len() >= LONG {
                self.values = None;
            }
        }
    }

    fn finish(self, role: Role, name: String, by_label: &[u64]) -> Column {
        let filled: u64 = self.filled.iter().sum();
        let missing = by_label.iter().zip(&self.filled);
        let missing = missing.map(|(all, filled)| all - filled).collect();
        let is_number = self.numbers.count() as f64 >= MOSTLY * filled as f64;
        let (numbers, at_least) = self.numbers.distinct();
        let distinct = match &self.values {
            Some(values) => (values.distinct(), false),
            None if is_number => (numbers, at_least),
            None => (MOST_VALUES, true),
        };
        let kind = match self.values {
            _ if is_number && is_identifier(&name) => Kind::Identifier,
            _ if is_number => {
                let (minimum, maximum) = self.numbers.range();
                Kind::Number {
                    not_numbers: filled - self.numbers.count(),
                    minimum,
                    maximum,
                    moments: self.numbers.moments(),
                    bands: self.numbers.bands(BANDS),
                }
            }
            Some(values) if is_category(values.distinct(), filled) => Kind::Category {
                values: values.finish(MOST_LISTED),
            },
            _ => Kind::Text,
        };
        Column {
            name,
            role,
            missing,
            distinct: Distinct {
                values: distinct.0 as u64,
                at_least: distinct.1,
            },
            kind,
        }
    }
}

fn is_category(distinct: usize, filled: u64) -> bool {
    distinct <= FEW_VALUES || distinct as u64 * ROWS_PER_VALUE <= filled
}

/// Rust reads "nan" and "inf" too.
fn number(value: &str) -> Option<f64> {
    let starts = value.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
    let number = value.parse().ok().filter(|_| starts);
    number.filter(|number: &f64| number.is_finite())
}

/// "Clothing ID", "customer_id", "productId", "id": numbers that are not to be averaged.
fn is_identifier(name: &str) -> bool {
    let last = name.rsplit(|character: char| !character.is_alphanumeric());
    let last = last.into_iter().next().unwrap_or_default();
    let before = last.strip_suffix("Id").or(last.strip_suffix("ID"));
    let ends = before.is_some_and(|before| before.ends_with(char::is_lowercase));
    ends || last.eq_ignore_ascii_case("id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn kind(name: &str, values: impl Iterator<Item = String>) -> (Kind, Distinct) {
        let mut state = State::new(1);
        let mut rows = 0;
        for value in values {
            state.add(&value, 0);
            rows += 1;
        }
        let column = state.finish(Role::Other, name.to_owned(), &[rows]);
        (column.kind, column.distinct)
    }

    #[test]
    fn a_columns_kind_is_found_from_its_values() {
        let ages = (0..2_000).map(|row| (18 + row % 60).to_string());
        let (found, distinct) = kind("Age", ages.chain(["n/a".to_owned()]));
        let Kind::Number {
            not_numbers,
            minimum,
            maximum,
            bands,
            ..
        } = found
        else {
            panic!("{found:?} is no number");
        };
        assert_eq!((not_numbers, minimum, maximum), (1, 18.0, 77.0));
        assert_eq!((bands.len(), distinct.values), (6, 61));

        let names = || (0..5_000).map(|row: u32| row.to_string());
        assert_eq!(kind("Clothing ID", names()).0, Kind::Identifier);
        let sizes = (0..100).map(|row| ["S", "M", "L"][row % 3].to_owned());
        let (found, _) = kind("Size", sizes);
        let Kind::Category { values } = found else {
            panic!("{found:?} is no category");
        };
        assert_eq!(values.first[0].name, "S");
        assert_eq!(values.first[0].by_label, [34]);
        let titles = (0..5_000).map(|row| format!("Title {row}"));
        let (found, distinct) = kind("Title", titles);
        assert_eq!(found, Kind::Text);
        let expected = Distinct {
            values: 1_000,
            at_least: true,
        };
        assert_eq!(distinct, expected);
        let prices = ["nan", "inf", "infinity"].map(str::to_owned);
        assert!(matches!(
            kind("Price", prices.into_iter()).0,
            Kind::Category { .. }
        ));
    }

    #[test]
    fn names_of_identifiers_end_in_id() {
        for name in ["Clothing ID", "customer_id", "productId", "id"] {
            assert!(is_identifier(name), "{name}");
        }
        for name in ["Paid", "PAID", "ID type", "Age", "valid"] {
            assert!(!is_identifier(name), "{name}");
        }
    }
}
