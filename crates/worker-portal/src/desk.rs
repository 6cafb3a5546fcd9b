//! The portal's questions to the program that keeps workers and tasks.

use std::future::Future;

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
    /// The desk's own name of the password that was given: another with each password that is set.
    pub credential: String,
}

#[derive(Clone, Debug)]
pub enum SignIn {
    Welcome(Worker),
    /// The password was right, but only good for choosing another.
    NewPasswordRequired(Worker),
    /// Unknown name, wrong password, not a member of a work team: not told apart.
    Refused,
}

/// Why a password was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotChosen {
    /// With the rule that it breaks.
    Weak(String),
    /// The worker's password is not, or no longer, the temporary one that was given.
    NotTemporary,
}

/// A task that the worker may take, or has taken and not answered yet.
#[derive(Clone, Debug, Serialize)]
pub struct Waiting {
    /// Stands in addresses: letters, digits, `-`, `.` and `~`.
    pub id: String,
    pub human_loop: String,
    pub title: String,
    pub description: String,
    pub flow: String,
}

/// A task that this worker has taken.
#[derive(Clone, Debug)]
pub struct Task {
    pub waiting: Waiting,
    pub template: String,
    pub input: Value,
}

/// Answered by others, stopped, expired, or never this worker's.
#[derive(Clone, Debug, Error)]
#[error("this task is no longer waiting for you")]
pub struct TaskGone;

/// Keeps workers and tasks. Implemented by the program that mounts the portal.
pub trait Desk: Send + Sync + 'static {
    fn now(&self) -> OffsetDateTime;

    /// 128 unguessable bits or more, as text fit for a cookie.
    fn unguessable(&self) -> String;

    fn sign_in(&self, username: &str, password: &str) -> impl Future<Output = SignIn> + Send;

    /// Whether the worker exists and `credential` still names the worker's password. Asked for
    /// every request of a session.
    fn is_current(&self, worker: &Worker) -> impl Future<Output = bool> + Send;

    /// Sets the password, if the worker's is still the temporary one of `credential`: that is
    /// looked at and changed in one transaction. Returns the worker with the new `credential`.
    fn choose_password(
        &self,
        worker: &Worker,
        password: &str,
    ) -> impl Future<Output = Result<Worker, NotChosen>> + Send;

    /// Oldest first.
    fn waiting(&self, worker: &Worker) -> impl Future<Output = Vec<Waiting>> + Send;

    /// The id of the first that waits.
    fn next(&self, worker: &Worker) -> impl Future<Output = Option<String>> + Send;

    /// Takes the task for this worker; taking it again is the same task.
    fn accept(
        &self,
        worker: &Worker,
        id: &str,
    ) -> impl Future<Output = Result<Task, TaskGone>> + Send;

    /// The task that [`accept`](Desk::accept) took, as it is.
    fn accepted(
        &self,
        worker: &Worker,
        id: &str,
    ) -> impl Future<Output = Result<Task, TaskGone>> + Send;

    fn submit(
        &self,
        worker: &Worker,
        id: &str,
        answer: Value,
    ) -> impl Future<Output = Result<(), TaskGone>> + Send;

    /// Gives a taken task back to the list. One that is not taken stays as it is.
    fn give_back(&self, worker: &Worker, id: &str) -> impl Future<Output = ()> + Send;

    /// For `grant_read_access` in this task of the worker.
    fn grant_read_access(&self, worker: &Worker, task: &Task) -> GrantReadAccess;
}
