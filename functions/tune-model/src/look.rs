//! The study that is asked for, from what the newest dataset version was trained by.

use anyhow::Result;
use contracts::keys;
use contracts::pipeline::OBJECTIVE;
use contracts::run::{Run, RunState};
use contracts::tuning::{Strategy, Study, StudyState, TuneRequest};
use loop_state::trainings::{self, Training};
use loop_state::{objects, pipelines, versions};
use policy::naming;
use policy::shell::at_stack;
use policy::tuning::{self, Trained};

use crate::Deps;

/// The inner error says why there is none to be started now. One of the earlier studies that failed is not found again:
/// the same asked for once more is another attempt.
pub async fn study(
    deps: &Deps,
    request: &TuneRequest,
    earlier: &[Study],
) -> Result<Result<Study, String>> {
    let run: Option<Run> = objects::read(&deps.bucket, keys::RUN)
        .await?
        .map(|found| found.value);
    let dataset = &deps.config.dataset_name;
    let newest = versions::newest_for_run(&deps.bucket, dataset, run.as_ref()).await?;
    let Some(newest) = newest else {
        return Ok(Err(
            "there is no dataset yet: upload a file first".to_owned()
        ));
    };
    let pipeline = pipelines::describe(&deps.sagemaker, &deps.config.pipeline_name).await?;
    let number = newest.number;
    let run = run.filter(|run| {
        run.is_of(dataset, pipeline.created)
            && run.version == number
            && run.state == RunState::Succeeded
    });
    let Some((run, execution_arn)) = run.and_then(|run| {
        let arn = run.execution_arn.clone()?;
        Some((run, arn))
    }) else {
        return Ok(Err(format!(
            "dataset version {number} has no execution that has succeeded: its training is what a study repeats"
        )));
    };
    let start = at_stack("reviewloop start", &deps.config.stack);
    if run.definition_hash != pipeline.definition_hash {
        return Ok(Err(format!(
            "the stack's settings have changed since dataset version {number} was trained: {start} trains it with those \
             of now"
        )));
    }
    let training = match trainings::of_execution(&deps.sagemaker, &execution_arn).await? {
        Some(name) => trainings::describe(&deps.sagemaker, &name).await?,
        None => None,
    };
    let Some(training) = training else {
        return Ok(Err(format!("{execution_arn} has no training job")));
    };
    let study = new_study(deps, request, &training);
    if !has_rows(deps, &training).await? {
        return Ok(Err(format!(
            "the rows that dataset version {number} was trained with have expired: {start} prepares them anew"
        )));
    }
    Ok(study.map(|study| {
        let (name, continues) = named(&study, &run, earlier);
        Study {
            dataset: run.dataset.clone(),
            pipeline_created: run.pipeline_created,
            version: run.version,
            version_id: run.version_id.clone(),
            asked: run.asked.clone(),
            definition_hash: run.definition_hash.clone(),
            execution_arn,
            name,
            continues,
            ..study
        }
    }))
}

/// The pipeline's rows are kept for some weeks only.
async fn has_rows(deps: &Deps, training: &Training) -> Result<bool> {
    let Some(uri) = trainings::channel(training, "train") else {
        return Ok(true);
    };
    match keys::parse_s3_uri(uri) {
        Some((bucket, key)) if bucket == deps.bucket.name => {
            Ok(!objects::list(&deps.bucket, key).await?.is_empty())
        }
        _ => Ok(true),
    }
}

/// Except what the run has.
fn new_study(deps: &Deps, request: &TuneRequest, training: &Training) -> Result<Study, String> {
    let name = training.training_job_name.clone().unwrap_or_default();
    let specification = training.algorithm_specification.as_ref();
    let mut metrics = specification.iter().flat_map(|it| it.metric_definitions());
    if !metrics.any(|metric| metric.name() == Some(OBJECTIVE)) {
        return Err(format!(
            "the training job {name} has no metric {OBJECTIVE}, which a study maximises"
        ));
    }
    let trained = Trained {
        hyperparameters: trainings::hyperparameters(training),
        is_pretrained: trainings::is_pretrained(training),
        is_classifiers: trainings::is_classifiers(training),
    };
    let plan = tuning::plan(request, &trained, deps.config.bounds)?;
    Ok(Study {
        name: String::new(),
        dataset: String::new(),
        pipeline_created: 0,
        definition_hash: String::new(),
        version: 0,
        version_id: String::new(),
        started_at: deps.clock.now(),
        execution_arn: String::new(),
        training_job: name,
        asked: [].into(),
        present: plan.present,
        continues: Vec::new(),
        strategy: request.strategy,
        jobs: plan.jobs,
        parallel: plan.parallel,
        ranges: plan.ranges,
        adopt: request.adopt,
        state: StudyState::Searching,
    })
}

/// The study's name, by the version, the training, the ranges, the budget and the attempt; and the attempts before it
/// that have found anything, which Bayesian search goes on from.
fn named(study: &Study, run: &Run, earlier: &[Study]) -> (String, Vec<String>) {
    let ranges = serde_json::to_string(&study.ranges).unwrap_or_default();
    let budget = format!("{}/{}", study.jobs, study.parallel);
    let named = |attempt: usize| {
        let attempt = attempt.to_string();
        let pieces = [
            run.dataset.as_str(),
            &run.version_id,
            &study.training_job,
            study.strategy.name(),
            &budget,
            &ranges,
            &attempt,
        ];
        naming::study(run.version, &pieces)
    };
    let failed = |name: &String| {
        earlier
            .iter()
            .find(|study| study.name == *name && matches!(study.state, StudyState::Failed { .. }))
    };
    let mut continues = Vec::new();
    // Each of the earlier ones has one name: one more is free.
    for attempt in 1..=earlier.len() {
        let name = named(attempt);
        match failed(&name) {
            None => return (name, continues),
            Some(before) if before.search().is_some() && study.strategy == Strategy::Bayesian => {
                continues.push(name);
            }
            Some(_) => {}
        }
    }
    (named(earlier.len() + 1), continues)
}
