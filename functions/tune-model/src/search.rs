//! The study's tuning job.

use std::collections::HashMap;

use anyhow::{Context, Result};
use aws_sdk_sagemaker::error::ProvideErrorMetadata;
use aws_sdk_sagemaker::types::{
    CategoricalParameterRange, CheckpointConfig, ContinuousParameterRange,
    HyperParameterAlgorithmSpecification, HyperParameterScalingType as Scaling,
    HyperParameterTrainingJobDefinition, HyperParameterTuningJobConfig,
    HyperParameterTuningJobObjective, HyperParameterTuningJobObjectiveType,
    HyperParameterTuningJobStrategyConfig, HyperParameterTuningJobStrategyType,
    HyperParameterTuningJobWarmStartConfig, HyperParameterTuningJobWarmStartType,
    HyperbandStrategyConfig, IntegerParameterRange, OutputDataConfig, ParameterRanges,
    ParentHyperParameterTuningJob, ResourceLimits, Tag, TrainingJobEarlyStoppingType,
};
use contracts::keys;
use contracts::names::STACK_TAG;
use contracts::pipeline::OBJECTIVE;
use contracts::tuning::{Range, Ranges, Strategy, Study};
use loop_state::trainings::{self, Training};
use loop_state::{execution, tunings};
use policy::{naming, tuning};

use crate::Deps;

pub enum Created {
    /// Now, or before.
    Is,
    Refused {
        reason: String,
    },
}

/// Creates the job unless it is there.
pub async fn ensure(deps: &Deps, study: &Study) -> Result<Created> {
    let name = match naming::tuning_job(&deps.config.stack, &study.name) {
        Ok(name) => name,
        Err(reason) => return Ok(Created::Refused { reason }),
    };
    if is_there(deps, study).await? {
        return Ok(Created::Is);
    }
    let training = trainings::describe(&deps.sagemaker, &study.training_job).await?;
    let Some(training) = training else {
        let reason = format!("the training job {} is gone", study.training_job);
        return Ok(Created::Refused { reason });
    };
    create(deps, study, &name, &training).await
}

pub async fn is_there(deps: &Deps, study: &Study) -> Result<bool> {
    let job = tunings::job(&deps.sagemaker, &deps.config.stack, &study.name).await?;
    Ok(job.is_some())
}

async fn create(deps: &Deps, study: &Study, name: &str, training: &Training) -> Result<Created> {
    let tag = Tag::builder().key(STACK_TAG).value(&deps.config.stack);
    let created = deps
        .sagemaker
        .create_hyper_parameter_tuning_job()
        .hyper_parameter_tuning_job_name(name)
        .hyper_parameter_tuning_job_config(config(study))
        .training_job_definition(definition(deps, study, training))
        .set_warm_start_config(warm_start(deps, study))
        .tags(tag.build())
        .send()
        .await;
    let Err(error) = created else {
        return Ok(Created::Is);
    };
    let service = error.as_service_error();
    let code = service.and_then(ProvideErrorMetadata::code);
    if code.is_some_and(|code| code.starts_with("ResourceInUse")) {
        return Ok(Created::Is);
    }
    match execution::refusal(&error) {
        Some(reason) => Ok(Created::Refused { reason }),
        None => Err(error).with_context(|| format!("create {name}")),
    }
}

fn config(study: &Study) -> HyperParameterTuningJobConfig {
    let objective = HyperParameterTuningJobObjective::builder()
        .r#type(HyperParameterTuningJobObjectiveType::Maximize)
        .metric_name(OBJECTIVE);
    let limits = ResourceLimits::builder()
        .max_number_of_training_jobs(study.jobs.cast_signed())
        .max_parallel_training_jobs(study.parallel.cast_signed());
    // Hyperband stops jobs by itself.
    let early_stopping = match study.strategy {
        Strategy::Hyperband => TrainingJobEarlyStoppingType::Off,
        Strategy::Bayesian | Strategy::Random => TrainingJobEarlyStoppingType::Auto,
    };
    HyperParameterTuningJobConfig::builder()
        .strategy(HyperParameterTuningJobStrategyType::from(
            study.strategy.name(),
        ))
        .hyper_parameter_tuning_job_objective(objective.build())
        .resource_limits(limits.build())
        .parameter_ranges(ranges(&study.ranges))
        .training_job_early_stopping_type(early_stopping)
        .set_strategy_config(hyperband(study))
        .build()
}

/// Needed where epochs are searched: one that is fixed is read by SageMaker itself.
fn hyperband(study: &Study) -> Option<HyperParameterTuningJobStrategyConfig> {
    if study.strategy != Strategy::Hyperband {
        return None;
    }
    let most = tuning::max_resource(&study.ranges, &study.present).ok()??;
    let most = HyperbandStrategyConfig::builder().max_resource(most.cast_signed());
    let config = HyperParameterTuningJobStrategyConfig::builder();
    Some(config.hyperband_strategy_config(most.build()).build())
}

/// `ParentHyperParameterTuningJobs` at the most (API reference, `HyperParameterTuningJobWarmStartConfig`).
const MOST_PARENTS: usize = 5;

/// Trials of earlier attempts are not trained again in vain.
fn warm_start(deps: &Deps, study: &Study) -> Option<HyperParameterTuningJobWarmStartConfig> {
    let parents = study.continues.iter().rev().take(MOST_PARENTS);
    let parents: Vec<_> = parents
        .filter_map(|earlier| naming::tuning_job(&deps.config.stack, earlier).ok())
        .map(|name| {
            let parent = ParentHyperParameterTuningJob::builder();
            parent.hyper_parameter_tuning_job_name(name).build()
        })
        .collect();
    if parents.is_empty() {
        return None;
    }
    let config = HyperParameterTuningJobWarmStartConfig::builder()
        .set_parent_hyper_parameter_tuning_jobs(Some(parents))
        .warm_start_type(HyperParameterTuningJobWarmStartType::IdenticalDataAndAlgorithm);
    Some(config.build())
}

fn ranges(ranges: &Ranges) -> ParameterRanges {
    let scaling = |logarithmic: bool| {
        if logarithmic {
            Scaling::Logarithmic
        } else {
            Scaling::Linear
        }
    };
    let mut built = ParameterRanges::builder();
    for (name, range) in ranges {
        built = match range {
            Range::Integer {
                min,
                max,
                logarithmic,
            } => built.integer_parameter_ranges(
                IntegerParameterRange::builder()
                    .name(name)
                    .min_value(min)
                    .max_value(max)
                    .scaling_type(scaling(*logarithmic))
                    .build(),
            ),
            Range::Continuous {
                min,
                max,
                logarithmic,
            } => built.continuous_parameter_ranges(
                ContinuousParameterRange::builder()
                    .name(name)
                    .min_value(min)
                    .max_value(max)
                    .scaling_type(scaling(*logarithmic))
                    .build(),
            ),
            Range::Categorical { values } => built.categorical_parameter_ranges(
                CategoricalParameterRange::builder()
                    .name(name)
                    .set_values(Some(values.clone()))
                    .build(),
            ),
        };
    }
    built.build()
}

/// The training once more, but for what is searched.
fn definition(
    deps: &Deps,
    study: &Study,
    training: &Training,
) -> HyperParameterTrainingJobDefinition {
    let fixed = study.present.iter();
    let fixed: HashMap<String, String> = fixed
        .filter(|(name, _)| !study.ranges.contains_key(*name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let folder = keys::s3_uri(&deps.bucket.name, &keys::study(&study.name));
    let output = training.output_data_config.as_ref();
    let output = OutputDataConfig::builder()
        .set_kms_key_id(output.and_then(|output| output.kms_key_id.clone()))
        .s3_output_path(format!("{folder}models"));
    // SageMaker gives each training job a folder of its own below it.
    let checkpoints = training.checkpoint_config.as_ref().map(|_| {
        let uri = format!("{folder}checkpoints");
        CheckpointConfig::builder().s3_uri(uri).build()
    });
    HyperParameterTrainingJobDefinition::builder()
        .set_static_hyper_parameters(Some(fixed))
        .set_algorithm_specification(training.algorithm_specification.as_ref().map(algorithm))
        .set_role_arn(training.role_arn.clone())
        .set_input_data_config(training.input_data_config.clone())
        .output_data_config(output.build())
        .set_resource_config(training.resource_config.clone())
        .set_stopping_condition(training.stopping_condition.clone())
        .set_enable_managed_spot_training(training.enable_managed_spot_training)
        .set_checkpoint_config(checkpoints)
        .set_vpc_config(training.vpc_config.clone())
        .build()
}

fn algorithm(
    of: &aws_sdk_sagemaker::types::AlgorithmSpecification,
) -> HyperParameterAlgorithmSpecification {
    HyperParameterAlgorithmSpecification::builder()
        .set_training_image(of.training_image.clone())
        .set_training_input_mode(of.training_input_mode.clone())
        .set_metric_definitions(of.metric_definitions.clone())
        .build()
}
