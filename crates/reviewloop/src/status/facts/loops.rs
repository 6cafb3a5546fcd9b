//! What people were asked, and what came of it.

use std::collections::BTreeSet;

use anyhow::Context;
use contracts::answers::AnsweredTexts;
use contracts::dataset::DatasetManifest;
use contracts::evaluation::Interval;
use contracts::keys;
use contracts::review::HumanLoopRecord;
use policy::survey::survey;

use crate::account::Account;
use crate::sentence::Sentence;

#[derive(Debug, Clone, Default)]
pub struct Loops {
    pub waiting: usize,
    pub completed: usize,
    /// Failed, stopped or expired.
    pub ended: usize,
    /// Tasks of the stack's own pages that a reviewer has skipped, those of 30 days.
    pub skipped: usize,
    pub labels: usize,
    /// Texts that people are asked about and that have no label yet; not looked for while tasks wait.
    pub unlabelled: usize,
    /// Labels that no dataset version holds yet.
    pub new_labels: usize,
    /// `None` where no two reviewers have answered one text.
    pub labelling: Option<Labelling>,
}

/// How well people label.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelling {
    /// Krippendorff's alpha.
    pub alpha: f64,
    pub interval: Interval,
    /// Reviewers whose answers do not depend on the texts.
    pub suspects: usize,
}

/// `before`: as they were while this dataset version was the newest, too.
pub async fn read(
    account: &Account,
    newest: Option<&DatasetManifest>,
    before: Option<&Loops>,
) -> anyhow::Result<Loops> {
    let mut loops = counted_loops(account).await?;
    if let Some(before) = before.filter(|before| labels_are_as(before, &loops)) {
        return Ok(Loops {
            skipped: loops.skipped,
            ..before.clone()
        });
    }
    loops.labelling = labelling(account).await?;
    let known: BTreeSet<&str> = newest
        .iter()
        .flat_map(|manifest| &manifest.parts)
        .flat_map(|part| part.labels.iter().map(String::as_str))
        .collect();
    let labels = account.keys(keys::LABELS).await?;
    let labelled: BTreeSet<&str> = labels
        .iter()
        .filter_map(|key| keys::label_text_hash(key))
        .collect();
    loops.labels = labelled.len();
    loops.new_labels = labelled.difference(&known).count();
    // Each is read. While tasks wait for reviewers it is no wonder that labels are missing.
    if loops.waiting == 0 {
        loops.unlabelled = unlabelled(account, &labelled).await?;
    }
    Ok(loops)
}

/// More of them are not told apart from those that were given up.
const READ: usize = 100;

/// Texts without a label about which people are asked still: neither stopped nor given up.
async fn unlabelled(account: &Account, labelled: &BTreeSet<&str>) -> anyhow::Result<usize> {
    let records = account.keys(keys::HUMAN_LOOPS).await?;
    let is_unlabelled = |key: &&String| {
        keys::human_loop_text_hash(key).is_some_and(|hash| !labelled.contains(hash))
    };
    let mut unlabelled = 0;
    for (place, key) in records.iter().filter(is_unlabelled).enumerate() {
        if place < READ
            && let Some(record) = account.object::<HumanLoopRecord>(key).await?
            && (record.stopped || record.stuck.is_some())
        {
            continue;
        }
        unlabelled += 1;
    }
    Ok(unlabelled)
}

async fn labelling(account: &Account) -> anyhow::Result<Option<Labelling>> {
    let Some(known) = account.object::<AnsweredTexts>(keys::ANSWERS).await? else {
        return Ok(None);
    };
    // Whoever may not read the function's variables has the rest all the same.
    let Ok(labels) = account.labels().await else {
        return Ok(None);
    };
    let survey = survey(&known, &labels).context("read the answers")?;
    let suspects = survey.reviewers.iter();
    let suspects = suspects.filter(|it| it.quality.suspicion.is_some()).count();
    Ok(survey.agreement.map(|agreement| Labelling {
        alpha: agreement.alpha,
        interval: agreement.interval,
        suspects,
    }))
}

/// The tasks of the stack's own portal: each has a mark until its end was told, and an output where answers count.
async fn counted_tasks(account: &Account) -> anyhow::Result<Loops> {
    let all = account.keys(keys::TASKS).await?.len();
    let outputs: BTreeSet<String> = account
        .keys(keys::TASK_OUTPUTS)
        .await?
        .into_iter()
        .collect();
    let marks = account.keys(keys::OPEN_TASKS).await?;
    let marked = marks.iter().filter_map(|key| keys::parse_open_task(key));
    let is_open = |human_loop: &str| !outputs.contains(&keys::task_output(human_loop));
    let waiting = marked.filter(|(human_loop, _)| is_open(human_loop)).count();
    let skips = account.keys(keys::SKIPPED_TASKS).await?;
    let skipped = skips
        .iter()
        .filter_map(|key| keys::skipped_task_human_loop(key));
    let completed = outputs.len();
    Ok(Loops {
        waiting,
        completed,
        skipped: skipped.collect::<BTreeSet<_>>().len(),
        ended: all.saturating_sub(waiting + completed),
        ..Loops::default()
    })
}

/// The loops by their status, without their labels.
pub async fn counted_loops(account: &Account) -> anyhow::Result<Loops> {
    if account.has_review_portal().await {
        return counted_tasks(account).await;
    }
    let mut loops = Loops::default();
    let Some(flow_definition_arn) = account.flow_definition_arn().await? else {
        return Ok(loops);
    };
    let mut pages = account
        .a2i
        .list_human_loops()
        .flow_definition_arn(flow_definition_arn)
        .max_results(100)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            // Deleted since.
            Err(error)
                if error.as_service_error().is_some_and(|error| {
                    error.is_resource_not_found_exception() || error.is_validation_exception()
                }) =>
            {
                break;
            }
            Err(error) => return Err(error.sentence("list the human loops")),
        };
        for summary in page.human_loop_summaries() {
            match summary
                .human_loop_status()
                .map_or("", |status| status.as_str())
            {
                "InProgress" => loops.waiting += 1,
                "Completed" => loops.completed += 1,
                _ => loops.ended += 1,
            }
        }
    }
    Ok(loops)
}

/// Labels come of completed loops and become old with a dataset version. While neither changes, nobody is asked, and
/// every text has its label, there is nothing new to list.
fn labels_are_as(before: &Loops, loops: &Loops) -> bool {
    before.completed == loops.completed
        && before.waiting + loops.waiting == 0
        && before.unlabelled == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_listed_again_only_where_one_may_have_come() {
        let loops = |completed, unlabelled| Loops {
            completed,
            unlabelled,
            ..Loops::default()
        };
        assert!(labels_are_as(&loops(5, 0), &loops(5, 0)));
        assert!(!labels_are_as(&loops(5, 0), &loops(6, 0)));
        let asked = Loops {
            waiting: 1,
            ..loops(5, 0)
        };
        assert!(!labels_are_as(&loops(5, 0), &asked));
        let one_is_to_come = loops(5, 1);
        assert!(!labels_are_as(&one_is_to_come, &loops(5, 0)));
    }
}
