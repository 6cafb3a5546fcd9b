//! A row as it is written.

/// Columns of a row by name.
pub type Columns = Vec<(&'static str, Cell)>;

/// What a column of a row holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    /// What a row may lack.
    Optional(Option<String>),
    /// `label_id` is a list of one.
    Integers(Vec<i64>),
    Floats(Vec<f32>),
}
