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

mod bounds;
pub mod csv;
mod error;
mod header;
pub mod json;
mod lines;
mod name;
mod reader;
mod source;
mod window;

pub use bounds::MAXIMUM_ROW_BYTES;
pub use error::{Error, RowError};
pub use header::Columns;
pub use lines::Lines;
pub use name::{is_json_name, is_manifest_name, is_parquet_name};
pub use reader::{Entry, Reader, Row, is_array};
pub use source::{Source, without_mark};
