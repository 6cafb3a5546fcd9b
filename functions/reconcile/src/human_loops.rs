//! Texts that were asked about, whose loop is over or was never started, and that have no label.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;

use anyhow::{Context, Result};
use aws_sdk_sagemakera2iruntime::types::HumanLoopStatus as Status;
use contracts::event::{HUMAN_LOOP, HumanLoop};
use contracts::keys;
use contracts::review::HumanLoopRecord;
use futures::TryStreamExt;
use loop_state::packages::PAGE;
use loop_state::{human_loops, objects};
use policy::notice::Matter;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::Deps;
use crate::outcome::Found;
use crate::resend::{Due, resend_all};

/// Re-sends in one look; the rest is due at the next.
const MAXIMUM_RESENDS: usize = 100;

pub async fn look(deps: &Deps, found: &mut Found) -> Result<()> {
    let Some(flow_definition_arn) = &deps.config.flow_definition_arn else {
        return Ok(());
    };
    let labels = objects::list(&deps.bucket, keys::LABELS).await?;
    let labelled: BTreeSet<&str> = labels
        .iter()
        .filter_map(|key| keys::label_text_hash(key))
        .collect();
    let loops = statuses(deps, flow_definition_arn).await?;
    let mut due = Vec::new();
    let mut unlabelled = objects::list(&deps.bucket, keys::HUMAN_LOOPS).await?;
    // Most are labelled, and need no reading.
    unlabelled
        .retain(|key| keys::human_loop_text_hash(key).is_none_or(|hash| !labelled.contains(hash)));
    let mut records = pin!(objects::read_all::<HumanLoopRecord>(
        &deps.bucket,
        unlabelled
    ));
    let told_since = deps.clock.now() - GIVEN_UP_IS_TOLD;
    while let Some(read) = records.try_next().await? {
        let Some(record) = read.map(|read| read.value).filter(|it| !it.stopped) else {
            continue;
        };
        match (record.stuck, loops.get(&record.human_loop)) {
            (Some(reason), _) => {
                if asked_since(&record.asked_at, told_since) {
                    let name = record.human_loop;
                    found.matters.push(Matter::HumanLoop { name, reason });
                }
            }
            (None, Some(Status::InProgress | Status::Stopping)) => {}
            (None, status) => {
                // Expired, or without an answer that counts: it would be asked again.
                let again = record.postponed || status == Some(&Status::Failed);
                due.push((record.human_loop, status.cloned(), again));
            }
        }
    }
    let now = deps.clock.now().format(&Rfc3339)?;
    let today = human_loops::today(&deps.bucket, &now).await?;
    // To ask again would be too much for today: collect-labels would only answer so.
    let caps = deps.config.caps;
    let has_room = caps.left(&today, caps.again()) > 0;
    due.retain(|(_, _, again)| has_room || !again);
    // Answers first: they are lost to the loop when A2I forgets them.
    due.sort_by_key(|(_, status, _)| *status != Some(Status::Completed));
    let due = due.into_iter().take(MAXIMUM_RESENDS);
    let due = due.map(|(human_loop_name, status, _)| {
        let status = status.map_or("never started".to_owned(), |status| status.to_string());
        let reason = format!("{human_loop_name} is {status} and its text has no label");
        let flow_definition_arn = flow_definition_arn.clone();
        Due {
            function: "collect-labels",
            detail_type: HUMAN_LOOP,
            detail: HumanLoop {
                human_loop_name,
                flow_definition_arn,
            },
            reason,
        }
    });
    resend_all(deps, found, due).await
}

/// A loop that expires was asked three days before it is given up (provision-stack's `task`); what is no news any more
/// is not told for ever.
const GIVEN_UP_IS_TOLD: Duration = Duration::days(7);

/// A time that cannot be read counts as old.
fn asked_since(asked_at: &str, time: OffsetDateTime) -> bool {
    OffsetDateTime::parse(asked_at, &Rfc3339).is_ok_and(|asked_at| asked_at >= time)
}

async fn statuses(deps: &Deps, flow_definition_arn: &str) -> Result<BTreeMap<String, Status>> {
    let list = deps
        .a2i
        .list_human_loops()
        .flow_definition_arn(flow_definition_arn)
        .max_results(PAGE);
    let mut pages = list.into_paginator().send();
    let mut statuses = BTreeMap::new();
    while let Some(page) = pages.next().await {
        let page = page.context("list the human loops")?;
        let summaries = page.human_loop_summaries.unwrap_or_default().into_iter();
        statuses.extend(summaries.filter_map(|s| Some((s.human_loop_name?, s.human_loop_status?))));
    }
    Ok(statuses)
}
