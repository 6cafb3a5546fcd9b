//! A winner that an execution trains.

use std::collections::BTreeMap;

use contracts::pipeline::{HYPERPARAMETERS, OF_HYPERPARAMETERS};
use contracts::run::{Run, RunState};
use contracts::tuning::{Adopt, Study, StudyState, Values};

use crate::hyperparameters;

/// The pipeline passes it by a parameter of the stack, for an interruption.
const CHECKPOINT_STEPS: &str = "checkpoint_steps";

/// The study with its winner adopted in any case; `None` where nothing of it changes.
pub fn adopted(study: &Study) -> Option<Study> {
    let mut next = Study {
        adopt: Adopt::Always,
        ..study.clone()
    };
    if let StudyState::Ended { adopted, .. } = &mut next.state {
        *adopted = true;
    }
    (next != *study).then_some(next)
}

/// The study whose winner the run's version is to be trained with: each is claimed once, after the run has ended well,
/// in the order of their start. `definition_hash` is the pipeline's of now.
pub fn waiting<'a>(
    run: Option<&Run>,
    studies: &'a [Study],
    definition_hash: &str,
) -> Option<&'a Study> {
    let run = run.filter(|run| run.state == RunState::Succeeded)?;
    let adopted = studies.iter().filter(|study| {
        let is_of_version = study.dataset == run.dataset
            && study.version == run.version
            && study.version_id == run.version_id
            && run.is_of_pipeline(study.pipeline_created);
        let is_adopted = matches!(study.state, StudyState::Ended { adopted: true, .. });
        is_of_version
            && is_adopted
            && !is_overtaken(study, run, definition_hash)
            && !run.studies.contains(&study.name)
    });
    adopted.min_by_key(|study| study.started_at)
}

/// The version's settings are others since: a person has started it with other parameters, or the stack was deployed with others.
/// That the winner is better than the settings before says nothing of these.
pub fn is_overtaken(study: &Study, run: &Run, definition_hash: &str) -> bool {
    let is_of_definition =
        study.definition_hash.is_empty() || study.definition_hash == definition_hash;
    study.adopt != Adopt::Always && !(is_of_definition && study.asked == run.asked)
}

/// The pipeline's parameters for the winner: all of its hyperparameters, those that were not searched too.
pub fn parameters(study: &Study) -> BTreeMap<String, String> {
    let mut values: Values = study.present.clone();
    if let Some(search) = study.search() {
        values.extend(search.winner.clone());
    }
    values.remove(CHECKPOINT_STEPS);
    for (theirs, ours) in hyperparameters::ALIASES {
        if ours == CHECKPOINT_STEPS {
            values.remove(theirs);
        }
    }
    let mut parameters = BTreeMap::new();
    for (name, parameter) in OF_HYPERPARAMETERS {
        if let Some(value) = values.remove(name) {
            parameters.insert(parameter.to_owned(), value);
        }
    }
    parameters.insert(HYPERPARAMETERS.to_owned(), hyperparameters::object(&values));
    parameters
}
