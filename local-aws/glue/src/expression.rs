//! The filter of GetPartitions: an SQL condition on partition keys.
//!
//! Source: the Glue web API reference, `GetPartitions`, "Expression".

mod condition;
mod parser;
mod tokens;

use super::storage::Column;

pub use condition::Condition;

pub fn parse(text: &str, keys: &[Column]) -> Result<Condition, String> {
    parser::parse(tokens::tokens(text)?, keys)
}

#[cfg(test)]
mod tests;
