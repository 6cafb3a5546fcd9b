//! `classifier automl`: the programs of an AutoML job, from a table to a model's features and back to its columns.
//!
//! ```text
//! input/data, input/validation               a table or a folder of them; the second is optional
//! classifier automl analyze --target NAME    leaves output/split/train, output/split/validation, output/analysis
//!                                            and output/notebooks
//!
//! input/split, input/analysis                what analyze left
//! classifier automl features                 leaves output/features/model.tar.gz and output/rows: a text for each row
//!
//! input/features, input/model                model.tar.gz or a folder each
//! input/validation                           the validation rows of analyze
//! classifier automl explain                  leaves output/explainability and output/insights
//! ```
//!
//! Between the two, `classifier train` trains on the rows as on any others; `classifier serve` answers before and
//! behind the model (see [`crate::serve`]).

mod analyze;
mod arguments;
mod candidates;
mod described;
mod explain;
mod exploration;
pub mod features;
mod importance;
mod notebook;
mod pages;
mod parts;
mod problem;
mod shown;
mod table;

#[cfg(test)]
mod tests;

use anyhow::Result;

use crate::container::Container;

#[derive(clap::Subcommand)]
pub enum Command {
    /// A table's columns, the target's classes, and which rows train and which judge.
    Analyze(arguments::Arguments),
    /// What the columns become, and a text for each row.
    Features,
    /// Which columns the model's answers depend on, and how good they are.
    Explain,
}

pub fn run(container: &Container, command: &Command) -> Result<()> {
    match command {
        Command::Analyze(arguments) => analyze::run(container, arguments),
        Command::Features => features::run(container),
        Command::Explain => explain::run(container),
    }
}
