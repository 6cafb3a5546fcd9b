//! What is wrong with a file, and what is wrong with one of its rows.

use std::io;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing can be read: the reason and the remedy, as a sentence for the person who made the
    /// file.
    #[error("{0}")]
    Refused(String),
    /// More bytes than the caller lets it unpack to.
    #[error("unpacked, the file has more than {0} bytes: upload it in several files")]
    TooLarge(u64),
    #[error(transparent)]
    Io(io::Error),
}

/// Why a row cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// Empty where the row as a whole is bad.
    pub column: String,
    /// The kind of mistake, alike for all rows that have it.
    pub kind: &'static str,
    /// What is particular to this row, never its text; may be empty.
    pub detail: String,
}

impl RowError {
    pub fn new(column: &str, kind: &'static str, detail: impl Into<String>) -> Self {
        Self {
            column: column.to_owned(),
            kind,
            detail: detail.into(),
        }
    }

    /// Kind and detail.
    pub fn reason(&self) -> String {
        match self.detail.as_str() {
            "" => self.kind.to_owned(),
            detail => format!("{}: {detail}", self.kind),
        }
    }
}

impl std::fmt::Display for RowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.column.as_str() {
            "" => f.write_str(&self.reason()),
            column => write!(f, "column {column:?}: {}", self.reason()),
        }
    }
}
