//! Metrics of bias before and after training: values in, values out, without I/O.
//!
//! One pass over the rows counts them ([`Tally`]) by facet, group, label and predicted label. Memory is bounded by the
//! number of distinct values, not of rows. Every metric but the flip test is a function of the counts
//! ([`Metric::of`]), and a resample of the counts is a resample of the rows ([`measure`]). The flip test
//! ([`FlipTest`]) looks for neighbours, and keeps a bounded sample of the rows.
//!
//! The words are those of SageMaker Clarify: *facet* d is the group in question and a are all other rows; a label is
//! positive or it is not. Amazon's documentation ("Measure Pre-training Bias" and "Measure Post-training Data and
//! Model Bias") has the definitions, and smclarify 0.5 computes them: `tests/oracle.rs` holds the results to it.

mod balance;
mod binomial;
mod column;
mod error;
mod flip;
mod measure;
mod metric;
mod rows;
mod table;
mod tally;

pub use balance::{Balancing, Draw};
pub use column::{MAXIMUM_VALUES, Value};
pub use error::{Error, Undefined};
pub use flip::{FlipTest, MAXIMUM_FLIP_ROWS};
pub use measure::{MINIMUM_ROWS, Measured, RESAMPLES, SEED, ValueMetrics, measure};
pub use metric::{Metric, Stage};
pub use rows::{Rows, Split};
pub use table::FacetTable;
pub use tally::{Facet, Plan, Row, Tallied, Tally};
