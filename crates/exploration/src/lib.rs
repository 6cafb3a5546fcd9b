//! What a data scientist sees of a dataset version. [`Explorer`] takes its rows one by one and gives the figures;
//! [`page()`] draws them. Nothing here reads files, AWS or a clock, and equal rows give equal figures.
//!
//! The memory is bounded whatever the number of rows: by reckoning below 250 MB with three labels if every bound is reached. The
//! public clothing reviews, repeated to a million different ones, take 108 MB with the file's rows; 60,000 rows a
//! second are read (`cargo run -p exploration --example explore -- FOLDER 44`, one thread).
//!
//! | what | bound | beyond it |
//! |---|---|---|
//! | words | 65,536 | the rarest are forgotten: a count is too low by less than what was forgotten (`vocabulary`) |
//! | different numbers of a column, lengths | 4,096 | neighbours share a bin; its width is relative to the number (`numbers`) |
//! | different values of a column | 1,000 | it is free text (`columns`) |
//! | columns | 64 | their names are counted |
//! | categories | 10,000 | they are counted together |
//! | rows searched for near-duplicates | 65,536 | a sample that keeps near-duplicates together (`near`) |

mod categories;
mod columns;
mod drift;
mod explorer;
mod measure;
mod near;
mod numbers;
mod page;
mod quarantine;
mod sql;
mod statistics;
mod telling;
#[cfg(test)]
mod tests;
mod vocabulary;
mod words;

pub use drift::{Drift, Moved, Topic, drift};
pub use explorer::Explorer;
pub use measure::{Estimate, Measure};
pub use page::{Page, Picture, page};
