//! The portal's questions to the program that keeps workers, their sessions and tasks.
//!
//! The portal itself keeps nothing between two requests, so that any of several processes may answer the next:
//! what a request needs, its cookies bring and the desk knows.

use std::future::{Future, ready};

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;
use time::OffsetDateTime;

use crate::template::GrantReadAccess;

/// A person who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    /// The desk's own and never shown.
    pub id: String,
    pub name: String,
}

/// What a name and a password open. A token is text fit for a cookie, of 3,500 characters at most, and has
/// 128 unguessable bits or more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// A session, by its token.
    Signed(String),
    /// The password was right, but only good for choosing another: the token of that challenge.
    NewPassword(String),
    /// Unknown name, wrong password, not a member of a work team: not told apart.
    Refused,
}

/// What the desk knows of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub worker: Worker,
    /// It is a challenge's.
    pub must_choose_password: bool,
}

/// Why a password was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotChosen {
    /// With the rule that it breaks.
    Weak(String),
    /// The token is no challenge's, or the worker's password is no longer the temporary one that was given.
    NotTemporary,
    Unavailable,
}

/// A task that the worker may take, or has taken and not answered yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Stands in addresses: letters, digits, `-`, `.` and `~`.
    pub id: String,
    pub human_loop: String,
    pub title: String,
    pub description: String,
    pub flow: String,
}

/// What waits for a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// What the worker has taken, then the oldest first. There may be more.
    pub tasks: Vec<Waiting>,
    pub progress: Progress,
}

/// How far the work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// How many tasks are open, those of other workers too.
    pub open: usize,
    /// How many the worker has answered today (UTC). `None`: this desk keeps no [`Answers`].
    pub today: Option<usize>,
}

/// A task that this worker has taken.
#[derive(Clone, Debug)]
pub struct Task {
    pub waiting: Waiting,
    pub template: String,
    /// With the answer to be changed as the one that is chosen beforehand.
    pub input: Value,
    /// The worker has answered it and may change that.
    pub given: Option<Given>,
}

/// An answer of the worker's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Given {
    /// The task's.
    pub id: String,
    /// How the text begins.
    pub text: String,
    /// In a person's words.
    pub label: String,
    /// RFC 3339, UTC.
    pub at: String,
    /// Spent on the task.
    pub seconds: i64,
    /// RFC 3339, UTC. `None`: it is too late to change the answer.
    pub change_until: Option<String>,
}

/// What the worker has answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answers {
    pub newest: Vec<Given>,
    pub in_all: usize,
}

/// What the desk keeps cannot be reached at the moment; the same request may be right later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("workers and tasks cannot be reached")]
pub struct Unavailable;

/// Why there is no task for this worker, or no answer taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoTask {
    /// Answered by others, stopped, expired, or never this worker's.
    #[error("this task is no longer waiting for you")]
    Gone,
    /// Others have it, or it came to an end: a sentence for the worker.
    #[error("{0}")]
    Over(String),
    /// With the reason, a sentence for the worker; the task stays as it is.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Keeps workers, sessions and tasks. Implemented by the program that mounts the portal.
pub trait Desk: Send + Sync + 'static {
    fn now(&self) -> OffsetDateTime;

    fn sign_in(
        &self,
        username: &str,
        password: &str,
    ) -> impl Future<Output = Result<Opened, Unavailable>> + Send;

    /// The session of a token, which may be anything; `None`: there is none, or it has ended, as it does with the
    /// password that it was opened with. Asked for every request.
    fn session(
        &self,
        token: &str,
    ) -> impl Future<Output = Result<Option<Session>, Unavailable>> + Send;

    /// Sets the password, if the worker's is still the temporary one of the challenge: that is
    /// looked at and changed in one transaction. Returns the token of a session; the challenge is over.
    fn choose_password(
        &self,
        challenge: &str,
        password: &str,
    ) -> impl Future<Output = Result<String, NotChosen>> + Send;

    /// Ends the session.
    fn sign_out(&self, token: &str) -> impl Future<Output = Result<(), Unavailable>> + Send;

    fn waiting(&self, worker: &Worker) -> impl Future<Output = Result<List, Unavailable>> + Send;

    fn progress(
        &self,
        worker: &Worker,
    ) -> impl Future<Output = Result<Progress, Unavailable>> + Send;

    /// The id of the first that waits.
    fn next(
        &self,
        worker: &Worker,
    ) -> impl Future<Output = Result<Option<String>, Unavailable>> + Send;

    /// Whether others do not get a task that a worker has opened: then a link of another site asks before.
    fn opening_takes(&self) -> bool {
        true
    }

    /// Takes the task for this worker; taking it again is the same task.
    fn accept(
        &self,
        worker: &Worker,
        id: &str,
    ) -> impl Future<Output = Result<Task, NoTask>> + Send;

    /// The task that [`accept`](Desk::accept) took, as it is.
    fn accepted(
        &self,
        worker: &Worker,
        id: &str,
    ) -> impl Future<Output = Result<Task, NoTask>> + Send;

    /// After [`NoTask::Unavailable`] the same answer may come again, whether or not it was kept. Another answer to a
    /// task with [`Task::given`] takes the first one's place.
    fn submit(
        &self,
        worker: &Worker,
        id: &str,
        answer: Value,
    ) -> impl Future<Output = Result<(), NoTask>> + Send;

    /// Gives a taken task back to the list. One that is not taken stays as it is.
    fn give_back(
        &self,
        worker: &Worker,
        id: &str,
    ) -> impl Future<Output = Result<(), Unavailable>> + Send;

    /// What is often wrong with a task; none: this desk lets nobody skip a task.
    fn skip_reasons(&self) -> &[&str] {
        &[]
    }

    /// Never gives the task to this worker again, for a reason that may be of the worker's own words.
    fn skip(
        &self,
        _worker: &Worker,
        _id: &str,
        _reason: &str,
    ) -> impl Future<Output = Result<(), NoTask>> + Send {
        let reason = "Tasks are not skipped here: return it to the list.";
        ready(Err(NoTask::Refused(reason.to_owned())))
    }

    /// `None`: this desk does not keep them.
    fn answers(
        &self,
        _worker: &Worker,
    ) -> impl Future<Output = Result<Option<Answers>, Unavailable>> + Send {
        ready(Ok(None))
    }

    /// The worker's answer to a task.
    fn given(
        &self,
        _worker: &Worker,
        _id: &str,
    ) -> impl Future<Output = Result<Option<Given>, Unavailable>> + Send {
        ready(Ok(None))
    }

    /// For `grant_read_access` in this task of the worker.
    fn grant_read_access(&self, worker: &Worker, task: &Task) -> GrantReadAccess;
}
