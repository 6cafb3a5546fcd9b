//! Reads tables as people have them: CSV with any usual separator, JSON Lines and JSON arrays of
//! objects, plain or gzip. Intake, the training channels and the endpoint's `text/csv` read by
//! these rules.
//!
//! - The bytes decide what a file is, never its name. A byte order mark is no content. What
//!   cannot be read is refused by name, with the remedy ([`Error::Refused`]).
//! - A row is good or it is an error of its own ([`RowError`]) with the lines it stands on; reading
//!   goes on behind it. Every line belongs to one row, to the header, or is blank.
//! - Memory is bounded: no row may be longer than [`MAXIMUM_ROW_BYTES`].
//!
//! [`Reader`] reads named columns. [`csv::Records`] reads records without a header.

pub mod csv;
mod error;
mod header;
pub mod json;
mod name;
mod reader;
mod source;
mod window;

pub use error::{Error, RowError};
pub use header::Columns;
pub use name::is_json_name;
pub use reader::{Entry, Reader, Row, is_array};
pub use source::{Source, without_mark};

/// A row that is longer is an error, and a broken row ends at this length at the latest: so much,
/// twice, is held in memory.
pub const MAXIMUM_ROW_BYTES: usize = 1 << 20;

/// Bytes that are parsed to find the end of one broken row. Only a file made for the purpose needs
/// more; such a row ends at [`MAXIMUM_ROW_BYTES`], or with the array.
const MAXIMUM_SEARCH_BYTES: usize = 32 * MAXIMUM_ROW_BYTES;

/// The lines of a file that a row stands on, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lines {
    pub first: u64,
    pub last: u64,
}

impl Lines {
    pub fn one(line: u64) -> Self {
        Self {
            first: line,
            last: line,
        }
    }
}

impl std::fmt::Display for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Lines { first, last } if first == last => write!(f, "line {first}"),
            Lines { first, last } => write!(f, "lines {first} to {last}"),
        }
    }
}
