//! An AutoML job and its candidates as descriptions and lists show them.

use local_core::Cloud;
use local_core::timestamp::Timestamp;
use local_core::wire::extend;
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{Job, Training};
use serde_json::{Value, json};

use super::job::AutoMlJob;
use super::seen::Seen;
use super::steps::{Step, Steps};
use super::{containers, first_version, metrics};

/// AWS's limit on a reason.
const MOST_SIGNS: usize = 1024;

pub fn of_first_version(cloud: &Cloud, region: &str, seen: &Seen) -> Value {
    let mut described = shared(cloud, region, seen);
    extend(&mut described, first_version::described(&seen.job.request));
    if let Some(resolved) = &seen.job.resolved {
        described["ResolvedAttributes"]["ProblemType"] = json!(resolved.problem_type);
    }
    described
}

pub fn of_second_version(cloud: &Cloud, region: &str, seen: &Seen) -> Value {
    let request = &seen.job.request;
    let is_tabular = request.problem.tabular_job_config.is_some();
    let mut described = shared(cloud, region, seen);
    let more = json!({
        "AutoMLJobInputDataConfig": request.channels,
        "AutoMLProblemTypeConfig": request.problem,
        "AutoMLProblemTypeConfigName": if is_tabular { "Tabular" } else { "TextClassification" },
        "DataSplitConfig": request.data_split_config,
        "SecurityConfig": request.security_config,
    });
    extend(&mut described, more);
    if let Some(resolved) = seen.job.resolved.as_ref().filter(|_| is_tabular) {
        described["ResolvedAttributes"]["AutoMLProblemTypeResolvedAttributes"] =
            json!({ "TabularResolvedAttributes": { "ProblemType": resolved.problem_type } });
    }
    described
}

fn shared(cloud: &Cloud, region: &str, seen: &Seen) -> Value {
    let (job, request) = (&seen.job, &seen.job.request);
    let mut described = summary(job);
    let notebook =
        |name: &str| format!("{}/SageMakerAutopilot{name}Notebook.ipynb", job.notebooks());
    let best = seen.best().filter(|_| seen.is_tuned());
    let more = json!({
        "OutputDataConfig": request.output_data_config,
        "RoleArn": request.role_arn,
        "AutoMLJobObjective": request.objective,
        "BestCandidate": best.map(|number| candidate(cloud, region, seen, number)),
        "AutoMLJobArtifacts": job.resolved.map(|_| json!({
            "DataExplorationNotebookLocation": notebook("DataExploration"),
            "CandidateDefinitionNotebookLocation": notebook("CandidateDefinition"),
        })),
        "ResolvedAttributes": job.resolved.map(|resolved| json!({
            "AutoMLJobObjective": { "MetricName": resolved.objective },
            "CompletionCriteria": request.completion_criteria(),
        })),
    });
    extend(&mut described, more);
    described
}

/// An entry of ListAutoMLJobs.
pub fn summary(job: &AutoMlJob) -> Value {
    let partial = job.partial_failure.as_deref();
    json!({
        "AutoMLJobName": job.name(),
        "AutoMLJobArn": job.arn,
        "AutoMLJobStatus": job.status,
        "AutoMLJobSecondaryStatus": job.secondary,
        "CreationTime": job.created.seconds(),
        "EndTime": job.ended.map(Timestamp::seconds),
        "LastModifiedTime": job.modified.seconds(),
        "FailureReason": job.failure_reason.as_deref().map(cut),
        "PartialFailureReasons": partial.map(|reason| json!([{ "PartialFailureMessage": cut(reason) }])),
    })
}

/// By its number, from 1.
pub fn candidate(cloud: &Cloud, region: &str, seen: &Seen, number: usize) -> Value {
    let job = &seen.candidates[number - 1];
    let (name, state) = (&job.request.training_job_name, &job.state);
    let objective = seen.objective();
    let value = objective.of(job);
    let status = match value {
        Some(_) => "Succeeded",
        None if state.status.is_final() => "Failed",
        None => "Pending",
    };
    let steps = Steps::of(cloud, region, &seen.job);
    let is_complete = state.status == JobStatus::Completed;
    let containers = steps.filter(|_| is_complete);
    json!({
        "CandidateName": name,
        "FinalAutoMLJobObjectiveMetric": value.map(|value| json!({
            "Type": "Maximize",
            "MetricName": objective,
            "StandardMetricName": objective,
            "Value": value,
        })),
        "ObjectiveStatus": status,
        "CandidateSteps": candidate_steps(seen, job),
        "CandidateStatus": state.status,
        "InferenceContainers": containers.map(|steps| containers::of(&steps, &seen.job, job)),
        "CreationTime": state.created.seconds(),
        "EndTime": state.ended.map(Timestamp::seconds),
        "LastModifiedTime": state.modified.seconds(),
        "FailureReason": state.failure_reason.as_deref().map(cut),
        "CandidateProperties": value.map(|_| json!({
            "CandidateArtifactLocations": artifacts(seen, number),
            "CandidateMetrics": metrics::of(job),
        })),
    })
}

/// Every candidate is made of the same analysis and features.
fn candidate_steps(seen: &Seen, job: &Job<Training>) -> Vec<Value> {
    let step = |kind: &str, name: &str, arn: &str| {
        json!({
            "CandidateStepType": format!("AWS::SageMaker::{kind}"),
            "CandidateStepName": name,
            "CandidateStepArn": arn,
        })
    };
    let before = [&seen.analyze, &seen.features].into_iter().flatten();
    let before = before.map(|job| {
        let name = &job.request.processing_job_name;
        step("ProcessingJob", name, &job.state.arn)
    });
    let training = step(
        "TrainingJob",
        &job.request.training_job_name,
        &job.state.arn,
    );
    before.chain([training]).collect()
}

/// Of the candidate that is explained.
fn artifacts(seen: &Seen, number: usize) -> Option<Value> {
    let explain = seen.explain.as_ref()?;
    let is_its = explain.request.processing_job_name == seen.job.step_name(Step::Explain(number));
    if !is_its || explain.state.status != JobStatus::Completed {
        return None;
    }
    let candidate = seen.job.step_name(Step::Candidate(number));
    Some(json!({
        "Explainability": seen.job.explainability(&candidate),
        "ModelInsights": seen.job.insights(&candidate),
    }))
}

fn cut(reason: &str) -> String {
    reason.chars().take(MOST_SIGNS).collect()
}
