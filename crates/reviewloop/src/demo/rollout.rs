//! A model's rollout: labelled texts are replayed as labels of the audit, which a stack would collect in
//! weeks, and shift-traffic compares both models on them.

use std::time::Duration;

use contracts::dataset::Origin;
use contracts::review::Label;
use contracts::verdict::Decision;
use contracts::{keys, names};
use futures::{StreamExt, TryStreamExt, stream};
use policy::text::row_hash;
use rollout::{Rollout, sentence};
use time::OffsetDateTime;

use super::stage::{Stage, scheduled};
use super::turn::Turn;
use crate::holdout::Withheld;
use crate::wait;

/// Requests at once.
const AT_ONCE: usize = 8;
/// Looks at most, and the labels between two of them at least.
const LOOKS: usize = 20;
const LEAST: usize = 50;
const LIMIT: Duration = Duration::from_secs(300);

/// Takes the comparison as far as these answers go, and leaves those that it has not needed; `None` where the gate rejected
/// the model.
pub async fn follow(
    stage: &Stage<'_>,
    turn: &Turn,
    answers: &mut Vec<Withheld>,
    audit_rate: f64,
) -> anyhow::Result<Option<Rollout>> {
    if turn.verdict.decision == Decision::Rejected {
        return Ok(None);
    }
    let begun = begun(stage, &turn.model_package_arn).await?;
    let task = stage.progress.task("rollout");
    let mut rollout = begun;
    // Some at a time, as they come in a stack: each look is one point of the picture.
    let some = answers.len().div_ceil(LOOKS).max(LEAST);
    while rollout.is_active() && !answers.is_empty() {
        let registered = rollout.challenger.created;
        let answers: Vec<Withheld> = answers.drain(..some.min(answers.len())).collect();
        replay(stage, &answers, audit_rate, registered).await?;
        // The job's end wakes it again.
        let function = names::function(&stage.account.stack, "shift-traffic");
        stage.account.send(&function, &scheduled()).await?;
        let counted = rollout.counted.len() + answers.len();
        rollout = compared(stage, &turn.model_package_arn, counted).await?;
        task.note(&sentence::seen(&rollout));
    }
    let seconds = task.seconds();
    let labels = rollout.counted.len();
    task.done(seconds, &format!("{labels} replayed labels"));
    stage.progress.say(&format!(
        "  {}: {}",
        sentence::stands(&rollout),
        sentence::seen(&rollout)
    ));
    Ok(Some(rollout))
}

/// The comparison once so many labels are in it, or it has ended.
async fn compared(stage: &Stage<'_>, arn: &str, counted: usize) -> anyhow::Result<Rollout> {
    wait::until(&stage.account, "the rollout's scores", LIMIT, async || {
        let found = begun_or_ended(stage, arn).await?;
        let is_over = |rollout: &Rollout| {
            !rollout.is_active() || rollout.batch.is_none() && rollout.counted.len() >= counted
        };
        Ok(found.filter(is_over))
    })
    .await
}

async fn begun(stage: &Stage<'_>, arn: &str) -> anyhow::Result<Rollout> {
    wait::until(
        &stage.account,
        "the rollout's beginning",
        LIMIT,
        async || begun_or_ended(stage, arn).await,
    )
    .await
}

async fn begun_or_ended(stage: &Stage<'_>, arn: &str) -> anyhow::Result<Option<Rollout>> {
    let found: Option<Rollout> = stage.account.object(keys::ROLLOUT).await?;
    Ok(found.filter(|rollout| rollout.challenger.arn == arn))
}

/// Writes each answer as collect-labels writes a label of the audit. They are as of the second after the challenger was
/// registered: what is older may be among its rows.
async fn replay(
    stage: &Stage<'_>,
    answers: &[Withheld],
    audit_rate: f64,
    registered: i64,
) -> anyhow::Result<()> {
    let at = OffsetDateTime::now_utc().max(OffsetDateTime::from_unix_timestamp(registered + 1)?);
    stream::iter(answers)
        .map(async |answer| {
            let hash = row_hash(&answer.review.text);
            let label = Label {
                text: answer.review.text.clone(),
                context: answer.review.context.clone(),
                label: answer.label.clone(),
                origin: Origin::Audit,
                inclusion_probability: Some(audit_rate),
                predicted: String::new(),
                human_loop: "replayed".to_owned(),
                posterior: None,
                human_answers: Vec::new(),
                created_at: at,
            };
            let body = serde_json::to_vec(&label)?;
            stage.account.put(&keys::label(&hash), body).await
        })
        .buffer_unordered(AT_ONCE)
        .try_for_each(async |_| Ok(()))
        .await
}
