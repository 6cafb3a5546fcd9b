//! Arguments of a training of every algorithm.

use std::path::PathBuf;

use clap::{Args, ValueEnum, value_parser};

use super::values::output;

#[derive(Debug, Args)]
pub struct Automl {
    /// Labelled texts to upload first, as `reviewloop upload` does; their version's own execution then comes before
    /// this one [default: the newest dataset version as it is].
    pub file: Option<PathBuf>,
    /// Seconds of training: bert gets as many epochs as fit, and is left out where none does [default: no limit but the
    /// training job's own].
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    pub seconds: Option<u64>,
    /// Train these candidates [default: ngrams and fasttext, and bert where the stack has a pretrained model].
    #[arg(long, value_enum, value_delimiter = ',', value_name = "A,B,..")]
    pub algorithms: Vec<Candidate>,
    /// Return when the execution is started.
    #[arg(long, conflicts_with = "page")]
    pub no_wait: bool,
    /// Write the execution's report, with the leaderboard, as a self-contained HTML page.
    #[arg(long, value_name = "FILE", value_parser = output)]
    pub page: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Candidate {
    Ngrams,
    Fasttext,
    Bert,
}

impl Candidate {
    /// The classifier's name of the algorithm.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ngrams => "ngrams",
            Self::Fasttext => "fasttext",
            Self::Bert => "bert",
        }
    }
}

pub const AUTOML: &str = "\
Examples:
  reviewloop automl
  reviewloop automl reviews.csv --seconds 600 --page automl.html
  reviewloop automl --algorithms ngrams,fasttext

An execution trains the newest dataset version with each algorithm and averages their answers; the gate judges the model
as any other. Ctrl-C ends this command and not an execution that has begun; the same command with the
same file follows it, and reviewloop status shows any.";
