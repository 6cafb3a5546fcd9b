//! The next step for a text whose loop ended without a label, on the text's record.
//!
//! | step | when | record afterwards |
//! |---|---|---|
//! | `ask` | the loop failed, or its answers are not certain yet | a new loop's name, one attempt more, the answers |
//! | `repair` | nobody knows such a loop | the same name, one repair more |
//! | `stop` | a person stopped the loop | `stopped`: no reviewer is asked again |
//! | `give_up` | attempts or repairs are used up, or it is refused for good | `stuck`, with the reason |

use anyhow::{Context, Result, bail};
use contracts::answers::GivenAnswer;
use contracts::dataset::Origin;
use contracts::keys;
use contracts::review::HumanLoopRecord;
use loop_state::Reviewers;
use loop_state::human_loops::{self, Asked, Question, Questions};
use loop_state::objects::{self, Found};
use policy::refusal::Kind;
use policy::review;
use time::Duration;
use tracing::info;

use crate::gathered::Gathered;
use crate::{Deps, Outcome};

/// A text that still waits for its label.
pub enum Waiting<'g> {
    Yes(&'g Found<HumanLoopRecord>),
    /// There is nothing to be done.
    No(Outcome),
}

/// Whether `name` is the newest loop of a text without a label that is not given up.
pub fn waiting<'g>(gathered: &'g Gathered, name: &str) -> Waiting<'g> {
    let Some(record) = &gathered.record else {
        return Waiting::No(Outcome::Superseded);
    };
    let HumanLoopRecord {
        human_loop,
        stopped,
        stuck,
        ..
    } = &record.value;
    if human_loop != name {
        Waiting::No(Outcome::Superseded)
    } else if gathered.label.is_some() {
        let text_hash = gathered.text.text_hash.clone();
        Waiting::No(Outcome::AlreadyLabelled { text_hash })
    } else if *stopped {
        Waiting::No(Outcome::Stopped)
    } else if let Some(reason) = stuck.clone() {
        Waiting::No(Outcome::Stuck { reason })
    } else {
        Waiting::Yes(record)
    }
}

/// Asks again under a new name, within the bound, and within the day's cap where the newest loop brought no answer.
pub async fn ask(
    deps: &Deps,
    reviewers: &Reviewers,
    record: &Found<HumanLoopRecord>,
    answers: Vec<GivenAnswer>,
    reason: &str,
) -> Result<Outcome> {
    let attempts = record.value.attempts;
    if !review::ask_again(attempts, answers.len(), deps.config.maximum_attempts) {
        return give_up(deps, record, format!("asked {attempts} times: {reason}")).await;
    }
    let now = deps.clock.now();
    let HumanLoopRecord {
        input,
        predicted,
        probabilities,
        inclusion_probability,
        ..
    } = record.value.clone();
    let caps = deps.config.caps;
    let is_audit = caps.again() == Origin::Audit;
    let one = Questions {
        audit: usize::from(is_audit),
        uncertain: usize::from(!is_audit),
    };
    // The cap counts texts: an answer that is followed by another is of a text that was counted.
    let is_counted = answers.len() > record.value.answers.len();
    if !is_counted {
        let reserved = human_loops::reserve(&deps.bucket, now, one, caps, &[]).await?;
        if reserved.granted != one {
            return postpone(deps, record).await;
        }
    }
    let question = Question {
        input,
        predicted,
        probabilities,
        inclusion_probability,
        answers,
    };
    info!(text_hash = question.input.text_hash, reason, "asking again");
    Ok(
        match human_loops::ask(reviewers, &deps.bucket, question, Some(record), now).await? {
            Asked::Yes { human_loop } => Outcome::AskedAgain { human_loop },
            Asked::Elsewhere => Outcome::Superseded,
            Asked::Refused { reason } => Outcome::Stuck { reason },
        },
    )
}

/// Notes an answer that its reviewer has changed, while another reviewer is asked already.
pub async fn correct(deps: &Deps, gathered: &Gathered) -> Result<()> {
    let Some(Found { value, etag }) = &gathered.record else {
        return Ok(());
    };
    let is_noted = |noted: &GivenAnswer| gathered.text.answers.contains(noted);
    if value.answers.iter().all(is_noted) {
        return Ok(());
    }
    let corrected = HumanLoopRecord {
        answers: gathered.text.answers.clone(),
        ..value.clone()
    };
    let key = keys::human_loop(&value.input.text_hash);
    if !objects::replace(&deps.bucket, &key, &corrected, etag).await? {
        bail!("another invocation changed {key} first: look again");
    }
    Ok(())
}

/// The answers are a tie, and there is nobody to ask: the text waits until the reviewers are known better, or another
/// one comes.
pub async fn dispute(deps: &Deps, record: &Found<HumanLoopRecord>) -> Result<Outcome> {
    postpone(deps, record).await?;
    Ok(Outcome::Disputed)
}

/// Marks the record, so that reconcile leaves it alone until the cap has room again.
async fn postpone(deps: &Deps, Found { value, etag }: &Found<HumanLoopRecord>) -> Result<Outcome> {
    if !value.postponed {
        let postponed = HumanLoopRecord {
            postponed: true,
            ..value.clone()
        };
        let key = keys::human_loop(&value.input.text_hash);
        objects::replace(&deps.bucket, &key, &postponed, etag).await?;
    }
    Ok(Outcome::EnoughToday)
}

/// Between one start of a loop and the next, so that a short outage does not use up the
/// repairs of every text.
const BETWEEN_REPAIRS: Duration = Duration::minutes(30);

/// A record without its loop: the function died between the two, or the call was not taken. A
/// call that will never be taken is not repeated.
/// A2I deletes loops after 30 days; by then the text has its label, or is given up.
pub async fn repair(
    deps: &Deps,
    reviewers: &Reviewers,
    record: &Found<HumanLoopRecord>,
) -> Result<Outcome> {
    let Found { value, etag } = record;
    let now = deps.clock.now();
    if now - value.asked_at < BETWEEN_REPAIRS {
        return Ok(Outcome::NotYetStarted);
    }
    if value.repairs >= deps.config.maximum_attempts {
        let reason = format!("its loop could not be started in {} repairs", value.repairs);
        return give_up(deps, record, reason).await;
    }
    let repaired = HumanLoopRecord {
        repairs: value.repairs + 1,
        asked_at: now,
        ..value.clone()
    };
    let key = keys::human_loop(&value.input.text_hash);
    if !objects::replace(&deps.bucket, &key, &repaired, etag).await? {
        return Ok(Outcome::Superseded);
    }
    match reviewers.start(&repaired).await {
        Ok(()) => Ok(Outcome::AskedAgain {
            human_loop: repaired.human_loop,
        }),
        Err(refusal) if refusal.kind == Kind::Lasting => {
            let found = objects::read::<HumanLoopRecord>(&deps.bucket, &key).await?;
            let record = found.context("the loop's record is gone")?;
            give_up(deps, &record, refusal.reason).await
        }
        Err(refusal) => bail!(
            "start the human loop {}: {}",
            repaired.human_loop,
            refusal.reason
        ),
    }
}

/// The loop was stopped: the question is over, and nothing is stuck.
pub async fn stop(deps: &Deps, Found { value, etag }: &Found<HumanLoopRecord>) -> Result<Outcome> {
    let stopped = HumanLoopRecord {
        stopped: true,
        ..value.clone()
    };
    let key = keys::human_loop(&value.input.text_hash);
    objects::replace(&deps.bucket, &key, &stopped, etag).await?;
    Ok(Outcome::Stopped)
}

async fn give_up(deps: &Deps, record: &Found<HumanLoopRecord>, reason: String) -> Result<Outcome> {
    human_loops::give_up(&deps.bucket, record, &reason).await?;
    Ok(Outcome::Stuck { reason })
}
