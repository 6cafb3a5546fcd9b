//! Which of the predictions people are asked about.

use anyhow::{Context, Result};
use aws_smithy_types::DateTime;
use contracts::keys;
use contracts::prediction::{Prediction, PredictionLine, Review};
use contracts::review::{HumanLoopInput, HumanLoopRecord};
use loop_state::human_loops::{self, Desk};
use loop_state::objects;
use policy::review::{self, Ask};
use policy::text::row_hash;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::Deps;

pub async fn people(
    deps: &Deps,
    texts: &[String],
    lines: Vec<PredictionLine>,
) -> Result<Vec<Prediction>> {
    let mut questions = Questions { left_today: None };
    let mut predictions = Vec::with_capacity(lines.len());
    for (text, line) in texts.iter().zip(lines) {
        let review = match (&line.predicted_label, line.probability) {
            (Some(label), Some(confidence)) => {
                questions.consider(deps, text, label, confidence).await?
            }
            _ => Review::NotNeeded,
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

struct Questions {
    /// Loops that may still be started today; counted when the first is wanted.
    left_today: Option<usize>,
}

impl Questions {
    async fn consider(
        &mut self,
        deps: &Deps,
        text: &str,
        label: &str,
        confidence: f64,
    ) -> Result<Review> {
        let Some(flow_definition_arn) = &deps.config.flow_definition_arn else {
            return Ok(Review::NotNeeded);
        };
        let origin = match review::ask(&deps.config.budget, text, confidence) {
            Ask::No => return Ok(Review::NotNeeded),
            Ask::OverBudget => return Ok(Review::OverBudget),
            Ask::Yes(origin) => origin,
        };
        let text_hash = row_hash(text);
        if objects::exists(&deps.bucket, &keys::label(&text_hash)).await? {
            return Ok(Review::AlreadyLabelled);
        }
        let now = OffsetDateTime::now_utc();
        let now_text = now.format(&Rfc3339)?;
        let desk = Desk {
            a2i: &deps.a2i,
            flow_definition_arn,
            now: &now_text,
        };
        let record =
            objects::read::<HumanLoopRecord>(&deps.bucket, &keys::human_loop(&text_hash)).await?;
        if let Some(record) = record {
            // Asked before; collect-labels sees to it that it is asked again if need be.
            return Ok(Review::AlreadyAsked {
                human_loop: record.value.human_loop,
            });
        }
        if !self.take_one(deps, flow_definition_arn, now).await? {
            return Ok(Review::OverBudget);
        }
        let input = HumanLoopInput {
            task_object: text.to_owned(),
            initial_value: label.to_owned(),
            labels: deps.config.labels.clone(),
            origin,
            text_hash,
        };
        Ok(
            match human_loops::ask(desk, &deps.bucket, input, None).await? {
                Some(human_loop) => Review::Started { human_loop },
                None => Review::OverBudget,
            },
        )
    }

    /// Counts today's loops once a batch: a cap of the day may be passed by what other batches
    /// start at the same moment, never by more than that.
    async fn take_one(
        &mut self,
        deps: &Deps,
        flow_definition_arn: &str,
        now: OffsetDateTime,
    ) -> Result<bool> {
        let left = match self.left_today {
            Some(left) => left,
            None => {
                let started = started_today(deps, flow_definition_arn, now).await?;
                deps.config.daily_cap.saturating_sub(started)
            }
        };
        self.left_today = Some(left.saturating_sub(1));
        Ok(left > 0)
    }
}

async fn started_today(
    deps: &Deps,
    flow_definition_arn: &str,
    now: OffsetDateTime,
) -> Result<usize> {
    let midnight = now.replace_time(time::Time::MIDNIGHT).unix_timestamp();
    let mut pages = deps
        .a2i
        .list_human_loops()
        .flow_definition_arn(flow_definition_arn)
        .creation_time_after(DateTime::from_secs(midnight))
        .into_paginator()
        .send();
    let mut started = 0;
    while let Some(page) = pages.next().await {
        started += page
            .context("list today's human loops")?
            .human_loop_summaries()
            .len();
        if started >= deps.config.daily_cap {
            break;
        }
    }
    Ok(started)
}
