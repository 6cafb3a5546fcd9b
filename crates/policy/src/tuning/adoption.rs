//! A winner that an execution trains.

use std::collections::BTreeMap;

use contracts::pipeline::{HYPERPARAMETERS, OF_HYPERPARAMETERS};
use contracts::run::{Run, RunState};
use contracts::tuning::{Study, StudyState, Values};

use crate::hyperparameters;

/// The pipeline passes it by a parameter of the stack, for an interruption.
const CHECKPOINT_STEPS: &str = "checkpoint_steps";

/// The study whose winner the run's version is to be trained with: each is claimed once, after the run has ended well.
pub fn waiting<'a>(run: Option<&Run>, studies: &'a [Study]) -> Option<&'a Study> {
    let run = run.filter(|run| run.state == RunState::Succeeded)?;
    studies.iter().find(|study| {
        let is_of_version = study.dataset == run.dataset
            && study.version == run.version
            && study.version_id == run.version_id;
        let is_adopted = matches!(study.state, StudyState::Ended { adopted: true, .. });
        is_of_version && is_adopted && !run.studies.contains(&study.name)
    })
}

/// The pipeline's parameters for the winner: all of its hyperparameters, those that were not searched too.
pub fn parameters(study: &Study) -> BTreeMap<String, String> {
    let mut values: Values = study.present.clone();
    if let Some(search) = study.search() {
        values.extend(search.winner.clone());
    }
    values.remove(CHECKPOINT_STEPS);
    let mut parameters = BTreeMap::new();
    for (name, parameter) in OF_HYPERPARAMETERS {
        if let Some(value) = values.remove(name) {
            parameters.insert(parameter.to_owned(), value);
        }
    }
    parameters.insert(HYPERPARAMETERS.to_owned(), hyperparameters::object(&values));
    parameters
}
