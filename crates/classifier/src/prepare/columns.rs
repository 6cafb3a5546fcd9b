//! A row as it is written.

/// Columns of a row by name.
pub type Columns = Vec<(&'static str, Value)>;

/// What a column of a row holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    /// What a row may lack.
    Optional(Option<String>),
    /// `label_id` is a list of one.
    Integers(Vec<i64>),
    Floats(Vec<f32>),
}
