//! Arguments of what is written as a file.

use std::path::PathBuf;

use clap::Args;

use super::values::output;

#[derive(Debug, Args)]
pub struct Report {
    /// The pipeline execution's id or ARN [default: the newest].
    #[arg(long, value_name = "ID")]
    pub execution: Option<String>,
    /// The file to write; - is stdout.
    #[arg(long, value_name = "FILE", value_parser = output, default_value = "report.html")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub struct ReviewersOf {
    /// A page to write, too.
    #[arg(long, value_name = "FILE", value_parser = output)]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Labels {
    /// The file to write; - is stdout.
    #[arg(long, value_name = "FILE", value_parser = output)]
    pub output: PathBuf,
}

pub const LABELS: &str = "\
Example:
  reviewloop labels --output labels.manifest";

pub const REVIEWERS: &str = "\
Examples:
  reviewloop reviewers
  reviewloop reviewers --output reviewers.html";

pub const REPORT: &str = "\
Examples:
  reviewloop report
  reviewloop report --execution k3jx5c0q2f7d --output version-3.html";
