//! The portal's desk: Cognito's sessions, and the tasks in the bucket by `policy::task`'s rules.

use anyhow::Result;
use contracts::task;
use loop_state::tasks::{self, claims, marks, waiting};
use policy::naming;
use policy::task::{self as rules, Refusal};
use serde_json::Value;
use time::OffsetDateTime;
use tracing::error;
use worker_portal::template::GrantReadAccess;
use worker_portal::{
    Desk, List, NoTask, NotChosen, Opened, Progress, Session, Task, Unavailable, Waiting, Worker,
};

use crate::Deps;

/// Each is read from the bucket; a reviewer starts with the first.
const LISTED: usize = 10;

/// As the template's flow definition has them for A2I.
const TITLE: &str = "Which label fits this text?";
const DESCRIPTION: &str = "Read the text and choose the label that fits it best.";

/// A2I's task UI has the same page: `infra/embed` writes it into the template. A task that was asked under an older page is
/// shown on the newest.
const TEMPLATE: &str = include_str!("../../../templates/sentiment-review.liquid.html");

pub struct ReviewDesk {
    deps: Deps,
}

impl ReviewDesk {
    pub fn new(deps: Deps) -> Self {
        Self { deps }
    }

    /// At most so many tasks for the worker.
    async fn first(&self, worker: &Worker, most: usize) -> Result<List, Unavailable> {
        let (person, now) = (person(worker), self.deps.clock.moment());
        let waiting = waiting::of(&self.deps.bucket, &person, most, now).await;
        let waiting = waiting.map_err(|error| unavailable(&error))?;
        Ok(List {
            tasks: waiting.tasks.iter().map(shown).collect(),
            open: waiting.open,
        })
    }

    /// Changes a task by a rule.
    async fn change(
        &self,
        id: &str,
        rule: impl Fn(&task::Task) -> Result<task::Task, Refusal>,
    ) -> Result<task::Task, NoTask> {
        let changed = tasks::change(&self.deps.bucket, id, rule).await;
        let changed = changed.map_err(|error| unavailable(&error))?;
        changed.map_err(|refusal| match refusal {
            Refusal::NoLabel | Refusal::UnknownLabel { .. } => NoTask::Refused(refusal.to_string()),
            _ => NoTask::Gone,
        })
    }
}

impl Desk for ReviewDesk {
    fn now(&self) -> OffsetDateTime {
        self.deps.clock.now()
    }

    async fn sign_in(&self, username: &str, password: &str) -> Result<Opened, Unavailable> {
        self.deps.accounts.sign_in(username, password).await
    }

    async fn session(&self, token: &str) -> Result<Option<Session>, Unavailable> {
        self.deps.accounts.session(token).await
    }

    async fn choose_password(&self, challenge: &str, password: &str) -> Result<String, NotChosen> {
        self.deps
            .accounts
            .choose_password(challenge, password)
            .await
    }

    async fn sign_out(&self, token: &str) -> Result<(), Unavailable> {
        self.deps.accounts.sign_out(token).await
    }

    async fn waiting(&self, worker: &Worker) -> Result<List, Unavailable> {
        self.first(worker, LISTED).await
    }

    async fn progress(&self, _: &Worker) -> Result<Progress, Unavailable> {
        let open = marks::all(&self.deps.bucket).await;
        let open = open.map_err(|error| unavailable(&error))?;
        Ok(Progress { open: open.len() })
    }

    async fn next(&self, worker: &Worker) -> Result<Option<String>, Unavailable> {
        let mut first = self.first(worker, 1).await?.tasks.into_iter();
        Ok(first.next().map(|waiting| waiting.id))
    }

    async fn accept(&self, worker: &Worker, id: &str) -> Result<Task, NoTask> {
        let (person, now) = (person(worker), self.deps.clock.moment());
        let noted = claims::note(&self.deps.bucket, &person, id).await;
        noted.map_err(|error| unavailable(&error))?;
        let taken = self
            .change(id, |task| rules::take(task, &person, now))
            .await?;
        Ok(of(&taken))
    }

    async fn accepted(&self, worker: &Worker, id: &str) -> Result<Task, NoTask> {
        let found = tasks::find(&self.deps.bucket, id).await;
        let found = found.map_err(|error| unavailable(&error))?;
        let task = found.ok_or(NoTask::Gone)?;
        let allowed = rules::allowed(&task, &person(worker), self.deps.clock.moment());
        allowed.map(|()| of(&task)).map_err(|_| NoTask::Gone)
    }

    async fn submit(&self, worker: &Worker, id: &str, answer: Value) -> Result<(), NoTask> {
        let (person, now) = (person(worker), self.deps.clock.moment());
        let rule = |task: &task::Task| rules::answer(task, &person, &answer, now);
        let answered = self.change(id, rule).await?;
        if answered.end.is_some() {
            self.deps.ends.tell(&answered).await;
        }
        Ok(())
    }

    async fn give_back(&self, worker: &Worker, id: &str) -> Result<(), Unavailable> {
        let (person, now) = (person(worker), self.deps.clock.moment());
        let rule = |task: &task::Task| rules::give_back(task, &person, now);
        if let Err(NoTask::Unavailable(unavailable)) = self.change(id, rule).await {
            return Err(unavailable);
        }
        let forgotten = claims::forget(&self.deps.bucket, &person, id).await;
        forgotten.map_err(|error| unavailable(&error))
    }

    /// Tasks of this loop are texts: no file belongs to one.
    fn grant_read_access(&self, _: &Worker, _: &Task) -> GrantReadAccess {
        GrantReadAccess::none()
    }
}

/// The desk's id of a worker is `ISSUER SUB`.
fn person(worker: &Worker) -> task::Worker {
    let (issuer, sub) = worker.id.split_once(' ').unwrap_or_default();
    task::Worker {
        id: naming::worker(issuer, sub),
        issuer: issuer.to_owned(),
        sub: sub.to_owned(),
    }
}

fn shown(task: &task::Task) -> Waiting {
    Waiting {
        id: task.human_loop.clone(),
        human_loop: task.human_loop.clone(),
        title: TITLE.to_owned(),
        description: DESCRIPTION.to_owned(),
        flow: task.reviewers.clone(),
    }
}

fn of(task: &task::Task) -> Task {
    Task {
        waiting: shown(task),
        template: TEMPLATE.to_owned(),
        input: serde_json::to_value(&task.input).unwrap_or_default(),
    }
}

fn unavailable(error: &anyhow::Error) -> Unavailable {
    error!(
        error = lambda_main::sentence(error),
        "the bucket did not answer"
    );
    Unavailable
}
