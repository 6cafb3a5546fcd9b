//! Asking again where a loop ended without an answer, and giving a text up, on record.

use anyhow::{Context, Result};
use contracts::keys;
use contracts::review::HumanLoopRecord;
use loop_state::human_loops::{self, Desk};
use loop_state::objects::{self, Found};
use policy::{naming, review};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use tracing::warn;

use crate::{Deps, Outcome};

/// A text that still waits for its label.
pub enum Waiting {
    Yes(Found<HumanLoopRecord>),
    /// There is nothing to be done.
    No(Outcome),
}

/// Whether `name` is the newest loop of a text without a label that is not given up.
pub async fn waiting(deps: &Deps, name: &str) -> Result<Waiting> {
    let Some(record) = record_of(deps, name).await? else {
        return Ok(Waiting::No(Outcome::Superseded));
    };
    let text_hash = record.value.input.text_hash.clone();
    if objects::exists(&deps.bucket, &keys::label(&text_hash)).await? {
        return Ok(Waiting::No(Outcome::AlreadyLabelled { text_hash }));
    }
    if record.value.stopped {
        return Ok(Waiting::No(Outcome::Stopped));
    }
    if let Some(reason) = record.value.stuck.clone() {
        return Ok(Waiting::No(Outcome::Stuck { reason }));
    }
    Ok(Waiting::Yes(record))
}

/// Asks again under a new name, within the bound and the day's cap.
pub async fn ask(deps: &Deps, record: &Found<HumanLoopRecord>, reason: &str) -> Result<Outcome> {
    let attempts = record.value.attempts;
    if !review::ask_again(attempts, deps.config.maximum_attempts) {
        return give_up(deps, record, format!("asked {attempts} times: {reason}")).await;
    }
    let now = OffsetDateTime::now_utc().format(&Rfc3339)?;
    if human_loops::reserve(&deps.bucket, &now, 1, deps.config.daily_cap).await? == 0 {
        return Ok(Outcome::EnoughToday);
    }
    let input = record.value.input.clone();
    let asked = human_loops::ask(desk(deps, &now), &deps.bucket, input, Some(record)).await?;
    Ok(match asked {
        Some(human_loop) => Outcome::AskedAgain { human_loop },
        None => Outcome::Superseded,
    })
}

/// Between one start of a loop and the next: A2I's bad quarter of an hour must not use up the
/// repairs of every text.
const BETWEEN_REPAIRS: Duration = Duration::minutes(30);

/// A record without its loop: the one who asked died between the two, or A2I refused the call.
/// A2I deletes loops after 30 days; by then the text has its label, or is given up.
pub async fn repair(deps: &Deps, record: &Found<HumanLoopRecord>) -> Result<Outcome> {
    let Found { value, etag } = record;
    let now = OffsetDateTime::now_utc();
    let asked_at = OffsetDateTime::parse(&value.asked_at, &Rfc3339).context("read asked_at")?;
    if now - asked_at < BETWEEN_REPAIRS {
        return Ok(Outcome::NotYetStarted);
    }
    if value.repairs >= deps.config.maximum_attempts {
        let reason = format!("its loop could not be started in {} repairs", value.repairs);
        return give_up(deps, record, reason).await;
    }
    let repaired = HumanLoopRecord {
        repairs: value.repairs + 1,
        asked_at: now.format(&Rfc3339)?,
        ..value.clone()
    };
    let key = keys::human_loop(&value.input.text_hash);
    if !objects::replace(&deps.bucket, &key, &repaired, etag).await? {
        return Ok(Outcome::Superseded);
    }
    human_loops::start(desk(deps, &repaired.asked_at), &repaired).await?;
    Ok(Outcome::AskedAgain {
        human_loop: repaired.human_loop,
    })
}

/// Somebody stopped the loop, so the question is over, and no trouble for anybody.
pub async fn stop(deps: &Deps, Found { value, etag }: &Found<HumanLoopRecord>) -> Result<Outcome> {
    let stopped = HumanLoopRecord {
        stopped: true,
        ..value.clone()
    };
    let key = keys::human_loop(&value.input.text_hash);
    objects::replace(&deps.bucket, &key, &stopped, etag).await?;
    Ok(Outcome::Stopped)
}

/// Notes that nobody is asked about this text any more, for a person to see.
pub async fn give_up(
    deps: &Deps,
    record: &Found<HumanLoopRecord>,
    reason: String,
) -> Result<Outcome> {
    let Found { value, etag } = record;
    warn!(
        human_loop.name = value.human_loop,
        reason, "stuck, for a person to look at"
    );
    let stuck = HumanLoopRecord {
        stuck: Some(reason.clone()),
        ..value.clone()
    };
    let key = keys::human_loop(&value.input.text_hash);
    objects::replace(&deps.bucket, &key, &stuck, etag).await?;
    Ok(Outcome::Stuck { reason })
}

/// The template's upper bound of MaximumAttempts, which may have been higher than it is.
const MOST_ATTEMPTS: u32 = 10;

/// The record whose loop this is. Records are named by text, and only the newest loop of a text
/// has one; a loop's name follows from the text and the attempt, so one record is read.
async fn record_of(deps: &Deps, name: &str) -> Result<Option<Found<HumanLoopRecord>>> {
    let flow = &deps.config.flow_definition_arn;
    for key in objects::list(&deps.bucket, keys::HUMAN_LOOPS).await? {
        let Some(text_hash) = keys::human_loop_text_hash(&key) else {
            continue;
        };
        let mut attempts = 1..=MOST_ATTEMPTS;
        if attempts.any(|attempt| naming::human_loop(text_hash, flow, attempt) == name) {
            let found = objects::read::<HumanLoopRecord>(&deps.bucket, &key).await?;
            return Ok(found.filter(|found| found.value.human_loop == name));
        }
    }
    Ok(None)
}

fn desk<'a>(deps: &'a Deps, now: &'a str) -> Desk<'a> {
    Desk {
        a2i: &deps.a2i,
        flow_definition_arn: &deps.config.flow_definition_arn,
        now,
    }
}
