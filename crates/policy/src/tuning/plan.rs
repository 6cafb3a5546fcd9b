//! From a person's request, or a schedule, to what is searched.

use contracts::tuning::{Range, Ranges, Strategy, TuneRequest, Values};

use super::hyperband::{EPOCHS, max_resource};
use super::settings::{SEED, algorithm};
use super::{conditions, searchable, space};
use crate::hyperparameters::{self, ALIASES, AUTO, unquoted};

/// The stack's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Training jobs of a study, at most: `TuningJobs`.
    pub jobs: u32,
    /// Of them at the same time: `TuningParallelJobs`.
    pub parallel: u32,
}

/// The training that is repeated with other hyperparameters.
#[derive(Debug, Clone)]
pub struct Trained {
    /// As its job has them.
    pub hyperparameters: Values,
    pub is_pretrained: bool,
    /// By the classifier's own image; another one may have other hyperparameters.
    pub is_classifiers: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub jobs: u32,
    pub parallel: u32,
    pub ranges: Ranges,
    /// All of the training's hyperparameters, those of its object `hyperparameters` beside the others.
    pub present: Values,
}

const NEVER_SEARCHED: [&str; 5] = ["algorithm", SEED, "mode", "text_column", "label_column"];

/// Errors say what cannot be searched, and name it.
pub fn plan(request: &TuneRequest, trained: &Trained, bounds: Bounds) -> Result<Plan, String> {
    let jobs = within("--jobs", request.jobs, bounds.jobs, "TuningJobs")?;
    let parallel = within(
        "--parallel",
        request.parallel,
        bounds.parallel,
        "TuningParallelJobs",
    )?;
    let present = hyperparameters::merged(trained.hyperparameters.clone())?;
    let algorithm = algorithm(&present);
    if algorithm == "automl" {
        return Err(
            "a study searches one algorithm, and automl trains each: start the version with Algorithm=fasttext before, or \
             ngrams or bert"
                .to_owned(),
        );
    }
    let own = space::of_algorithm(algorithm, trained.is_pretrained);
    let mut ranges = Ranges::new();
    for (name, text) in &request.parameters {
        if NEVER_SEARCHED.contains(&name.as_str()) {
            return Err(format!(
                "{name} is not searched: another algorithm is another study, other columns are another problem, and \
                 the best seed is chance"
            ));
        }
        let range = match (text.as_str(), own.get(name)) {
            ("", Some(range)) => range.clone(),
            ("", None) => {
                let known: Vec<&str> = own.keys().map(String::as_str).collect();
                let known = known.join(", ");
                return Err(format!(
                    "{algorithm} has a range of its own for {known} alone: write {name}=MIN:MAX, {name}=MIN:MAX:log or \
                     {name}=A,B,C"
                ));
            }
            (text, _) => searched(trained, &present, name, space::range(name, text)?)?,
        };
        ranges.insert(name.clone(), range);
    }
    if ranges.is_empty() {
        ranges = own;
    }
    if ranges.is_empty() {
        return Err(format!(
            "the algorithm {algorithm:?} has no ranges of its own: give them by --parameter"
        ));
    }
    if trained.is_classifiers {
        // A condition is stated by our names.
        let all = hyperparameters::with_our_names(present.clone(), |_| true)?;
        conditions::check(algorithm, &ranges, &all)?;
    }
    let present = by_our_names(present, &ranges, request.strategy)?;
    if request.strategy == Strategy::Hyperband {
        max_resource(&ranges, &present)?;
    }
    let jobs = match space::combinations(&ranges).map(u32::try_from) {
        Some(Ok(most)) if most < jobs && request.jobs.is_some() => {
            return Err(format!(
                "--jobs {jobs}: the ranges have {most} combinations in all"
            ));
        }
        Some(Ok(most)) => jobs.min(most),
        _ => jobs,
    };
    Ok(Plan {
        jobs,
        parallel: parallel.min(jobs),
        ranges,
        present,
    })
}

/// With our names for transformers' where ours is searched: a trial that had the training's value under the other name would
/// have it twice. Hyperband reads the epochs. The others stay, because another image may know transformers' names alone; one
/// of those that is searched is refused beside ours.
fn by_our_names(present: Values, ranges: &Ranges, strategy: Strategy) -> Result<Values, String> {
    for (theirs, ours) in ALIASES {
        let is_given = present
            .get(ours)
            .is_some_and(|value| unquoted(value) != AUTO);
        if ranges.contains_key(theirs) && is_given {
            return Err(format!(
                "the training was given `{ours}`, which is `{theirs}` under another name: search {ours}"
            ));
        }
    }
    let is_read = |ours: &str| strategy == Strategy::Hyperband && ours == EPOCHS;
    hyperparameters::with_our_names(present, |ours| ranges.contains_key(ours) || is_read(ours))
}

/// The range as the algorithm takes it.
fn searched(
    trained: &Trained,
    present: &Values,
    name: &str,
    range: Range,
) -> Result<Range, String> {
    if !trained.is_classifiers {
        return Ok(range);
    }
    let algorithm = algorithm(present);
    let known = searchable::of_algorithm(algorithm, trained.is_pretrained);
    match known.iter().find(|(known, _)| *known == name) {
        Some((_, kind)) => kind.of(range).map_err(|reason| format!("{name}: {reason}")),
        None => {
            let known: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            Err(format!(
                "{name} is no hyperparameter that a study of {algorithm} searches: those are {}",
                known.join(", ")
            ))
        }
    }
}

fn within(option: &str, given: Option<u32>, most: u32, parameter: &str) -> Result<u32, String> {
    match given {
        None => Ok(most),
        Some(0) => Err(format!("{option} is 0: at least one training job searches")),
        Some(given) if given > most => Err(format!(
            "{option} {given} is above the stack's {parameter}, {most}"
        )),
        Some(given) => Ok(given),
    }
}
