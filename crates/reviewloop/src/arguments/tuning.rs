//! Arguments of the search of better hyperparameters.

use std::path::PathBuf;

use clap::{Args, ValueEnum, value_parser};

use super::values::{output, range};

/// What the template allows of `TuningJobs` and `TuningParallelJobs`.
const MOST_JOBS: i64 = 750;
const MOST_PARALLEL_JOBS: i64 = 10;

#[derive(Debug, Args)]
pub struct Tune {
    /// Training jobs at most [default: the stack's TuningJobs].
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=MOST_JOBS))]
    pub jobs: Option<u32>,
    /// Training jobs at the same time [default: the stack's TuningParallelJobs].
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=MOST_PARALLEL_JOBS))]
    pub parallel: Option<u32>,
    /// Search this hyperparameter, in the algorithm's own range unless one is given; may be repeated
    /// [default: all that the algorithm has a range for].
    #[arg(long = "parameter", value_name = "NAME[=MIN:MAX[:log] | =A,B,..]", value_parser = range)]
    pub parameters: Vec<(String, String)>,
    /// How the next values are chosen.
    #[arg(long, value_enum, ignore_case = true, default_value_t = Strategy::Bayesian)]
    pub strategy: Strategy,
    /// When an execution trains the dataset version with the winner; the gate judges its model as any other.
    #[arg(long, value_enum, default_value_t = Adopt::Better)]
    pub adopt: Adopt,
    /// Return when the study is started.
    #[arg(long, conflicts_with = "page")]
    pub no_wait: bool,
    /// Write the study as a self-contained HTML page when it has ended.
    #[arg(long, value_name = "FILE", value_parser = output)]
    pub page: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "PascalCase")]
pub enum Strategy {
    Bayesian,
    Random,
    Hyperband,
}

impl From<Strategy> for contracts::tuning::Strategy {
    fn from(strategy: Strategy) -> Self {
        match strategy {
            Strategy::Bayesian => Self::Bayesian,
            Strategy::Random => Self::Random,
            Strategy::Hyperband => Self::Hyperband,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Adopt {
    /// Where it is better than the present settings by more than chance.
    Better,
    /// In any case.
    Always,
}

impl From<Adopt> for contracts::tuning::Adopt {
    fn from(adopt: Adopt) -> Self {
        match adopt {
            Adopt::Better => Self::Better,
            Adopt::Always => Self::Always,
        }
    }
}

pub const TUNE: &str = "\
Examples:
  reviewloop start --parameter Algorithm=fasttext    before, where the version was trained with automl, as by default
  reviewloop tune
  reviewloop tune --jobs 12 --page tune.html
  reviewloop tune --parameter learning_rate --parameter word_ngrams=1:2 --parameter epochs=10:40

The newest dataset version is trained with other hyperparameters, as its own execution was. The winner and the present
settings are then trained again with other seeds, and compared. Ctrl-C ends this command and not the study; the same
command again follows it.";
