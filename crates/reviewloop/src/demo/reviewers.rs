//! The reviewers of uncertain predictions: simulated workers, who sign in to the worker portal
//! and use the same pages as people, or a person in a browser.

mod simulated;

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Context;
use contracts::keys;
use contracts::review::ReviewDay;

use super::stage::Stage;
use super::traffic::Traffic;
use crate::account::Account;
use crate::arguments::Reviewers;
use crate::holdout::Withheld;
use crate::sentence::Sentence;
use crate::{wait, workers};

pub use simulated::ERROR_RATE;

pub struct HumanReview {
    pub reviewers: Reviewers,
    pub started: u64,
    pub completed: u64,
    pub labels: u64,
    pub uncertain: u64,
    pub audited: u64,
}

/// A person takes their time.
const BROWSER_LIMIT: Duration = Duration::from_secs(4 * 3_600);
const SIMULATED_LIMIT: Duration = Duration::from_secs(300);

/// Waits until every human loop of the traffic has its answer, and every answer its label.
pub async fn answer(
    stage: &Stage<'_>,
    traffic: &Traffic,
    withheld: &[Withheld],
) -> anyhow::Result<HumanReview> {
    let account = &stage.account;
    let loops = traffic.loops();
    let task = stage.progress.task("human review");
    let limit = match stage.reviewers {
        Reviewers::Simulated => {
            simulated::work(stage, loops.len(), withheld).await?;
            SIMULATED_LIMIT
        }
        Reviewers::Browser => {
            invite(stage, loops.len()).await?;
            BROWSER_LIMIT
        }
    };
    let (completed, labels) = wait::until(account, "the last answer's label", limit, async || {
        let completed = completed(account).await?;
        let labels = account.keys(keys::LABELS).await?.len();
        task.note(&format!(
            "{completed} of {} answered, {labels} labels",
            loops.len()
        ));
        Ok((completed >= loops.len() && labels >= completed).then_some((completed, labels)))
    })
    .await?;
    let seconds = task.seconds();
    task.done(
        seconds,
        &format!("{completed} of {} answered, {labels} labels", loops.len()),
    );
    let audited = audited(account).await?;
    Ok(HumanReview {
        reviewers: stage.reviewers,
        started: loops.len() as u64,
        completed: completed as u64,
        labels: labels as u64,
        uncertain: loops.len().saturating_sub(audited) as u64,
        audited: audited as u64,
    })
}

async fn completed(account: &Account) -> anyhow::Result<usize> {
    let mut names = BTreeSet::new();
    let Some(flow_definition_arn) = account.flow_definition_arn().await? else {
        return Ok(0);
    };
    let mut pages = account
        .a2i
        .list_human_loops()
        .flow_definition_arn(flow_definition_arn)
        .max_results(100)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| error.sentence("list the human loops"))?;
        for summary in page.human_loop_summaries() {
            if summary
                .human_loop_status()
                .is_some_and(|status| status.as_str() == "Completed")
            {
                names.extend(summary.human_loop_name().map(str::to_owned));
            }
        }
    }
    Ok(names.len())
}

/// How many of the questions were drawn for the audit, as predict counts them for its cap: an object a day.
async fn audited(account: &Account) -> anyhow::Result<usize> {
    let mut audited = 0;
    for key in account.keys(keys::REVIEW_DAYS).await? {
        let day: Option<ReviewDay> = account.object(&key).await?;
        audited += day.map_or(0, |day| day.audited);
    }
    Ok(audited)
}

async fn invite(stage: &Stage<'_>, tasks: usize) -> anyhow::Result<()> {
    let portal = stage.aws.portal_url();
    let workers = workers::admit(&stage.account).await?;
    let worker = workers.first().context("the work team is empty")?;
    stage.progress.say(&format!(
        "  {tasks} tasks wait for you at {portal}\n  sign in as {} with the password {}",
        worker.name, worker.password
    ));
    Ok(())
}
