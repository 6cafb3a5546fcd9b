//! Asking people about a text: at most one loop at a time for a text, each attempt counted before
//! it is made.

use anyhow::{Result, bail};
use contracts::answers::{GivenAnswer, Probabilities};
use contracts::dataset::Origin;
use contracts::keys;
use contracts::review::{HumanLoopInput, HumanLoopRecord, ReviewDay};
use policy::naming;
use policy::refusal::Kind;
use policy::review::Caps;
use time::{Duration, OffsetDateTime};
use tracing::warn;

use crate::objects::{self, Bucket, Found};
use crate::refusal::Refusal;
use crate::reviewers::Reviewers;

/// What is asked, and what of it the reviewers must not see.
#[derive(Debug, Clone)]
pub struct Question {
    pub input: HumanLoopInput,
    /// What the model had said.
    pub predicted: String,
    pub probabilities: Probabilities,
    /// Probability that the audit selected this text; `None` if it was not selected.
    pub inclusion_probability: Option<f64>,
    /// Those given before: their reviewers are not asked again.
    pub answers: Vec<GivenAnswer>,
}

pub enum Asked {
    Yes {
        human_loop: String,
    },
    /// Another invocation asks about the text at this moment.
    Elsewhere,
    /// The service will not take the question.
    Refused {
        reason: String,
    },
}

/// Numbers of questions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Questions {
    pub audit: usize,
    pub uncertain: usize,
}

/// Invocations that may count at the same moment.
const MAXIMUM_RACES: u32 = 100;

/// Places under the day's cap, and the day as it was when they were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserved {
    pub granted: Questions,
    /// Whether the audit still drew texts.
    pub audit_was_open: bool,
}

/// Reserves places under the daily cap in one compare-and-set, so concurrent invocations cannot
/// exceed it. `audited_as` are the labels that the model gave to the wanted questions of the audit, in their order.
pub async fn reserve(
    bucket: &Bucket,
    now: OffsetDateTime,
    wanted: Questions,
    caps: Caps,
    audited_as: &[&str],
) -> Result<Reserved> {
    let key = day_key(now);
    for _ in 0..MAXIMUM_RACES {
        let found = objects::read::<ReviewDay>(bucket, &key).await?;
        let before = found.as_ref().map(|found| found.value.clone());
        let before = before.unwrap_or_default();
        let mut day = before.clone();
        let granted = Questions {
            audit: caps.grant(&mut day, Origin::Audit, wanted.audit, now),
            uncertain: caps.grant(&mut day, Origin::Uncertain, wanted.uncertain, now),
        };
        for label in audited_as.iter().take(granted.audit) {
            *day.audited_as.entry((*label).to_owned()).or_default() += 1;
        }
        let counted = match &found {
            _ if day == before => true,
            Some(found) => objects::replace(bucket, &key, &day, &found.etag).await?,
            None => objects::create(bucket, &key, &day).await?,
        };
        if counted {
            if before.audit_closed_at != day.audit_closed_at {
                warn!(
                    cap = caps.audit,
                    "the audit's share of today is spent: nothing more is drawn for it; raise \
                     AuditShare or ReviewDailyCap, or lower AuditRate"
                );
            }
            return Ok(Reserved {
                granted,
                audit_was_open: before.audit_closed_at.is_none(),
            });
        }
    }
    bail!("others counted today's questions first {MAXIMUM_RACES} times")
}

/// What was asked today.
pub async fn today(bucket: &Bucket, now: OffsetDateTime) -> Result<ReviewDay> {
    let found = objects::read::<ReviewDay>(bucket, &day_key(now)).await?;
    Ok(found.map(|found| found.value).unwrap_or_default())
}

/// What was asked on this day and on the day before.
pub async fn lately(bucket: &Bucket, now: OffsetDateTime) -> Result<[ReviewDay; 2]> {
    let days = futures::try_join!(today(bucket, now), today(bucket, now - Duration::DAY))?;
    Ok(days.into())
}

fn day_key(now: OffsetDateTime) -> String {
    keys::review_day(&now.date().to_string())
}

/// Asks about a text for the first time (`before` is `None`) or again, at `now`.
/// Once the record is written, reconcile repeats a start that failed.
pub async fn ask(
    reviewers: &Reviewers,
    bucket: &Bucket,
    question: Question,
    before: Option<&Found<HumanLoopRecord>>,
    now: OffsetDateTime,
) -> Result<Asked> {
    let attempts = before.map_or(0, |record| record.value.attempts) + 1;
    let text_hash = &question.input.text_hash;
    let key = keys::human_loop(text_hash);
    let record = HumanLoopRecord {
        human_loop: naming::human_loop(text_hash, reviewers.name(), attempts),
        input: question.input,
        predicted: question.predicted,
        probabilities: question.probabilities,
        inclusion_probability: question.inclusion_probability,
        attempts,
        answers: question.answers,
        repairs: 0,
        stopped: false,
        postponed: false,
        asked_at: now,
        stuck: None,
    };
    let counted = match before {
        Some(found) => objects::replace(bucket, &key, &record, &found.etag).await?,
        None => objects::create(bucket, &key, &record).await?,
    };
    if !counted {
        return Ok(Asked::Elsewhere);
    }
    match reviewers.start(&record).await {
        Err(Refusal {
            kind: Kind::Lasting,
            reason,
        }) => {
            if let Some(found) = objects::read(bucket, &key).await? {
                give_up(bucket, &found, &reason).await?;
            }
            return Ok(Asked::Refused { reason });
        }
        Err(Refusal { reason, .. }) => warn!(
            human_loop.name = record.human_loop,
            reason, "noted, and not yet started"
        ),
        Ok(()) => {}
    }
    Ok(Asked::Yes {
        human_loop: record.human_loop,
    })
}

/// Records that the text is not sent to reviewers any more, which `status` shows.
pub async fn give_up(bucket: &Bucket, record: &Found<HumanLoopRecord>, reason: &str) -> Result<()> {
    let Found { value, etag } = record;
    warn!(
        human_loop.name = value.human_loop,
        reason, "stuck, for a person to look at"
    );
    let stuck = HumanLoopRecord {
        stuck: Some(reason.to_owned()),
        ..value.clone()
    };
    let key = keys::human_loop(&value.input.text_hash);
    objects::replace(bucket, &key, &stuck, etag).await.map(drop)
}
