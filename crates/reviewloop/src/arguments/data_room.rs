//! Arguments of the commands that look at datasets and where things came from.

use std::path::PathBuf;

use clap::{Args, Subcommand, value_parser};

use super::values::output;

#[derive(Debug, Args)]
pub struct Explore {
    /// The dataset [default: the one that the stack has].
    pub dataset: Option<String>,
    /// A version of it [default: the newest].
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..))]
    pub version: Option<u32>,
    /// The page to write.
    #[arg(long, value_name = "FILE", default_value = "explore.html", value_parser = output)]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub struct Sql {
    /// One statement in Trino's SQL, as Athena has it; - reads it from stdin.
    pub statement: String,
    /// Print the rows as CSV.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

pub const SQL: &str = "\
The table reviews (named after the dataset) has the newest version, one row a text; reviews_versions has every version:
  reviewloop sql \"SELECT product_category, count(*) AS n FROM reviews GROUP BY 1 ORDER BY n DESC\"
  reviewloop sql \"SELECT version, count(*) AS n FROM reviews_versions WHERE version IN (1, 2) GROUP BY 1\"
Columns of the upload that no model reads are in a map: columns['Age'].";

#[derive(Debug, Args)]
pub struct Constraints {
    /// Edited constraints, by which uploads are checked from now on.
    #[arg(conflicts_with = "of")]
    pub file: Option<PathBuf>,
    /// Print instead what the upload of this dataset version suggests.
    #[arg(long, value_name = "VERSION", value_parser = value_parser!(u32).range(1..))]
    pub of: Option<u32>,
}

pub const CONSTRAINTS: &str = "\
The first upload suggests them. They are edited as a file:
  reviewloop constraints > constraints.json
  reviewloop constraints constraints.json
After a change of the source that is meant to stay, release the version that is held and take its constraints:
  reviewloop release 7 --reason \"the shop has a new department\"
  reviewloop constraints --of 7 > constraints.json
  reviewloop constraints constraints.json";

#[derive(Debug, Args)]
pub struct Features {
    #[command(subcommand)]
    pub command: Option<FeaturesCommand>,
}

#[derive(Debug, Subcommand)]
pub enum FeaturesCommand {
    /// Write the rows that the group refused once more, until none is left or none is taken any more.
    Replay,
}

#[derive(Debug, Args)]
pub struct Artifacts {
    /// The model package's version [default: every dataset version, with what went into it and what came of it].
    #[arg(value_parser = value_parser!(i32).range(1..))]
    pub version: Option<i32>,
}
