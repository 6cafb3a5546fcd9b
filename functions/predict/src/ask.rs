//! Which of the predictions people are asked about. Predictions are given whatever becomes of the
//! questions: where asking fails, the answer says so.

use anyhow::{Context, Result};
use contracts::keys;
use contracts::prediction::{Prediction, PredictionLine, Review};
use contracts::review::{HumanLoopInput, HumanLoopRecord};
use loop_state::human_loops::{self, Desk};
use loop_state::objects;
use policy::review::{self, Ask};
use policy::text::row_hash;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tracing::error;

use crate::Deps;

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
    let mut wishes = Vec::with_capacity(lines.len());
    for (text, line) in texts.iter().zip(&lines) {
        let wish = wish(deps, text, line).await;
        wishes.push(wish.unwrap_or_else(|error| Wish::Settled(failed(&error))));
    }
    let wanted = wishes.iter().filter(|wish| matches!(wish, Wish::Ask(_)));
    let now = OffsetDateTime::now_utc().format(&Rfc3339)?;
    // Once a batch: every question counted by itself would be a race of its own.
    let granted =
        human_loops::reserve(&deps.bucket, &now, wanted.count(), deps.config.daily_cap).await;
    let mut granted = granted.map_err(|error| failed(&error));
    let mut predictions = Vec::with_capacity(lines.len());
    for (line, wish) in lines.into_iter().zip(wishes) {
        let review = match (wish, &mut granted) {
            (Wish::Settled(review), _) => review,
            (Wish::Ask(_), Err(failed)) => failed.clone(),
            (Wish::Ask(_), Ok(0)) => Review::OverBudget,
            (Wish::Ask(input), Ok(left)) => {
                *left -= 1;
                let asked = ask(deps, input, &now).await;
                asked.unwrap_or_else(|error| failed(&error))
            }
        };
        predictions.push(Prediction {
            label: line.predicted_label,
            confidence: line.probability,
            review,
            error: line.error,
        });
    }
    Ok(predictions)
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
