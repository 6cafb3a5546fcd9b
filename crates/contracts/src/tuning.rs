//! A study: the search of better hyperparameters on a dataset version, and what came of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::evaluation::Interval;

/// Hyperparameters by name, as SageMaker passes them.
pub type Values = BTreeMap<String, String>;

/// What `reviewloop tune` sends to tune-model. What is left out is the stack's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TuneRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallel: Option<u32>,
    #[serde(default)]
    pub strategy: Strategy,
    /// The hyperparameters that are searched, each with its range as a person writes it; an empty range is the
    /// algorithm's own. Without any, all that the algorithm has a range for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    #[serde(default)]
    pub adopt: Adopt,
}

/// SageMaker's strategies that need no list of values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Strategy {
    #[default]
    Bayesian,
    Random,
    Hyperband,
}

impl Strategy {
    /// SageMaker's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bayesian => "Bayesian",
            Self::Random => "Random",
            Self::Hyperband => "Hyperband",
        }
    }
}

/// When the dataset version is trained with the winner by an execution.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adopt {
    /// Where its repeated mean is better than the present settings'.
    #[default]
    Better,
    /// In any case: the gate judges the model.
    Always,
}

/// The values that a hyperparameter may have. Ends are written as SageMaker takes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Range {
    Integer {
        min: String,
        max: String,
        logarithmic: bool,
    },
    Continuous {
        min: String,
        max: String,
        logarithmic: bool,
    },
    Categorical {
        values: Vec<String>,
    },
}

pub type Ranges = BTreeMap<String, Range>;

/// `state/tunings/<study>.json`. tune-model creates it, watch-tuning carries it on by compare-and-set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Study {
    pub name: String,
    pub dataset: String,
    /// As the run has it: a stack that is deployed anew on the bucket has studies of its own. 0 in studies of earlier
    /// releases, which did not note it.
    #[serde(default)]
    pub pipeline_created: i64,
    /// Of the pipeline that the study's training was of; empty in studies of earlier releases.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub definition_hash: String,
    /// Number and id of the dataset version.
    pub version: u32,
    pub version_id: String,
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// Whose training is repeated with other hyperparameters.
    pub execution_arn: String,
    /// That training's job: image, channels and machine are its.
    pub training_job: String,
    /// The parameters that a person had given for that training.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub asked: BTreeMap<String, String>,
    /// The settings that the winner is compared with: that training's own.
    pub present: Values,
    /// Earlier attempts at the same study, whose trials this one's search knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub continues: Vec<String>,
    pub strategy: Strategy,
    pub jobs: u32,
    pub parallel: u32,
    pub ranges: Ranges,
    pub adopt: Adopt,
    pub state: StudyState,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum StudyState {
    /// The tuning job runs, or is to be created.
    Searching,
    /// Winner and present settings are trained with other seeds.
    Repeating { search: Search },
    Ended {
        search: Search,
        comparison: Comparison,
        /// The dataset version is trained with the winner: start-pipeline does so once.
        adopted: bool,
    },
    /// Given up, for a person to look at.
    Failed {
        reason: String,
        /// What had been found by then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        search: Option<Search>,
    },
}

/// What the tuning job found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// In the order of their launch.
    pub trials: Vec<Trial>,
    /// The training job of the best trial.
    pub best: String,
    /// Its score, the best of many: too high, which is why it is repeated.
    pub best_score: f64,
    /// The values that it was trained with, those that were searched alone.
    pub winner: Values,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    pub training_job: String,
    /// SageMaker's word.
    pub status: String,
    pub score: Option<f64>,
    pub hyperparameters: Values,
    pub seconds: Option<f64>,
}

/// Winner and present settings, each trained with the same seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub seeds: Vec<u64>,
    pub winner: Mean,
    pub present: Mean,
    /// Of the means: winner less present settings.
    pub difference: f64,
    pub interval: Interval,
    pub verdict: TuningVerdict,
    /// `None` where the two were compared by their scores alone, because not every training has left predictions of the
    /// same rows that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paired: Option<Paired>,
}

/// A comparison row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paired {
    /// Validation rows.
    pub rows: u64,
    /// Trials that the winner is the best of on these rows, at most; the interval allows for that.
    pub tried: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mean {
    /// Validation balanced accuracy of each seed.
    pub scores: Vec<f64>,
    pub mean: f64,
    pub interval: Interval,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TuningVerdict {
    #[serde(rename = "better")]
    Better,
    #[serde(rename = "not distinguishable")]
    NotDistinguishable,
    #[serde(rename = "worse")]
    Worse,
}

impl TuningVerdict {
    pub fn words(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::NotDistinguishable => "not distinguishable",
            Self::Worse => "worse",
        }
    }
}

impl Study {
    pub fn is_active(&self) -> bool {
        matches!(
            self.state,
            StudyState::Searching | StudyState::Repeating { .. }
        )
    }

    pub fn search(&self) -> Option<&Search> {
        match &self.state {
            StudyState::Searching => None,
            StudyState::Repeating { search } | StudyState::Ended { search, .. } => Some(search),
            StudyState::Failed { search, .. } => search.as_ref(),
        }
    }
}
