//! The review portal: a loop is a task in the bucket.

use std::collections::BTreeMap;

use anyhow::Result;
use aws_types::SdkConfig;
use contracts::review::HumanLoopRecord;
use contracts::task::{EndStatus, Task};
use futures::{StreamExt, TryStreamExt, stream};
use policy::refusal::Kind;
use policy::{naming, task};

use super::state::{Listed, Loops, State};
use crate::clock::Clock;
use crate::objects::{AT_ONCE, Bucket};
use crate::refusal::Refusal;
use crate::tasks;

#[derive(Debug, Clone)]
pub struct Portal {
    bucket: Bucket,
    clock: Clock,
    /// `review-portal/STACK`.
    pub name: String,
}

impl Portal {
    pub fn new(aws: &SdkConfig, bucket: &Bucket, name: &str) -> Self {
        Self {
            bucket: bucket.clone(),
            clock: Clock::new(aws),
            name: name.to_owned(),
        }
    }

    pub async fn start(&self, record: &HumanLoopRecord) -> Result<(), Refusal> {
        let HumanLoopRecord {
            human_loop,
            input,
            answers,
            ..
        } = record;
        let mut except: Vec<String> = answers.iter().map(|given| given.worker.clone()).collect();
        let skippers = self.skippers(record).await.map_err(fault)?;
        except.extend(skippers);
        let now = self.clock.moment();
        let task = task::new(human_loop, &self.name, input.clone(), except, now);
        if tasks::create(&self.bucket, &task).await.map_err(fault)? {
            return Ok(());
        }
        let there = tasks::find(&self.bucket, human_loop).await.map_err(fault)?;
        // As of A2I: only an active loop conflicts.
        if there.is_some_and(|it| it.end.is_none() && it.input != *input) {
            return Err(Refusal {
                kind: Kind::Lasting,
                reason: format!("the task {human_loop} asks something else"),
            });
        }
        Ok(())
    }

    /// Whoever skipped the text in a former loop.
    async fn skippers(&self, record: &HumanLoopRecord) -> Result<Vec<String>> {
        let HumanLoopRecord {
            input,
            attempts,
            answers,
            ..
        } = record;
        if *attempts <= 1 {
            return Ok(Vec::new());
        }
        let former = naming::human_loop(&input.text_hash, &self.name, attempts - 1);
        let Some(former) = tasks::find(&self.bucket, &former).await? else {
            return Ok(Vec::new());
        };
        let skips = former.skips.into_iter().map(|skip| skip.worker.id);
        // A former loop has those of the ones before it.
        let mut skippers: Vec<String> = former.except.into_iter().chain(skips).collect();
        skippers.retain(|worker| answers.iter().all(|given| given.worker != *worker));
        Ok(skippers)
    }

    pub async fn state(&self, human_loop: &str) -> Result<State> {
        let Some(task) = tasks::find(&self.bucket, human_loop).await? else {
            return Ok(State::Gone);
        };
        let output_key = tasks::output_key(&task);
        let skips = skips(&task);
        Ok(match (task.end.map(|end| end.status), output_key) {
            (Some(EndStatus::Completed), Some(output_key)) => State::Answered { output_key },
            (Some(EndStatus::Failed { code, reason }), _) => State::Failed {
                reason: format!("{code}: {reason}{skips}"),
            },
            (Some(_), output_key) => State::Stopped {
                output_key,
                reviewers: Some(task.reviewers),
            },
            (None, _) => State::Open,
        })
    }

    /// These loops, all that are open, and those whose end was not told. Before that, what is overdue is expired, and
    /// what has ended is closed where a crash left it open: A2I does so by itself.
    pub async fn list(&self, human_loops: &[String]) -> Result<Loops> {
        let open = tasks::read_open(&self.bucket).await?;
        let now = self.clock.moment();
        let settled = stream::iter(open).map(async |task| {
            if task.end.is_none() && task::expire(&task, now) == task {
                return anyhow::Ok(task);
            }
            let name = &task.human_loop;
            let expire = |task: &Task| Ok(task::expire(task, now));
            let settled = tasks::change(&self.bucket, name, expire).await?;
            Ok(settled.unwrap_or(task))
        });
        let settled: Vec<Task> = settled.buffered(AT_ONCE).try_collect().await?;
        let untold = settled.iter().filter(|task| task.end.is_some());
        let untold = untold.map(|task| task.human_loop.clone()).collect();
        let mut listed: BTreeMap<String, Listed> = settled.iter().map(entry).collect();
        let closed = human_loops
            .iter()
            .filter(|name| !listed.contains_key(*name));
        let closed: Vec<String> = closed.cloned().collect();
        let closed = tasks::read_all(&self.bucket, &closed).await?;
        listed.extend(closed.iter().map(entry));
        Ok(Loops { listed, untold })
    }

    pub async fn told(&self, human_loop: &str) -> Result<()> {
        match tasks::find(&self.bucket, human_loop).await? {
            Some(task) => tasks::told(&self.bucket, &task).await,
            None => Ok(()),
        }
    }

    pub async fn stop(&self, human_loop: &str) -> Result<(), Refusal> {
        let now = self.clock.moment();
        let stop = |task: &Task| Ok(task::stop(task, now));
        let stopped = tasks::change(&self.bucket, human_loop, stop).await;
        let stopped = stopped.map_err(fault)?.map_err(|refusal| Refusal {
            kind: Kind::Lasting,
            reason: format!("{human_loop}: {refusal}"),
        })?;
        tasks::told(&self.bucket, &stopped).await.map_err(fault)
    }
}

/// Why nobody may have answered.
fn skips(task: &Task) -> String {
    let reasons: Vec<&str> = task.skips.iter().map(|skip| skip.reason.as_str()).collect();
    match reasons.len() {
        0 => String::new(),
        people => format!("; skipped by {people}: {}", reasons.join("; ")),
    }
}

fn entry(task: &Task) -> (String, Listed) {
    let status = match task.end.as_ref().map(|end| &end.status) {
        None => Listed::Open(task.created_at),
        Some(EndStatus::Completed) => Listed::Completed,
        Some(EndStatus::Failed { .. }) => Listed::Failed,
        Some(EndStatus::Stopped) => Listed::Stopped,
    };
    (task.human_loop.clone(), status)
}

/// The bucket's trouble passes; the call may have been carried out all the same.
fn fault(error: anyhow::Error) -> Refusal {
    Refusal {
        kind: Kind::Fault,
        reason: format!("{error:#}"),
    }
}
