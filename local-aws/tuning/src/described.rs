//! A tuning job and its training jobs as descriptions, lists and events show them.

use local_core::store::Tx;
use local_core::timestamp::Timestamp;
use local_core::wire::extend;
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{self, Job, Training};
use serde_json::{Value, json};
use tuning::Values;

use super::job::TuningJob;
use super::request::{CreateRequest, WarmStartType};
use super::trial::{self, ObjectiveStatus, Trial};

/// How a moment is written: seconds in answers, milliseconds in events.
pub type Spell = fn(Timestamp) -> Value;

/// As in answers.
pub fn seconds(time: Timestamp) -> Value {
    time.seconds().into()
}

/// A training job, and which tuning job has launched it for which values.
struct Launched<'a> {
    training_job: &'a str,
    /// Where it is a parent's.
    tuning_job: Option<&'a str>,
    values: &'a Values,
    objective: Option<f64>,
    objective_status: ObjectiveStatus,
    is_complete: bool,
}

impl<'a> Launched<'a> {
    fn of(trial: &'a Trial) -> Self {
        Self {
            training_job: &trial.training_job,
            tuning_job: None,
            values: &trial.values,
            objective: trial.objective(),
            objective_status: trial.objective_status(),
            is_complete: trial.is_complete(),
        }
    }
}

/// What a description and an event share.
pub fn tuning_job(
    tx: &Tx,
    region: &str,
    (job, trials): (&TuningJob, &[Trial]),
    spell: Spell,
) -> Value {
    let request = &job.request;
    let mut described = json!({
        "HyperParameterTuningJobName": job.name(),
        "HyperParameterTuningJobArn": job.arn,
        "HyperParameterTuningJobConfig": request.hyper_parameter_tuning_job_config,
        "TrainingJobDefinition": request.training_job_definition,
        "HyperParameterTuningJobStatus": job.status,
        "CreationTime": spell(job.created),
        "HyperParameterTuningEndTime": job.ended.map(spell),
        "LastModifiedTime": spell(job.modified),
        "BestTrainingJob": trial::best(trials, request.objective().direction()).and_then(|trial| {
            training_job(tx, region, (request, trial), spell)
        }),
        "OverallBestTrainingJob": overall_best(tx, region, (job, trials), spell),
        "WarmStartConfig": request.warm_start_config,
        "FailureReason": job.failure_reason,
    });
    extend(&mut described, counters(trials));
    described
}

/// Both counters.
pub fn counters(trials: &[Trial]) -> Value {
    let count = |counts: &dyn Fn(&Trial) -> bool| trials.iter().filter(|t| counts(t)).count();
    let ended = |status: JobStatus, is_retryable: bool| {
        count(&|trial| {
            let ended = trial.ended.as_ref();
            ended.is_some_and(|e| e.status == status && e.is_retryable == is_retryable)
        })
    };
    let objective =
        |status: ObjectiveStatus| count(&|trial: &Trial| trial.objective_status() == status);
    json!({
        "TrainingJobStatusCounters": {
            "Completed": ended(JobStatus::Completed, false),
            "InProgress": count(&|trial| trial.ended.is_none()),
            "RetryableError": ended(JobStatus::Failed, true),
            "NonRetryableError": ended(JobStatus::Failed, false),
            "Stopped": ended(JobStatus::Stopped, false),
        },
        "ObjectiveStatusCounters": {
            "Succeeded": objective(ObjectiveStatus::Succeeded),
            "Pending": objective(ObjectiveStatus::Pending),
            "Failed": objective(ObjectiveStatus::Failed),
        },
    })
}

/// `TrainingJobSummary` of a trial; none where its training job is gone.
pub fn training_job(
    tx: &Tx,
    region: &str,
    (request, trial): (&CreateRequest, &Trial),
    spell: Spell,
) -> Option<Value> {
    summary(tx, region, (request, &Launched::of(trial)), spell)
}

/// Of the parents' training jobs, too, where data and algorithm are the same.
fn overall_best(
    tx: &Tx,
    region: &str,
    (job, trials): (&TuningJob, &[Trial]),
    spell: Spell,
) -> Option<Value> {
    let warm_start = job.request.warm_start_config.as_ref()?;
    if warm_start.warm_start_type != WarmStartType::IdenticalDataAndAlgorithm {
        return None;
    }
    let direction = job.request.objective().direction();
    let own = trial::best(trials, direction).map(|trial| Launched {
        tuning_job: Some(job.name()),
        ..Launched::of(trial)
    });
    let parents = job.inherited.iter().map(|inherited| Launched {
        training_job: &inherited.training_job,
        tuning_job: Some(&inherited.tuning_job),
        values: &inherited.tuned,
        objective: Some(inherited.objective),
        objective_status: ObjectiveStatus::Succeeded,
        is_complete: inherited.is_complete,
    });
    let cost = |launched: &Launched| {
        let objective = launched.objective.unwrap_or(f64::NAN);
        match direction {
            tuning::Direction::Minimize => objective,
            tuning::Direction::Maximize => -objective,
        }
    };
    let all = own.into_iter().chain(parents);
    // As among a tuning job's own: what has completed comes first.
    let best = all.min_by(|a, b| {
        let by_cost = cost(a).total_cmp(&cost(b));
        b.is_complete.cmp(&a.is_complete).then(by_cost)
    })?;
    summary(tx, region, (&job.request, &best), spell)
}

fn summary(
    tx: &Tx,
    region: &str,
    (request, launched): (&CreateRequest, &Launched),
    spell: Spell,
) -> Option<Value> {
    let job: Job<Training> = jobs::get(tx, region, launched.training_job)?;
    let state = job.state;
    let objective = request.objective();
    let metric = launched.objective.map(|value| {
        json!({ "Type": objective.direction, "MetricName": objective.metric_name, "Value": value })
    });
    Some(json!({
        "TrainingJobDefinitionName": request.training_job_definition.definition_name,
        "TrainingJobName": launched.training_job,
        "TrainingJobArn": state.arn,
        "TuningJobName": launched.tuning_job,
        "CreationTime": spell(state.created),
        "TrainingStartTime": state.started.map(spell),
        "TrainingEndTime": state.ended.map(spell),
        "TrainingJobStatus": state.status,
        "TunedHyperParameters": launched.values,
        "FailureReason": state.failure_reason,
        "FinalHyperParameterTuningJobObjectiveMetric": metric,
        "ObjectiveStatus": launched.objective_status,
    }))
}
