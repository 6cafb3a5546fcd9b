//! What a tuning job takes over from its parents.
//!
//! Source: the developer guide, "Run a Warm Start Hyperparameter Tuning Job", its restrictions.

use std::collections::{BTreeMap, BTreeSet};

use local_core::store::Tx;
use local_core::wire::AwsError;

use super::definition::OBJECTIVE;
use super::error::missing;
use super::inherited::Inherited;
use super::job::{JOBS, TuningJob};
use super::ranges::Kind;
use super::request::CreateRequest;
use super::trial;

/// The results of all parents. The request's static hyperparameters have the objective already, as the parents' have.
pub fn inherit(tx: &Tx, region: &str, request: &CreateRequest) -> Result<Vec<Inherited>, AwsError> {
    let parents = request.warm_start_config.iter();
    let parents = parents.flat_map(|config| &config.parent_hyper_parameter_tuning_jobs);
    let mut inherited = Vec::new();
    for parent in parents {
        let name = &parent.hyper_parameter_tuning_job_name;
        let parent = JOBS.get(tx, region, name);
        let parent = parent.ok_or_else(|| AwsError::validation(missing(name)))?;
        check(request, &parent)?;
        inherited.extend(results(tx, region, &parent));
    }
    Ok(inherited)
}

/// Source of the second: aws/amazon-sagemaker-examples issue 861, which quotes the answer.
fn check(request: &CreateRequest, parent: &TuningJob) -> Result<(), AwsError> {
    let name = parent.name();
    if !parent.status.is_final() {
        return Err(AwsError::validation(format!(
            "The parent tuning job {name} is in status {}: it must have ended",
            parent.status.name()
        )));
    }
    if names(request) != names(&parent.request) {
        return Err(AwsError::validation(
            "The set of tunable plus static HyperParameter names is not the same across current and parent tuning \
             jobs. Please ensure this set is constant when warm starting. Note that previously static \
             HyperParameters can be tuned in warm start jobs and vice versa.",
        ));
    }
    if request.objective() != parent.request.objective() {
        return Err(AwsError::validation(format!(
            "The objective metric is not that of the parent tuning job {name}"
        )));
    }
    let before = kinds(&parent.request);
    let changed = kinds(request).into_iter();
    let changed = changed.filter(|(name, kind)| before.get(name).is_some_and(|then| then != kind));
    match changed.map(|(name, _)| name).next() {
        None => Ok(()),
        Some(parameter) => Err(AwsError::validation(format!(
            "The hyperparameter {parameter:?} has another type than in the parent tuning job {name}"
        ))),
    }
}

fn names(request: &CreateRequest) -> BTreeSet<&str> {
    let fixed = &request.training_job_definition.static_hyper_parameters;
    let fixed = fixed.keys().map(String::as_str);
    kinds(request).into_keys().chain(fixed).collect()
}

fn kinds(request: &CreateRequest) -> BTreeMap<&str, Kind> {
    let config = &request.hyper_parameter_tuning_job_config;
    config.parameter_ranges.names().collect()
}

fn results(tx: &Tx, region: &str, parent: &TuningJob) -> Vec<Inherited> {
    let fixed = &parent
        .request
        .training_job_definition
        .static_hyper_parameters;
    let trials = trial::all(tx, region, parent.name()).into_iter();
    let results = trials.filter_map(|trial| {
        let objective = trial.objective()?;
        let all = fixed.iter().chain(&trial.values);
        let all = all.filter(|(name, _)| *name != OBJECTIVE);
        Some(Inherited {
            is_complete: trial.is_complete(),
            tuning_job: parent.name().to_owned(),
            values: all
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            training_job: trial.training_job,
            tuned: trial.values,
            objective,
        })
    });
    results.collect()
}
