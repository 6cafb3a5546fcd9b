//! How well people label: the queue, their agreement, each reviewer, the labels that they confuse, what they skip; and
//! who has never signed in.

mod found;
mod invited;
mod page;
mod pictures;
mod skips;
mod text;

use anyhow::Context;
use contracts::answers::AnsweredTexts;
use contracts::keys;
use policy::survey::survey;
use serde_json::json;

use crate::account::Account;
use crate::arguments;
use crate::output::Output;
use found::Found;

pub async fn reviewers(
    account: &Account,
    arguments: &arguments::ReviewersOf,
    output: &Output,
) -> anyhow::Result<()> {
    let known: AnsweredTexts = account.object(keys::ANSWERS).await?.unwrap_or_default();
    let labels = account.labels().await?;
    let survey = survey(&known, &labels).context("read the answers")?;
    let found = Found::read(account, &survey).await?;
    if let Some(file) = &arguments.output {
        let html = ::report::render_charts(&page::of(&survey, &found));
        std::fs::write(file, html).with_context(|| format!("write {}", file.display()))?;
    }
    let result = json!({
        "ok": true,
        "open": found.loops.waiting,
        "texts": survey.texts,
        "agreement": survey.agreement.map(|it| json!({
            "alpha": it.alpha,
            "low": it.interval.low,
            "high": it.interval.high,
            "texts": it.texts,
        })),
        "reviewers": survey.reviewers.iter().map(|it| json!({
            "worker": it.quality.reviewer,
            "name": found.names.get(it.quality.reviewer),
            "answers": it.quality.answers,
            "accuracy": it.quality.accuracy,
            "low": it.quality.interval.low,
            "high": it.quality.interval.high,
            "median_seconds": it.pace.median,
            "quartile_seconds": [it.pace.low, it.pace.high],
            "suspicion": it.quality.suspicion.map(text::suspicion),
        })).collect::<Vec<_>>(),
        "confusions": survey.confusions.iter().map(|it| json!({
            "labels": it.labels,
            "texts": it.texts,
        })).collect::<Vec<_>>(),
        "disputed": found.disputed.iter().map(|it| json!({
            "text": it.text,
            "label": it.label,
            "posterior": it.posterior,
            "answers": it.answers,
        })).collect::<Vec<_>>(),
        "skipped": found.loops.skipped,
        "skips": found.skips.iter().map(|it| json!({
            "text": it.text,
            "worker": it.worker,
            "name": found.names.get(&it.worker),
            "reason": it.reason,
            "task": it.task,
        })).collect::<Vec<_>>(),
        "not_signed_in": found.invited.iter().map(|it| json!({
            "name": it.name,
            "invited_on": it.on,
            "command": it.command,
        })).collect::<Vec<_>>(),
        "page": arguments.output,
    });
    output.result(&result, || text::of(&survey, &found))
}
