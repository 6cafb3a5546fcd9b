//! The reviewers of uncertain predictions: simulated workers, who sign in to the reviewers' pages and use the same
//! forms as people, or a person in a browser.

mod portal;
mod settled;
mod simulated;

use std::time::Duration;

use anyhow::Context;
use contracts::keys;
use contracts::review::ReviewDay;

use super::stage::Stage;
use super::traffic::Traffic;
use crate::account::Account;
use crate::arguments::Reviewers;
use crate::holdout::Withheld;
use crate::status::facts::counted_loops;
use crate::{wait, workers};

use settled::are_settled;

pub use simulated::ERROR_RATE;

pub struct HumanReview {
    pub reviewers: Reviewers,
    /// Texts that people were asked about.
    pub texts: u64,
    pub answers: u64,
    pub labels: u64,
    pub uncertain: u64,
    pub audited: u64,
}

/// A person takes their time.
const BROWSER_LIMIT: Duration = Duration::from_secs(4 * 3_600);
const SIMULATED_LIMIT: Duration = Duration::from_secs(300);

/// Waits until every text that people are asked about has its label.
pub async fn answer(
    stage: &Stage<'_>,
    traffic: &Traffic,
    withheld: &[Withheld],
) -> anyhow::Result<HumanReview> {
    let account = &stage.account;
    let texts = traffic.loops().len();
    let task = stage.progress.task("human review");
    let labelled = async || -> anyhow::Result<Option<(usize, usize)>> {
        let answers = counted_loops(account).await?.completed;
        let labels = account.keys(keys::LABELS).await?.len();
        task.note(&format!("{answers} answers, {labels} of {texts} labels"));
        let is_over = labels >= texts || are_settled(account).await?;
        Ok(is_over.then_some((answers, labels)))
    };
    let limit = match stage.reviewers {
        Reviewers::Simulated => {
            simulated::work(stage, texts, withheld).await?;
            SIMULATED_LIMIT
        }
        Reviewers::Browser => {
            invite(stage, texts).await?;
            BROWSER_LIMIT
        }
    };
    let (answers, labels) = wait::until(account, "the last label", limit, labelled).await?;
    let seconds = task.seconds();
    task.done(
        seconds,
        &format!("{answers} answers, {labels} of {texts} labels"),
    );
    let audited = audited(account).await?;
    Ok(HumanReview {
        reviewers: stage.reviewers,
        texts: texts as u64,
        answers: answers as u64,
        labels: labels as u64,
        uncertain: texts.saturating_sub(audited) as u64,
        audited: audited as u64,
    })
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
    let portal = stage.portal_url().await?;
    let workers = workers::admit(&stage.account).await?;
    let worker = workers.first().context("the work team is empty")?;
    stage.progress.say(&format!(
        "  {tasks} tasks wait for you at {portal}\n  sign in as {} with the password {}",
        worker.name, worker.password
    ));
    Ok(())
}
