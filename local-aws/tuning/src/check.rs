//! What AWS refuses of a request beyond the limits of its model, and what this machine cannot honour.

use std::collections::BTreeSet;

use local_core::wire::AwsError;
use local_sagemaker::jobs::{JobKind, Training};
use tuning::{Space, Values};

use super::ranges::Kind;
use super::request::{CreateRequest, EarlyStoppingType, Strategy};
use super::search;

/// AWS's default quota on the training jobs of one tuning job. Source: the developer guide, "Resource Limits for
/// Automatic Model Tuning".
const MOST_TRAINING_JOBS: u128 = 750;

pub fn check(request: &CreateRequest) -> Result<(), AwsError> {
    let study = search::study(request, 0, &[]).map_err(AwsError::validation)?;
    objective(request)?;
    strategy(request, &study.space)?;
    names(request)?;
    combinations(request, &study.space)?;
    parents(request)?;
    let first = study.suggest(&[], 1).pop().unwrap_or_else(Values::new);
    let definition = &request.training_job_definition;
    Training::check(&definition.request(request.name(), &first, &request.tags))
}

/// Source: aws/sagemaker-python-sdk issue 3932, which quotes the answer.
fn objective(request: &CreateRequest) -> Result<(), AwsError> {
    let metric = &request.objective().metric_name;
    match request.training_job_definition.metric(metric) {
        Some(_) => Ok(()),
        None => Err(AwsError::validation(
            "A metric is required for this hyperparameter tuning job objective. Provide a metric in the metric \
             definitions.",
        )),
    }
}

/// Source: the API reference, `HyperParameterTuningJobConfig`, and the developer guide, "Understand the
/// hyperparameter tuning strategies available".
fn strategy(request: &CreateRequest, space: &Space) -> Result<(), AwsError> {
    let config = &request.hyper_parameter_tuning_job_config;
    let stops_early = config.training_job_early_stopping_type == EarlyStoppingType::Auto;
    let is_hyperband = config.strategy == Strategy::Hyperband;
    if is_hyperband && stops_early {
        return Err(AwsError::validation(
            "TrainingJobEarlyStoppingType must be Off for the strategy Hyperband, which stops training jobs itself",
        ));
    }
    if !is_hyperband && config.strategy_config.is_some() {
        return Err(AwsError::validation(
            "StrategyConfig is for the strategy Hyperband alone",
        ));
    }
    if config.strategy != Strategy::Grid {
        return Ok(());
    }
    let mut kinds = config.parameter_ranges.names();
    if let Some((name, _)) = kinds.find(|(_, kind)| *kind != Kind::Categorical) {
        return Err(AwsError::validation(format!(
            "The strategy Grid takes categorical ranges alone, and {name:?} has another"
        )));
    }
    let Some(size) = space.size() else {
        return Err(AwsError::validation(
            "The grid has 2^128 combinations or more, which are not counted",
        ));
    };
    match request.limits().max_number_of_training_jobs {
        Some(given) if u128::from(given) != size => Err(AwsError::validation(format!(
            "MaxNumberOfTrainingJobs {given} is not the number of combinations of the grid, {size}"
        ))),
        _ => Ok(()),
    }
}

fn names(request: &CreateRequest) -> Result<(), AwsError> {
    let config = &request.hyper_parameter_tuning_job_config;
    let definition = &request.training_job_definition;
    let mut tunable = config.parameter_ranges.names();
    let twice = tunable.find(|(name, _)| definition.static_hyper_parameters.contains_key(*name));
    match twice {
        None => Ok(()),
        Some((name, _)) => Err(AwsError::validation(format!(
            "The hyperparameter {name:?} is both in ParameterRanges and in StaticHyperParameters"
        ))),
    }
}

/// Source of the first: aws/amazon-sagemaker-operator-for-k8s issue 123, which quotes the answer.
fn combinations(request: &CreateRequest, space: &Space) -> Result<(), AwsError> {
    let config = &request.hyper_parameter_tuning_job_config;
    let limits = request.limits();
    let most = search::most_training_jobs(request);
    match (most, space.size()) {
        (Some(most), Some(size)) if size < most => Err(AwsError::validation(format!(
            "You don't have enough combinations of hyperparameter ranges. The total number of hyperparameter \
             combinations for the provided ranges [{size}.0] must be equal or greater than the value of \
             MaxNumberOfJobs, [{most}]. Provide additional ranges."
        ))),
        (Some(most), _) if most > MOST_TRAINING_JOBS => Err(AwsError::new(
            400,
            "ResourceLimitExceeded",
            format!(
                "The account-level service limit 'Number of training jobs per hyperparameter tuning job' is \
                 {MOST_TRAINING_JOBS} Training Jobs, with current utilization of 0 Training Jobs and a request delta of \
                 {most} Training Jobs."
            ),
        )),
        (None, _)
            if limits.max_runtime_in_seconds.is_none()
                && config.tuning_job_completion_criteria.is_none() =>
        {
            Err(AwsError::validation(
                "Nothing ends this tuning job: ResourceLimits has neither MaxNumberOfTrainingJobs nor \
                 MaxRuntimeInSeconds, and there are no TuningJobCompletionCriteria",
            ))
        }
        _ => Ok(()),
    }
}

/// Whose results would count twice.
fn parents(request: &CreateRequest) -> Result<(), AwsError> {
    let config = request.warm_start_config.iter();
    let parents = config.flat_map(|config| &config.parent_hyper_parameter_tuning_jobs);
    let mut named = BTreeSet::new();
    for parent in parents {
        let name = &parent.hyper_parameter_tuning_job_name;
        if !named.insert(name) {
            return Err(AwsError::validation(format!(
                "The parent tuning job {name} is named twice"
            )));
        }
    }
    Ok(())
}
