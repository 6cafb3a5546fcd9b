//! Training jobs: which one an execution has trained by, how one stands, and what it has scored.

use anyhow::{Context, Result};
use aws_sdk_sagemaker::Client;
use aws_sdk_sagemaker::operation::describe_training_job::DescribeTrainingJobOutput;
use contracts::keys;
use contracts::pipeline::{OBJECTIVE, TRAIN_STEP};
use contracts::tuning::Values;

use crate::packages::PAGE;
use crate::refusal;

pub type Training = DescribeTrainingJobOutput;

/// The name of the job that the execution's training step ran, or took from the step cache.
pub async fn of_execution(sagemaker: &Client, execution_arn: &str) -> Result<Option<String>> {
    let list = sagemaker.list_pipeline_execution_steps();
    let list = list.pipeline_execution_arn(execution_arn).max_results(PAGE);
    let mut steps = list.into_paginator().items().send();
    while let Some(step) = steps.next().await {
        let step = step.with_context(|| format!("list the steps of {execution_arn}"))?;
        if step.step_name.as_deref() != Some(TRAIN_STEP) {
            continue;
        }
        let training = step.metadata.and_then(|metadata| metadata.training_job);
        let arn = training.and_then(|job| job.arn);
        return Ok(arn.and_then(|arn| Some(arn.rsplit_once('/')?.1.to_owned())));
    }
    Ok(None)
}

/// `None` where there is no job of this name.
pub async fn describe(sagemaker: &Client, name: &str) -> Result<Option<Training>> {
    let describe = sagemaker.describe_training_job();
    match describe.training_job_name(name).send().await {
        Ok(training) => Ok(Some(training)),
        Err(error) if refusal::is_missing(&error) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("describe {name}")),
    }
}

/// Of a tuning job's objective; `None` where the job's log had none.
pub fn score(training: &Training) -> Option<f64> {
    let mut metrics = training.final_metric_data_list().iter();
    let found = metrics.find(|metric| metric.metric_name() == Some(OBJECTIVE))?;
    found.value.map(f64::from)
}

pub fn hyperparameters(training: &Training) -> Values {
    let given = training.hyper_parameters.iter().flatten();
    given
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Whether its channel of a pretrained model holds one.
pub fn is_pretrained(training: &Training) -> bool {
    channel(training, "pretrained").is_some_and(|uri| !uri.ends_with(keys::NO_PRETRAINED))
}

const CLASSIFIER: &str = "reviewloop-classifier";

/// Whether the classifier's own image trained, whose repository has this name by a rule of the template.
pub fn is_classifiers(training: &Training) -> bool {
    let specification = training.algorithm_specification();
    let image = specification.and_then(|it| it.training_image());
    let name = image.and_then(|image| image.rsplit('/').next());
    let name = name.and_then(|name| name.split([':', '@']).next());
    name == Some(CLASSIFIER)
}

/// Where the channel of this name is read from.
pub fn channel<'a>(training: &'a Training, name: &str) -> Option<&'a str> {
    let mut channels = training.input_data_config().iter();
    let channel = channels.find(|channel| channel.channel_name() == Some(name))?;
    channel.data_source()?.s3_data_source()?.s3_uri()
}
