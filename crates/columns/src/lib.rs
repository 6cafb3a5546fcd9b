//! A table's columns for a model that reads texts: which kind each is, and a row as one text. Values in, values out.
//!
//! [`column`] infers a column's kind from its values, [`validation`] parts the rows, [`telling`] measures what a column says of
//! the labels, [`Features`] is fitted on the train rows
//! and makes each row one text: the text columns joined as [`policy::text`] joins them, then a word for each other value.

mod features;
mod kinds;
mod numbers;
mod split;
mod telling;
mod words;

pub use features::{FILE, FeatureColumn, Features, Made};
pub use kinds::{FEW_ROWS, column, key, no_numbers};
pub use numbers::{BINS, number};
pub use split::validation;
pub use telling::{Telling, telling};

#[cfg(test)]
mod tests;
