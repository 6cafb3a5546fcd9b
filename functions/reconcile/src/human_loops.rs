//! Texts that were asked about, whose loop is over or was never started, and that have no label; loops whose end, or
//! whose changed answer, no event has told; and how long the open loops have waited.

use std::collections::BTreeSet;
use std::pin::pin;

use anyhow::Result;
use contracts::event::HumanLoop;
use contracts::keys;
use contracts::review::HumanLoopRecord;
use futures::TryStreamExt;
use loop_state::reviewers::{Listed, Loops};
use loop_state::{human_loops, objects};
use policy::notice::Matter;
use policy::waiting;
use time::Duration;

use crate::Deps;
use crate::outcome::Found;
use crate::resend::{Due, resend_all};

/// Re-sends in one look; the rest is due at the next.
const MAXIMUM_RESENDS: usize = 100;

pub async fn look(deps: &Deps, found: &mut Found) -> Result<()> {
    let Some(reviewers) = &deps.reviewers else {
        return Ok(());
    };
    let labels = objects::list(&deps.bucket, keys::LABELS).await?;
    let labelled: BTreeSet<&str> = labels
        .iter()
        .filter_map(|key| keys::label_text_hash(key))
        .collect();
    let mut unlabelled = objects::list(&deps.bucket, keys::HUMAN_LOOPS).await?;
    // Most are labelled, and need no reading.
    unlabelled
        .retain(|key| keys::human_loop_text_hash(key).is_none_or(|hash| !labelled.contains(hash)));
    let mut records = pin!(objects::read_all::<HumanLoopRecord>(
        &deps.bucket,
        unlabelled
    ));
    let mut unfinished = Vec::new();
    let told_since = deps.clock.now() - GIVEN_UP_IS_TOLD;
    while let Some(read) = records.try_next().await? {
        let Some(record) = read.map(|read| read.value).filter(|it| !it.stopped) else {
            continue;
        };
        let name = record.human_loop;
        match record.stuck {
            None => unfinished.push((name, record.postponed, record.answers.is_empty())),
            Some(reason) if record.asked_at >= told_since => {
                found.matters.push(Matter::HumanLoop { name, reason });
            }
            Some(_) => {}
        }
    }
    let names: Vec<String> = unfinished.iter().map(|(name, ..)| name.clone()).collect();
    let Loops { listed, untold } = reviewers.list(&names).await?;
    let open = listed.values().filter_map(|listed| match listed {
        Listed::Open(since) => Some(*since),
        _ => None,
    });
    let reviews = waiting::reviews(open, deps.clock.moment());
    found.matters.extend(reviews);
    let mut due = Vec::new();
    for (name, postponed, is_unanswered) in unfinished {
        let listed = listed.get(&name).copied();
        if !matches!(listed, Some(Listed::Open(_))) {
            // It would be asked again. With answers of earlier loops it has its label now.
            let again = postponed || listed == Some(Listed::Failed) && is_unanswered;
            due.push((name, listed, again));
        }
    }
    let unlabelled: BTreeSet<String> = due.iter().map(|(name, ..)| name.clone()).collect();
    let today = human_loops::today(&deps.bucket, deps.clock.now()).await?;
    // To ask again would be too much for today: collect-labels would only answer so.
    let caps = deps.config.caps;
    let has_room = caps.left(&today, caps.again()) > 0;
    due.retain(|(_, _, again)| has_room || !again);
    // Answers first: they are lost to the loop when they are deleted after 30 days. What was looked at already and waits
    // comes last, so that it keeps no other from its turn.
    due.sort_by_key(|(_, listed, again)| (*again, *listed != Some(Listed::Completed)));
    let due = due.into_iter().map(|(name, listed, _)| {
        let status = listed.map_or("never started".to_owned(), |listed| listed.to_string());
        let reason = format!("{name} is {status} and its text has no label");
        (name, reason)
    });
    // An answer that was changed after it became a label.
    let changed = untold.iter().filter(|name| !unlabelled.contains(*name));
    let changed = changed.map(|name| {
        let reason = format!("{name} has an answer that no event told");
        (name.clone(), reason)
    });
    let due: Vec<(String, String)> = due.chain(changed).take(MAXIMUM_RESENDS).collect();
    let sent: BTreeSet<String> = due.iter().map(|(name, _)| name.clone()).collect();
    let due = due.into_iter().map(|(human_loop_name, reason)| Due {
        function: "collect-labels",
        detail_type: reviewers.detail_type(),
        detail: HumanLoop {
            human_loop_name,
            flow_definition_arn: reviewers.name().to_owned(),
        },
        reason,
    });
    resend_all(deps, found, due).await?;
    for name in untold.iter().filter(|name| sent.contains(*name)) {
        reviewers.told(name).await?;
    }
    Ok(())
}

/// A loop that expires was asked three days before it is given up (`policy::task`); what is no news any more
/// is not told for ever.
const GIVEN_UP_IS_TOLD: Duration = Duration::days(7);
