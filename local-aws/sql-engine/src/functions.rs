//! Trino's scalar functions that DataFusion lacks, or has with another meaning.

mod arithmetic;
mod arrays;
mod casts;
mod dates;
mod json;
mod maps;
mod numbers;
mod regex;
mod row;
mod sum;
mod texts;
mod tried;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

pub use arithmetic::arithmetic;
pub use casts::{cast, converted};
pub use maps::entries;
pub use row::items;
pub use sum::sum;
pub use tried::tried;

pub fn all() -> Vec<Arc<ScalarUDF>> {
    [
        texts::all(),
        regex::all(),
        numbers::all(),
        dates::all(),
        arrays::all(),
        maps::all(),
        json::all(),
        tried::all(),
    ]
    .concat()
}
