//! The lists: of AutoML jobs, and of one's candidates.

use local_core::Call;
use local_core::listing::{self, ListRequest, Listed, SortBy, SortOrder};
use local_core::wire::Reply;
use local_sagemaker::jobs::status::JobStatus;
use serde::Deserialize;
use serde_json::json;

use super::described;
use super::job::{AutoMlJob, JOBS};
use super::seen::Seen;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CandidatesRequest {
    #[serde(rename = "AutoMLJobName")]
    name: String,
    status_equals: Option<JobStatus>,
    candidate_name_equals: Option<String>,
    #[serde(default)]
    sort_by: CandidateSortBy,
    sort_order: Option<SortOrder>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
enum CandidateSortBy {
    #[default]
    CreationTime,
    Status,
    FinalObjectiveMetricValue,
}

/// By name, unless the request says otherwise.
pub async fn jobs(call: Call, mut request: ListRequest) -> Reply {
    request.sort_by.get_or_insert(SortBy::Name);
    let jobs = call.cloud.store.read(|tx| JOBS.list(tx, &call.region));
    let listed = jobs.into_iter().map(|(name, job)| Listed {
        name,
        created: job.created,
        modified: job.modified,
        status: job.status.name(),
        summary: described::summary(&job),
    });
    let page = listing::page(listed.collect(), &request, SortOrder::Descending)?;
    Ok(json!({ "AutoMLJobSummaries": page.summaries, "NextToken": page.next_token }))
}

/// By the metric, those that have none are the lowest.
pub async fn candidates(call: Call, request: CandidatesRequest) -> Reply {
    let (cloud, region) = (&call.cloud, &call.region);
    let seen = cloud.store.read(|tx| {
        let job = AutoMlJob::find(tx, region, &request.name)?;
        Ok::<_, local_core::wire::AwsError>(Seen::with(tx, region, job))
    })?;
    let objective = seen.objective();
    let mut rows: Vec<(Option<f64>, Listed)> = seen
        .candidates
        .iter()
        .enumerate()
        .map(|(place, job)| {
            let listed = Listed {
                name: job.request.training_job_name.clone(),
                created: job.state.created,
                modified: job.state.modified,
                status: job.state.status.name(),
                summary: described::candidate(cloud, region, &seen, place + 1),
            };
            (objective.of(job), listed)
        })
        .collect();
    rows.retain(|(_, listed)| request.wants(listed));
    rows.sort_by(|(a, x), (b, y)| {
        let by_time = (x.created, &x.name).cmp(&(y.created, &y.name));
        match request.sort_by {
            CandidateSortBy::CreationTime => by_time,
            CandidateSortBy::Status => x.status.cmp(y.status).then(by_time),
            CandidateSortBy::FinalObjectiveMetricValue => {
                // Of equal ones the first is the best, as in a description.
                a.partial_cmp(b).unwrap_or(by_time).then(by_time.reverse())
            }
        }
    });
    if request.sort_order == Some(SortOrder::Descending) {
        rows.reverse();
    }
    let listed = rows.into_iter().map(|(_, listed)| listed).collect();
    let page = listing::cut(listed, request.next_token.as_deref(), request.max_results)?;
    Ok(json!({ "Candidates": page.summaries, "NextToken": page.next_token }))
}

impl CandidatesRequest {
    fn wants(&self, listed: &Listed) -> bool {
        let status = self.status_equals.map(JobStatus::name);
        let name = self.candidate_name_equals.as_ref();
        status.is_none_or(|status| status == listed.status)
            && name.is_none_or(|name| *name == listed.name)
    }
}
