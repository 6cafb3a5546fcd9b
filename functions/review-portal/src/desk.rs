//! The portal's desk: Cognito's sessions, and the tasks in the bucket by `policy::task`'s rules.

use anyhow::Result;
use contracts::task;
use loop_state::tasks::{self, answered, claims, marks, skipped, waiting};
use policy::naming;
use policy::task::{self as rules, Refusal};
use serde_json::Value;
use time::OffsetDateTime;
use tracing::error;
use worker_portal::template::GrantReadAccess;
use worker_portal::{
    Answers, Desk, Given, List, NoTask, NotChosen, Opened, Progress, Session, Task, Unavailable,
    Worker,
};

use crate::{Deps, shown};

/// Each is read from the bucket; a reviewer starts with the first.
const LISTED: usize = 5;

/// On the page of a reviewer's own answers.
const NEWEST: usize = 20;

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
        let waiting = waiting::of(&self.deps.bucket, &person, most, now);
        let (waiting, today) = tokio::join!(waiting, self.today(&person));
        let waiting = waiting.map_err(|error| unavailable(&error))?;
        Ok(List {
            tasks: waiting.tasks.iter().map(shown::waiting).collect(),
            progress: Progress {
                open: waiting.open,
                today: Some(today?),
            },
        })
    }

    /// How many tasks the worker has answered today.
    async fn today(&self, person: &task::Worker) -> Result<usize, Unavailable> {
        let date = self.deps.clock.now().date().to_string();
        let today = answered::on(&self.deps.bucket, person, &date).await;
        today.map_err(|error| unavailable(&error))
    }

    /// A task that the worker may answer, or may answer otherwise.
    async fn open(&self, person: &task::Worker, id: &str) -> Result<Task, NoTask> {
        let found = tasks::find(&self.deps.bucket, id).await;
        let task = found.map_err(|error| unavailable(&error))?;
        let (task, now) = (task.ok_or(NoTask::Gone)?, self.deps.clock.moment());
        let Err(refusal) = rules::allowed(&task, person, now) else {
            return Ok(shown::task(&task));
        };
        let answered = shown::answered(&task, person, now);
        let answered = answered.map_err(|error| unavailable(&error))?;
        answered.ok_or(NoTask::Over(refusal.to_string()))
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
            Refusal::NoLabel
            | Refusal::UnknownLabel { .. }
            | Refusal::NoReason
            | Refusal::LongReason { .. }
            | Refusal::TooLate => NoTask::Refused(refusal.to_string()),
            Refusal::Unknown => NoTask::Gone,
            _ => NoTask::Over(refusal.to_string()),
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

    async fn progress(&self, worker: &Worker) -> Result<Progress, Unavailable> {
        let person = person(worker);
        let marks = marks::of(&self.deps.bucket, &person);
        let (marks, today) = tokio::join!(marks, self.today(&person));
        Ok(Progress {
            open: marks.map_err(|error| unavailable(&error))?.len(),
            today: Some(today?),
        })
    }

    async fn next(&self, worker: &Worker) -> Result<Option<String>, Unavailable> {
        let mut first = self.first(worker, 1).await?.tasks.into_iter();
        Ok(first.next().map(|waiting| waiting.id))
    }

    async fn accept(&self, worker: &Worker, id: &str) -> Result<Task, NoTask> {
        // What the address of a page says may be anything.
        if !naming::is_human_loop(id) {
            return Err(NoTask::Gone);
        }
        let (person, now) = (person(worker), self.deps.clock.moment());
        let noted = claims::note(&self.deps.bucket, &person, id).await;
        noted.map_err(|error| unavailable(&error))?;
        match self
            .change(id, |task| rules::take(task, &person, now))
            .await
        {
            Ok(taken) => Ok(shown::task(&taken)),
            Err(NoTask::Over(_)) => self.open(&person, id).await,
            Err(why) => Err(why),
        }
    }

    async fn accepted(&self, worker: &Worker, id: &str) -> Result<Task, NoTask> {
        self.open(&person(worker), id).await
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

    fn skip_reasons(&self) -> &[&str] {
        &rules::SKIP_REASONS
    }

    async fn skip(&self, worker: &Worker, id: &str, reason: &str) -> Result<(), NoTask> {
        let (person, now) = (person(worker), self.deps.clock.moment());
        let rule = |task: &task::Task| rules::skip(task, &person, reason, now);
        self.change(id, rule).await?;
        let noted = skipped::note(&self.deps.bucket, &person, id).await;
        Ok(noted.map_err(|error| unavailable(&error))?)
    }

    async fn answers(&self, worker: &Worker) -> Result<Option<Answers>, Unavailable> {
        let (person, now, bucket) = (person(worker), self.deps.clock.moment(), &self.deps.bucket);
        let all = answered::of(bucket, &person).await;
        let mut all = all.map_err(|error| unavailable(&error))?;
        let in_all = all.len();
        all.truncate(NEWEST);
        let read = tasks::read_all(bucket, &all).await;
        let read = read.map_err(|error| unavailable(&error))?;
        let given = read.iter().map(|task| shown::given(task, &person, now));
        let given: Result<Vec<Option<Given>>> = given.collect();
        let given = given.map_err(|error| unavailable(&error))?.into_iter();
        Ok(Some(Answers {
            newest: given.flatten().collect(),
            in_all,
        }))
    }

    async fn given(&self, worker: &Worker, id: &str) -> Result<Option<Given>, Unavailable> {
        let task = tasks::find(&self.deps.bucket, id).await;
        let task = task.map_err(|error| unavailable(&error))?;
        let now = self.deps.clock.moment();
        let given = task.map(|task| shown::given(&task, &person(worker), now));
        let given = given.transpose().map_err(|error| unavailable(&error))?;
        Ok(given.flatten())
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

fn unavailable(error: &anyhow::Error) -> Unavailable {
    error!(
        error = lambda_main::sentence(error),
        "the bucket did not answer"
    );
    Unavailable
}
