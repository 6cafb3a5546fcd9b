//! Which of the predictions people are asked about. Predictions are given whatever becomes of the
//! questions: where asking fails, the answer says so.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use contracts::keys;
use contracts::prediction::{Prediction, PredictionLine, Review};
use contracts::review::{HumanLoopInput, HumanLoopRecord};
use futures::{StreamExt, stream};
use loop_state::human_loops::{self, Desk};
use loop_state::objects;
use policy::review::{self, Ask};
use policy::text::row_hash;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tracing::error;

use crate::Deps;

/// Texts that are looked up, or asked about, at the same time.
const AT_ONCE: usize = 16;

/// What is to become of one prediction, before the day's cap is looked at.
enum Wish {
    Settled(Review),
    Ask(HumanLoopInput),
}

pub async fn people(
    deps: &Deps,
    texts: &[String],
    lines: Vec<PredictionLine>,
) -> Result<Vec<Prediction>> {
    let now = OffsetDateTime::now_utc().format(&Rfc3339)?;
    let wishes = stream::iter(texts.iter().zip(&lines)).map(async |(text, line)| {
        let wish = wish(deps, text, line).await;
        wish.unwrap_or_else(|error| Wish::Settled(failed(&error)))
    });
    let wishes: Vec<Wish> = wishes.buffered(AT_ONCE).collect().await;

    let wishes = grant(deps, wishes, &now).await;
    let reviews = stream::iter(wishes).map(async |wish| match wish {
        Wish::Settled(review) => review,
        Wish::Ask(input) => {
            let asked = ask(deps, input, &now).await;
            asked.unwrap_or_else(|error| failed(&error))
        }
    });
    let reviews: Vec<Review> = reviews.buffered(AT_ONCE).collect().await;

    let answered = lines.into_iter().zip(reviews);
    Ok(answered
        .map(|(line, review)| Prediction {
            label: line.predicted_label,
            confidence: line.probability,
            review,
            error: line.error,
        })
        .collect())
}

/// Takes from the day's cap, once a batch and once a text: every question counted by itself would
/// be a race of its own. What the cap does not allow is settled.
async fn grant(deps: &Deps, mut wishes: Vec<Wish>, now: &str) -> Vec<Wish> {
    let mut wanted = BTreeSet::new();
    for wish in &wishes {
        if let Wish::Ask(input) = wish {
            wanted.insert(input.text_hash.clone());
        }
    }
    let cap = deps.config.daily_cap;
    let granted = human_loops::reserve(&deps.bucket, now, wanted.len(), cap).await;
    let (granted, refusal) = match granted {
        Ok(granted) => (granted, Review::OverBudget),
        Err(error) => (0, failed(&error)),
    };
    let granted: BTreeSet<String> = wanted.into_iter().take(granted).collect();
    for wish in &mut wishes {
        if matches!(wish, Wish::Ask(input) if !granted.contains(&input.text_hash)) {
            *wish = Wish::Settled(refusal.clone());
        }
    }
    wishes
}

async fn wish(deps: &Deps, text: &str, line: &PredictionLine) -> Result<Wish> {
    let settled = |review| Ok(Wish::Settled(review));
    let (Some(label), Some(confidence)) = (&line.predicted_label, line.probability) else {
        return settled(Review::NotNeeded);
    };
    if deps.config.flow_definition_arn.is_none() {
        return settled(Review::NotNeeded);
    }
    let origin = match review::ask(&deps.config.budget, text, confidence) {
        Ask::No => return settled(Review::NotNeeded),
        Ask::OverBudget => return settled(Review::OverBudget),
        Ask::Yes(origin) => origin,
    };
    let text_hash = row_hash(text);
    if objects::exists(&deps.bucket, &keys::label(&text_hash)).await? {
        return settled(Review::AlreadyLabelled);
    }
    if let Some(human_loop) = asked_before(deps, &text_hash).await? {
        return settled(Review::AlreadyAsked { human_loop });
    }
    Ok(Wish::Ask(HumanLoopInput {
        task_object: text.to_owned(),
        context: [].into(),
        initial_value: label.clone(),
        labels: deps.config.labels.clone(),
        origin,
        text_hash,
    }))
}

/// The newest loop about a text; collect-labels sees to it that it is asked again if need be.
async fn asked_before(deps: &Deps, text_hash: &str) -> Result<Option<String>> {
    let key = keys::human_loop(text_hash);
    let record = objects::read::<HumanLoopRecord>(&deps.bucket, &key).await?;
    Ok(record.map(|found| found.value.human_loop))
}

async fn ask(deps: &Deps, input: HumanLoopInput, now: &str) -> Result<Review> {
    let flow_definition_arn = deps.config.flow_definition_arn.as_ref();
    let desk = Desk {
        a2i: &deps.a2i,
        flow_definition_arn: flow_definition_arn.context("without reviewers nobody is asked")?,
        now,
    };
    let text_hash = input.text_hash.clone();
    if let Some(human_loop) = human_loops::ask(desk, &deps.bucket, input, None).await? {
        return Ok(Review::Started { human_loop });
    }
    // Somebody was faster, or the text is in this batch twice.
    let human_loop = asked_before(deps, &text_hash).await?;
    Ok(Review::AlreadyAsked {
        human_loop: human_loop.context("the loop's record is gone")?,
    })
}

fn failed(error: &anyhow::Error) -> Review {
    error!(
        error = format!("{error:#}"),
        "could not ask people about a prediction"
    );
    Review::Failed
}
