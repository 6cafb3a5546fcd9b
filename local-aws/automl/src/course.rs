//! What an AutoML job does next, from what is seen of it alone.

use local_core::timestamp::Timestamp;
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{Job, Processing};

use super::job::{Ending, Secondary};
use super::plan;
use super::seen::Seen;
use super::steps::Step;

#[derive(Debug, PartialEq, Eq)]
pub enum Course {
    Begin(Step),
    /// The request names a file of the columns that are features, which is not read yet.
    ReadFeatures,
    /// The analysis has ended, and what it found is not written down yet.
    ReadAnalysis,
    /// A job must end first.
    Wait,
    /// What still runs is stopped.
    End(Ending),
}

/// A processing job as the course sees it.
enum Done {
    NotBegun,
    Runs,
    Well,
    Badly(String),
}

pub fn course(seen: &Seen, now: Timestamp) -> Course {
    let next = next(seen);
    let is_late = seen.job.deadline().is_some_and(|deadline| deadline <= now);
    match next {
        // What was done in time counts, however late it is seen.
        Course::End(_) | Course::ReadAnalysis => next,
        _ if is_late => Course::End(late(seen)),
        _ => next,
    }
}

/// Without a look at the clock.
fn next(seen: &Seen) -> Course {
    let job = &seen.job;
    if let Some(ending) = &job.ending {
        return Course::End(ending.clone());
    }
    match done(seen, seen.analyze.as_ref()) {
        Done::NotBegun
            if job.request.feature_specification().is_some() && job.features.is_none() =>
        {
            return Course::ReadFeatures;
        }
        Done::NotBegun => return Course::Begin(Step::Analyze),
        Done::Runs => return Course::Wait,
        Done::Badly(reason) => return Course::End(Ending::failed(reason)),
        Done::Well if job.resolved.is_none() => return Course::ReadAnalysis,
        Done::Well => {}
    }
    if job.request.generates_definitions_only() {
        return Course::End(Ending::completed(Secondary::CandidateDefinitionsGenerated));
    }
    match done(seen, seen.features.as_ref()) {
        Done::NotBegun => return Course::Begin(Step::Features),
        Done::Runs => return Course::Wait,
        Done::Badly(reason) => return Course::End(Ending::failed(reason)),
        Done::Well => {}
    }
    let last = seen.candidates.last();
    if last.is_some_and(|candidate| !candidate.state.status.is_final()) {
        return Course::Wait;
    }
    if seen.candidates.len() < plan::candidates(&job.request).len() {
        return Course::Begin(Step::Candidate(seen.candidates.len() + 1));
    }
    let Some(best) = seen.best() else {
        return Course::End(Ending::failed(none_trained(seen)));
    };
    match done(seen, seen.explain.as_ref()) {
        Done::NotBegun => Course::Begin(Step::Explain(best)),
        Done::Runs => Course::Wait,
        Done::Well => Course::End(Ending::completed(Secondary::Completed)),
        // The candidates are there all the same.
        Done::Badly(reason) => Course::End(Ending {
            partial_failure: Some(reason),
            ..Ending::completed(Secondary::ExplainabilityError)
        }),
    }
}

fn done(seen: &Seen, job: Option<&Job<Processing>>) -> Done {
    let Some(job) = job else {
        return Done::NotBegun;
    };
    let name = &job.request.processing_job_name;
    match job.state.status {
        JobStatus::InProgress | JobStatus::Stopping => Done::Runs,
        JobStatus::Completed => Done::Well,
        JobStatus::Stopped => Done::Badly(format!("The processing job {name} was stopped.")),
        JobStatus::Failed => {
            let reason = job.state.failure_reason.as_deref();
            let reason = told(seen, job, reason.unwrap_or_default());
            Done::Badly(format!("The processing job {name} failed: {reason}"))
        }
    }
}

/// A program's reason in the request's words: the input's S3 URI for a path on this machine, the member for an argument.
fn told(seen: &Seen, job: &Job<Processing>, reason: &str) -> String {
    let target = match seen.job.request.content_column() {
        Some(_) => "TargetLabelColumn",
        None => "TargetAttributeName",
    };
    let in_s3 = |word: &str| {
        job.request.processing_inputs.iter().find_map(|input| {
            let inside = input.s3_input.local_path.strip_prefix("/opt/ml")?;
            let (folder, rest) = word.split_once(inside)?;
            let file = rest.trim_end_matches([':', ',', ';', '.']);
            let uri = input.s3_input.s3_uri.trim_end_matches('/');
            // The URI may be the file's own.
            let shown = if uri.ends_with(file) {
                &rest[file.len()..]
            } else {
                rest
            };
            folder.starts_with('/').then(|| format!("{uri}{shown}"))
        })
    };
    let reason = reason.replace("--target:", &format!("{target}:"));
    let words = reason.split(' ');
    let words = words.map(|word| in_s3(word).unwrap_or_else(|| word.to_owned()));
    words.collect::<Vec<_>>().join(" ")
}

/// Source: the API reference, "AutoMLJobCompletionCriteria": the best of the models that are there is kept.
fn late(seen: &Seen) -> Ending {
    if seen.best().is_some() {
        return Ending::completed(Secondary::MaxRuntimeReached);
    }
    Ending::failed(
        "MaxAutoMLJobRuntimeInSeconds were over before a candidate was trained.".to_owned(),
    )
}

fn none_trained(seen: &Seen) -> String {
    let reasons = seen.candidates.iter().map(|candidate| {
        let (name, state) = (&candidate.request.training_job_name, &candidate.state);
        let reason = match (&state.failure_reason, state.status) {
            (Some(reason), _) => reason.as_str(),
            (None, JobStatus::Completed) => "its log has no value of the objective",
            (None, _) => "it was not trained to its end",
        };
        format!("{name} is {}: {reason}", state.status.name())
    });
    let reasons = reasons.collect::<Vec<_>>().join("; ");
    format!("No candidate was trained. {reasons}")
}
