//! The rules of the review portal: which worker may take a task, until when an answer counts, and what ends it.
//!
//! A rule takes a task, a worker and the moment, and gives the changed task or a [`Refusal`]; the caller stores it by
//! compare-and-set. A task is one worker's at a time, under a lease, and one answer ends it. Another answer to the same
//! text is another task, whose worker sees nothing of the first.

use contracts::review::{AnswerContent, HumanLoopInput};
use contracts::task::{Answer, Claim, EXPIRED, End, EndStatus, Moment, Skip, Task, Worker};
use serde_json::Value;

/// The limits of a question, alike for the portal and for A2I's flow definition. Another answer to the same text is
/// another question.
pub const ANSWERS: i32 = 1;
/// A worker who has not answered after an hour gives the task back.
pub const LEASE_SECONDS: i32 = 3600;
/// A question expires after three days, to be asked again.
pub const LIFETIME_SECONDS: i32 = 3 * 24 * 3600;

/// So long after it was given an answer may be changed: whoever chose wrongly notices at once, and a label that
/// is in use should not move.
pub const CHANGE_SECONDS: i32 = 10 * 60;

/// Of the reason for which a task is skipped.
pub const MOST_LETTERS: usize = 500;

/// What is wrong with a task more often than anything else; any other reason is the worker's own words.
pub const SKIP_REASONS: [&str; 4] = [
    "It is not in a language that I read",
    "It is no review",
    "It has several opinions, and no label fits",
    "It tells personal data",
];

/// Why a worker cannot do this; the sentence is for that worker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such task")]
    Unknown,
    #[error("you have answered about this text already, or skipped it")]
    Answered,
    #[error("you have not answered this task")]
    NotAnswered,
    #[error("an answer may be changed for ten minutes: that time is over")]
    TooLate,
    #[error("you have skipped this task")]
    Skipped,
    #[error("another reviewer has answered this task")]
    Completed,
    #[error("this task was stopped: nobody is asked any more")]
    Stopped,
    #[error("this task was open until its deadline, which is over")]
    Overdue,
    #[error("another reviewer has this task now")]
    Taken,
    #[error("you have not taken this task")]
    NotTaken,
    #[error("your time for this task is over: take it again to answer it")]
    LeaseOver,
    #[error("say why you skip this task")]
    NoReason,
    #[error("a reason has at most {MOST_LETTERS} characters; this one has {letters}")]
    LongReason { letters: usize },
    #[error("the answer chooses no label")]
    NoLabel,
    #[error("{label:?} is not one of this task's labels")]
    UnknownLabel { label: String },
}

/// A question that nobody has seen, to any worker `except` these.
pub fn new(
    human_loop: &str,
    reviewers: &str,
    input: HumanLoopInput,
    except: Vec<String>,
    now: Moment,
) -> Task {
    Task {
        human_loop: human_loop.to_owned(),
        reviewers: reviewers.to_owned(),
        input,
        except,
        created_at: now,
        deadline: after(now, LIFETIME_SECONDS),
        answer: None,
        claim: None,
        skips: Vec::new(),
        end: None,
    }
}

/// Whether the worker may see the task and take it, or has it.
pub fn allowed(task: &Task, worker: &Worker, now: Moment) -> Result<(), Refusal> {
    if has_answered(task, worker) {
        return Err(Refusal::Answered);
    }
    match task.end.as_ref().map(|end| &end.status) {
        Some(EndStatus::Completed) => return Err(Refusal::Completed),
        Some(EndStatus::Stopped) => return Err(Refusal::Stopped),
        Some(EndStatus::Failed { .. }) => return Err(Refusal::Overdue),
        None => {}
    }
    if is_overdue(task, now) {
        return Err(Refusal::Overdue);
    }
    if has_skipped(task, worker) {
        return Err(Refusal::Skipped);
    }
    match live_claim(task, now) {
        Some(claim) if claim.worker.id != worker.id => Err(Refusal::Taken),
        _ => Ok(()),
    }
}

/// Gives the task to the worker for a lease. Taken again it is the same claim.
pub fn take(task: &Task, worker: &Worker, now: Moment) -> Result<Task, Refusal> {
    allowed(task, worker, now)?;
    if live_claim(task, now).is_some() {
        return Ok(task.clone());
    }
    Ok(claimed(task, worker, now, now))
}

/// The task goes back to the list, for the same worker, too.
pub fn give_back(task: &Task, worker: &Worker, now: Moment) -> Result<Task, Refusal> {
    own(task, worker, now)?;
    Ok(without_claim(task))
}

/// The worker never gets this task again. Skipped again it is the same skip; after the lease the task is taken again, as
/// for an answer.
pub fn skip(task: &Task, worker: &Worker, reason: &str, now: Moment) -> Result<Task, Refusal> {
    if has_skipped(task, worker) {
        return Ok(task.clone());
    }
    match own(task, worker, now) {
        Err(Refusal::LeaseOver) => {}
        had => drop(had?),
    }
    let reason = reason.trim();
    match reason.chars().count() {
        0 => return Err(Refusal::NoReason),
        letters if letters > MOST_LETTERS => return Err(Refusal::LongReason { letters }),
        _ => {}
    }
    let mut skipped = without_claim(task);
    skipped.skips.push(Skip {
        worker: worker.clone(),
        reason: reason.to_owned(),
        at: now,
    });
    Ok(skipped)
}

/// Keeps the answer of the worker who has the task, which completes it.
pub fn submit(task: &Task, worker: &Worker, content: &Value, now: Moment) -> Result<Task, Refusal> {
    let taken_at = own(task, worker, now)?.taken_at;
    check(content, &task.input.labels)?;
    let answer = Answer {
        worker: worker.clone(),
        content: content.clone(),
        taken_at,
        submitted_at: now,
    };
    Ok(Task {
        answer: Some(answer),
        ..ended(task, EndStatus::Completed, now)
    })
}

/// The same for a worker who may have lost the lease: the task is taken again, unless another worker has it or it is
/// over. The same answer again changes nothing, so an answer may be sent until it is known to be kept.
pub fn answer(task: &Task, worker: &Worker, content: &Value, now: Moment) -> Result<Task, Refusal> {
    match change(task, worker, content, now) {
        Err(Refusal::NotAnswered) => {
            let mut taken = take(task, worker, now)?;
            let first = task.claim.as_ref().filter(|it| it.worker.id == worker.id);
            if let (Some(claim), Some(first)) = (&mut taken.claim, first) {
                // The worker has been at it since.
                claim.taken_at = first.taken_at;
            }
            submit(&taken, worker, content, now)
        }
        changed => changed,
    }
}

/// Another answer of the worker who has answered the task, which keeps the newest. The task stays ended, and the time
/// does not begin again.
pub fn change(task: &Task, worker: &Worker, content: &Value, now: Moment) -> Result<Task, Refusal> {
    let given = given(task, worker).ok_or(Refusal::NotAnswered)?;
    if given.content == *content {
        return Ok(task.clone());
    }
    changeable(task, worker, now)?;
    check(content, &task.input.labels)?;
    let answer = Answer {
        content: content.clone(),
        // Whoever finds two answers knows the newer one by its time.
        submitted_at: now.max(Moment(given.submitted_at.0 + 1)),
        ..given.clone()
    };
    Ok(Task {
        answer: Some(answer),
        ..task.clone()
    })
}

/// Until when the worker may change the answer that this task has of theirs.
pub fn changeable(task: &Task, worker: &Worker, now: Moment) -> Result<Moment, Refusal> {
    let end = task.end.as_ref().ok_or(Refusal::NotAnswered)?;
    given(task, worker).ok_or(Refusal::NotAnswered)?;
    let until = after(end.at, CHANGE_SECONDS);
    (now < until).then_some(until).ok_or(Refusal::TooLate)
}

/// The worker's own answer to this task.
pub fn given<'t>(task: &'t Task, worker: &Worker) -> Option<&'t Answer> {
    task.answer
        .as_ref()
        .filter(|answer| answer.worker.id == worker.id)
}

/// The label that an answer chooses.
pub fn label(content: &Value) -> Option<String> {
    let answer = serde_json::from_value::<AnswerContent>(content.clone());
    Some(answer.ok()?.sentiment?.label)
}

/// Fails a task that was not answered in time; any other stays as it is.
pub fn expire(task: &Task, now: Moment) -> Task {
    if !is_overdue(task, now) {
        return task.clone();
    }
    let failed = EndStatus::Failed {
        code: EXPIRED.to_owned(),
        reason: "no answer came in time".to_owned(),
    };
    ended(task, failed, now)
}

/// Nobody is asked any more. A task that has ended stays as it is.
pub fn stop(task: &Task, now: Moment) -> Task {
    ended(task, EndStatus::Stopped, now)
}

fn has_skipped(task: &Task, worker: &Worker) -> bool {
    task.skips.iter().any(|skip| skip.worker.id == worker.id)
}

fn has_answered(task: &Task, worker: &Worker) -> bool {
    task.except.contains(&worker.id) || given(task, worker).is_some()
}

fn is_overdue(task: &Task, now: Moment) -> bool {
    now >= task.deadline
}

fn live_claim(task: &Task, now: Moment) -> Option<&Claim> {
    task.claim.as_ref().filter(|claim| now < claim.until)
}

/// The worker's own claim, while it lasts.
fn own<'t>(task: &'t Task, worker: &Worker, now: Moment) -> Result<&'t Claim, Refusal> {
    allowed(task, worker, now)?;
    match &task.claim {
        Some(claim) if claim.worker.id != worker.id => Err(Refusal::NotTaken),
        Some(claim) if now < claim.until => Ok(claim),
        Some(_) => Err(Refusal::LeaseOver),
        None => Err(Refusal::NotTaken),
    }
}

/// A lease never lasts longer than the task.
fn claimed(task: &Task, worker: &Worker, taken_at: Moment, now: Moment) -> Task {
    Task {
        claim: Some(Claim {
            worker: worker.clone(),
            taken_at,
            until: after(now, LEASE_SECONDS).min(task.deadline),
        }),
        ..task.clone()
    }
}

fn without_claim(task: &Task) -> Task {
    Task {
        claim: None,
        ..task.clone()
    }
}

fn ended(task: &Task, status: EndStatus, now: Moment) -> Task {
    let end = End { at: now, status };
    Task {
        end: task.end.clone().or(Some(end)),
        ..without_claim(task)
    }
}

fn check(content: &Value, labels: &[String]) -> Result<(), Refusal> {
    let label = label(content).ok_or(Refusal::NoLabel)?;
    if labels.contains(&label) {
        Ok(())
    } else {
        Err(Refusal::UnknownLabel { label })
    }
}

fn after(moment: Moment, seconds: i32) -> Moment {
    Moment(moment.0 + i64::from(seconds) * 1000)
}

#[cfg(test)]
mod tests;
