//! Turns a finished human loop into one label.
//!
//! The answers of a completed loop are consolidated and written as `labels/<text hash>.json`,
//! once. A loop that ended without a usable answer (expired, stopped, failed, a tie) is asked
//! again under a new name, within the bound; after that it is `stuck`, for a person to see.

mod config;
mod end;

use anyhow::{Context, Result};
use aws_types::SdkConfig;
use contracts::event::{Event, HumanLoop};
use contracts::keys;
use contracts::review::{HumanLoopOutput, HumanLoopRecord, Label};
use loop_state::objects::Found;
use loop_state::{Bucket, objects};
use policy::review;
use policy::text::row_hash;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tracing::info;

pub use config::Config;
use end::End;

pub struct Deps {
    pub config: Config,
    pub bucket: Bucket,
    pub a2i: aws_sdk_sagemakera2iruntime::Client,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        let bucket = Bucket {
            s3: aws_sdk_s3::Client::new(aws),
            name: config.bucket.clone(),
        };
        Self {
            config,
            bucket,
            a2i: aws_sdk_sagemakera2iruntime::Client::new(aws),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    NotOurs,
    StillOpen,
    /// The loop is gone; A2I keeps its data for 30 days.
    Gone,
    Labelled {
        text_hash: String,
        label: String,
    },
    AlreadyLabelled {
        text_hash: String,
    },
    AskedAgain {
        human_loop: String,
    },
    /// A newer loop asks about the same text.
    Superseded,
    Stuck {
        reason: String,
    },
}

pub async fn handle(deps: &Deps, event: Event<HumanLoop>) -> Result<Outcome> {
    let HumanLoop {
        human_loop_name: name,
        flow_definition_arn,
    } = event.detail;
    if flow_definition_arn != deps.config.flow_definition_arn {
        return Ok(Outcome::NotOurs);
    }
    let output_key = match end::of_loop(deps, &name).await? {
        End::Gone => return end::repair(deps, record_of(deps, &name).await?).await,
        End::Open => return Ok(Outcome::StillOpen),
        End::WithoutAnswer { reason } => return again(deps, &name, &reason).await,
        End::Answered { output_key } => output_key,
    };
    let found = objects::read::<HumanLoopOutput>(&deps.bucket, &output_key).await?;
    let output = found
        .with_context(|| format!("{output_key} does not exist yet"))?
        .value;
    let input = output.input_content;
    // Not the hash that the input claims: what was shown is what was labelled.
    let text_hash = row_hash(&input.task_object);

    let labels = output.human_answers.iter().filter_map(|answer| {
        answer
            .answer_content
            .sentiment
            .as_ref()
            .map(|answer| answer.label.as_str())
    });
    let Some((label, agreeing)) = review::consolidate_answers(labels, &deps.config.labels) else {
        return again(deps, &name, "the answers do not agree on a label").await;
    };
    let label = Label {
        text: input.task_object,
        label: label.to_owned(),
        origin: input.origin,
        predicted: input.initial_value,
        human_loop: name,
        answers: u32::try_from(output.human_answers.len()).unwrap_or(u32::MAX),
        agreeing,
        created_at: OffsetDateTime::now_utc().format(&Rfc3339)?,
    };
    if objects::create(&deps.bucket, &keys::label(&text_hash), &label).await? {
        info!(human_loop.name = label.human_loop, text_hash, "labelled");
        Ok(Outcome::Labelled {
            text_hash,
            label: label.label,
        })
    } else {
        Ok(Outcome::AlreadyLabelled { text_hash })
    }
}

/// Asks again, or gives up, on record.
async fn again(deps: &Deps, name: &str, reason: &str) -> Result<Outcome> {
    let Some(record) = record_of(deps, name).await? else {
        return Ok(Outcome::Superseded);
    };
    let text_hash = record.value.input.text_hash.clone();
    if objects::exists(&deps.bucket, &keys::label(&text_hash)).await? {
        return Ok(Outcome::AlreadyLabelled { text_hash });
    }
    end::ask_again(deps, &record, reason).await
}

/// The record whose loop this is. Records are named by text, and only the newest loop of a text
/// has one.
async fn record_of(deps: &Deps, name: &str) -> Result<Option<Found<HumanLoopRecord>>> {
    for key in objects::list(&deps.bucket, keys::HUMAN_LOOPS).await? {
        let found = objects::read::<HumanLoopRecord>(&deps.bucket, &key).await?;
        if let Some(found) = found.filter(|found| found.value.human_loop == name) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
