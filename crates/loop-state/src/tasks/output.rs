//! An ended task in A2I's shapes.

use anyhow::{Context, Result};
use contracts::keys;
use contracts::task::{
    Answer, EndStatus, Ended, EndedOutput, IdentityData, Output, OutputAnswer, Task, WorkerMetadata,
};

use crate::clock::rfc3339;
use crate::objects::Bucket;

/// Whether the task's answers count.
pub fn is_written(task: &Task) -> bool {
    let status = task.end.as_ref().map(|end| &end.status);
    matches!(status, Some(EndStatus::Completed | EndStatus::Stopped))
}

pub fn of(task: &Task) -> Result<Output> {
    let answers = task.answer.iter().map(answer);
    Ok(Output {
        flow_definition_arn: task.reviewers.clone(),
        human_answers: answers.collect::<Result<_>>()?,
        human_loop_name: task.human_loop.clone(),
        input_content: task.input.clone(),
    })
}

/// When the newest answer was submitted. Times of one format and length: the later is the greater.
pub fn submitted(output: &Output) -> Option<&str> {
    let times = output
        .human_answers
        .iter()
        .map(|it| it.submission_time.as_str());
    times.max()
}

fn answer(answer: &Answer) -> Result<OutputAnswer> {
    let milliseconds = answer.submitted_at.0 - answer.taken_at.0;
    #[expect(clippy::cast_precision_loss, reason = "days in milliseconds")]
    let seconds = milliseconds as f64 / 1000.0;
    Ok(OutputAnswer {
        acceptance_time: rfc3339(answer.taken_at)?,
        answer_content: answer.content.clone(),
        submission_time: rfc3339(answer.submitted_at)?,
        time_spent_in_seconds: seconds,
        worker_id: answer.worker.id.clone(),
        worker_metadata: WorkerMetadata {
            identity_data: IdentityData {
                identity_provider_type: "Cognito".to_owned(),
                issuer: answer.worker.issuer.clone(),
                sub: answer.worker.sub.clone(),
            },
        },
    })
}

/// The detail of the event that tells of the task's end. It is sent after the task is closed, because whom it
/// wakes reads the output.
pub fn event(bucket: &Bucket, task: &Task) -> Result<Ended> {
    let end = task.end.as_ref();
    let end = end.with_context(|| format!("the task {} has not ended", task.human_loop))?;
    let (status, failure) = match &end.status {
        EndStatus::Completed => ("Completed", None),
        EndStatus::Stopped => ("Stopped", None),
        EndStatus::Failed { code, reason } => ("Failed", Some((code.clone(), reason.clone()))),
    };
    let (failure_code, failure_reason) = failure.unzip();
    let key = is_written(task).then(|| keys::task_output(&task.human_loop));
    Ok(Ended {
        creation_time: rfc3339(task.created_at)?,
        failure_code,
        failure_reason,
        flow_definition_arn: task.reviewers.clone(),
        human_loop_arn: format!("{}/{}", task.reviewers, task.human_loop),
        human_loop_name: task.human_loop.clone(),
        human_loop_output: key.map(|key| EndedOutput {
            output_s3_uri: keys::s3_uri(&bucket.name, &key),
        }),
        human_loop_status: status.to_owned(),
    })
}
