//! A dataset version's rows: read from its parts, consolidated in bounded memory, written as Parquet.
//!
//! Training and the catalogue's tables both read a version through [`Consolidation`], so a text that came twice, or
//! whose part was replaced, counts once in either.

pub mod consolidation;
mod manifest;
mod parquet_file;
pub mod parts;
#[cfg(test)]
mod tests;

pub use consolidation::Consolidation;
pub use manifest::read_manifest;
pub use parquet_file::{RowsFile, SCHEMA};
