//! The lists: of tuning jobs, and of a tuning job's training jobs.

use local_core::Call;
use local_core::listing::{self, ListRequest, Listed, SortBy, SortOrder};
use local_core::wire::{Reply, extend};
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{self, Job, Training};
use serde::Deserialize;
use serde_json::{Value, json};

use super::described::{self, seconds};
use super::job::{JOBS, TuningJob};
use super::trial::{self, Trial};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TrainingJobsRequest {
    hyper_parameter_tuning_job_name: String,
    status_equals: Option<JobStatus>,
    #[serde(default)]
    sort_by: TrainingJobSortBy,
    sort_order: Option<SortOrder>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
enum TrainingJobSortBy {
    #[default]
    Name,
    CreationTime,
    Status,
    FinalObjectiveMetricValue,
}

/// By name, unless the request says otherwise.
pub async fn tuning_jobs(call: Call, mut request: ListRequest) -> Reply {
    request.sort_by.get_or_insert(SortBy::Name);
    call.cloud.store.read(|tx| {
        let all = JOBS.list(tx, &call.region).into_iter();
        let listed = all.map(|(name, job)| Listed {
            created: job.created,
            modified: job.modified,
            status: job.status.name(),
            summary: summary(&job, &trial::all(tx, &call.region, &name)),
            name,
        });
        let page = listing::page(listed.collect(), &request, SortOrder::Ascending)?;
        Ok(json!({
            "HyperParameterTuningJobSummaries": page.summaries,
            "NextToken": page.next_token,
        }))
    })
}

fn summary(job: &TuningJob, trials: &[Trial]) -> Value {
    let mut summary = json!({
        "HyperParameterTuningJobName": job.name(),
        "HyperParameterTuningJobArn": job.arn,
        "HyperParameterTuningJobStatus": job.status,
        "Strategy": job.request.hyper_parameter_tuning_job_config.strategy,
        "CreationTime": seconds(job.created),
        "HyperParameterTuningEndTime": job.ended.map(seconds),
        "LastModifiedTime": seconds(job.modified),
        "ResourceLimits": job.request.limits(),
    });
    extend(&mut summary, described::counters(trials));
    summary
}

/// By the metric, those that have none are not listed.
pub async fn training_jobs(call: Call, request: TrainingJobsRequest) -> Reply {
    let region = &call.region;
    call.cloud.store.read(|tx| {
        let job = TuningJob::find(tx, region, &request.hyper_parameter_tuning_job_name)?;
        let trials = trial::all(tx, region, job.name()).into_iter();
        let mut rows: Vec<(Trial, Listed)> = trials
            .filter_map(|trial| {
                let Job { state, .. }: Job<Training> = jobs::get(tx, region, &trial.training_job)?;
                let described = (&job.request, &trial);
                let listed = Listed {
                    name: trial.training_job.clone(),
                    created: state.created,
                    modified: state.modified,
                    status: state.status.name(),
                    summary: described::training_job(tx, region, described, seconds)?,
                };
                Some((trial, listed))
            })
            .collect();
        rows.retain(|row| request.wants(row));
        rows.sort_by(|(a, x), (b, y)| {
            let by_name = x.name.cmp(&y.name);
            match request.sort_by {
                TrainingJobSortBy::Name => by_name,
                TrainingJobSortBy::CreationTime => x.created.cmp(&y.created).then(by_name),
                TrainingJobSortBy::Status => x.status.cmp(y.status).then(by_name),
                TrainingJobSortBy::FinalObjectiveMetricValue => {
                    let (a, b) = (a.objective(), b.objective());
                    a.partial_cmp(&b).unwrap_or(by_name).then(by_name)
                }
            }
        });
        if request.sort_order == Some(SortOrder::Descending) {
            rows.reverse();
        }
        let listed = rows.into_iter().map(|(_, listed)| listed).collect();
        let page = listing::cut(listed, request.next_token.as_deref(), request.max_results)?;
        Ok(json!({ "TrainingJobSummaries": page.summaries, "NextToken": page.next_token }))
    })
}

impl TrainingJobsRequest {
    fn wants(&self, (trial, listed): &(Trial, Listed)) -> bool {
        let by_metric = self.sort_by == TrainingJobSortBy::FinalObjectiveMetricValue;
        let wanted = self.status_equals.map(JobStatus::name);
        wanted.is_none_or(|wanted| wanted == listed.status)
            && (!by_metric || trial.objective().is_some())
    }
}
