//! A request as the crate `tuning` reads it.

use tuning::{Hyperband, Rule, Strategy, Study, Values};

use super::inherited::Inherited;
use super::request::{self, CreateRequest, EarlyStoppingType};

/// Hyperparameters that tell the number of epochs; static ones also where `MaxResource` does not.
///
/// Source: the API reference, `HyperbandStrategyConfig`.
const EPOCHS: [&str; 5] = ["epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs"];

/// `MaxResource` at the most (the same page).
const MOST_EPOCHS: u32 = 20_000;

/// The error says what is wrong with the request.
pub fn study(request: &CreateRequest, seed: u64, inherited: &[Inherited]) -> Result<Study, String> {
    let config = &request.hyper_parameter_tuning_job_config;
    let space = config.parameter_ranges.space()?;
    Ok(Study {
        space,
        strategy: match config.strategy {
            request::Strategy::Bayesian => Strategy::Bayesian,
            request::Strategy::Random => Strategy::Random,
            request::Strategy::Grid => Strategy::Grid,
            request::Strategy::Hyperband => Strategy::Hyperband(hyperband(request)?),
        },
        direction: request.objective().direction(),
        warm: inherited.iter().map(Inherited::observation).collect(),
        seed,
    })
}

/// What stops a training job early.
pub fn rule(request: &CreateRequest) -> Option<Rule> {
    let config = &request.hyper_parameter_tuning_job_config;
    match config.strategy {
        // Checked when the tuning job was created.
        request::Strategy::Hyperband => hyperband(request).ok().map(Rule::Hyperband),
        _ => match config.training_job_early_stopping_type {
            EarlyStoppingType::Auto => Some(Rule::Median),
            EarlyStoppingType::Off => None,
        },
    }
}

/// How many training jobs there may be; `None` without a bound.
pub fn most_training_jobs(request: &CreateRequest) -> Option<u128> {
    let config = &request.hyper_parameter_tuning_job_config;
    match config.strategy {
        request::Strategy::Grid => config.parameter_ranges.space().ok()?.size(),
        _ => request.limits().max_number_of_training_jobs.map(u128::from),
    }
}

/// After how many epochs a training job's program ends by itself, where its hyperparameters tell it.
pub fn epochs(request: &CreateRequest, tuned: &Values) -> Option<u32> {
    let fixed = &request.training_job_definition.static_hyper_parameters;
    let mut epochs = EPOCHS
        .iter()
        .filter_map(|name| tuned.get(*name).or_else(|| fixed.get(*name)));
    // The official SDK writes a framework's hyperparameters as JSON: "3" in quotes.
    epochs.find_map(|epochs| epochs.trim_matches('"').parse().ok())
}

fn hyperband(request: &CreateRequest) -> Result<Hyperband, String> {
    let config = request.hyper_parameter_tuning_job_config.strategy_config;
    let config = config.and_then(|config| config.hyperband_strategy_config);
    let given = config.and_then(|config| config.max_resource);
    let told = epochs(request, &Values::new());
    let max_resource = given.or(told).ok_or_else(|| {
        let names = EPOCHS.join(", ");
        format!("Hyperband needs MaxResource, or one of {names} among StaticHyperParameters")
    })?;
    let min_resource = config.and_then(|config| config.min_resource).unwrap_or(1);
    if max_resource > MOST_EPOCHS || min_resource > max_resource {
        return Err(format!(
            "MinResource {min_resource} and MaxResource {max_resource} of Hyperband must be in this order and at most {MOST_EPOCHS}"
        ));
    }
    Ok(Hyperband {
        min_resource,
        max_resource,
        ends_itself: told.is_some_and(|told| told <= max_resource),
    })
}
