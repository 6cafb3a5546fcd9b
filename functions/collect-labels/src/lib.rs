//! Turns a finished human loop into one label.
//!
//! The answers of a completed loop are consolidated and written as `labels/<text hash>.json`,
//! once. A loop that ended without a usable answer (expired, failed, a tie) is asked again under
//! a new name, within the bound; after that it is `stuck`, for a person to see. So is one that was stopped
//! because the stack asks others now; any other that was stopped stays stopped.

mod again;
mod config;
mod deps;
mod outcome;

use anyhow::{Context, Result};
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::event::HumanLoop;
use contracts::keys;
use contracts::review::{HumanLoopOutput, HumanLoopRecord, Label};
use lambda_main::metrics::{self, Metric};
use loop_state::objects;
use loop_state::reviewers::State;
use policy::review::{self, Stopper};
use policy::text::row_hash;
use time::format_description::well_known::Rfc3339;
use tracing::info;

use again::Waiting;
pub use config::Config;
pub use deps::Deps;
pub use outcome::Outcome;

pub async fn handle(deps: &Deps, event: EventBridgeEvent<HumanLoop>) -> Result<Outcome> {
    let HumanLoop {
        human_loop_name: name,
        flow_definition_arn,
    } = event.detail;
    // After an update of the stack, loops of the reviewers before still end.
    let (Some(reviewers), Some(asked)) = (&deps.reviewers, deps.asked(&flow_definition_arn)) else {
        return Ok(Outcome::NotOurs);
    };
    let unanswered = match asked.state(&name).await? {
        State::Open => return Ok(Outcome::StillOpen),
        State::Answered { output_key } => match label(deps, &name, &output_key).await? {
            Some(outcome) => return Ok(outcome),
            None => Unanswered::AskAgain("the answers do not agree on a label".to_owned()),
        },
        State::Failed { reason } => Unanswered::AskAgain(reason),
        State::Stopped {
            output_key,
            reviewers: asked,
        } => {
            if let Some(output_key) = output_key
                && let Some(outcome) = label(deps, &name, &output_key).await?
            {
                return Ok(outcome);
            }
            match review::stopper(asked.as_deref(), reviewers.name()) {
                Stopper::Person => Unanswered::Stop,
                Stopper::Update { asked } => {
                    Unanswered::AskAgain(format!("it was stopped with its reviewers {asked}"))
                }
            }
        }
        State::Gone => Unanswered::Repair,
    };
    let record = match again::waiting(deps, &name).await? {
        Waiting::Yes(record) => record,
        Waiting::No(outcome) => return Ok(outcome),
    };
    let outcome = match unanswered {
        Unanswered::AskAgain(reason) => again::ask(deps, reviewers, &record, &reason).await,
        Unanswered::Stop => again::stop(deps, &record).await,
        Unanswered::Repair => again::repair(deps, reviewers, &record).await,
    }?;
    if matches!(outcome, Outcome::AskedAgain { .. }) {
        metrics::count(Metric::HumanLoops, 1);
    }
    Ok(outcome)
}

enum Unanswered {
    AskAgain(String),
    Stop,
    Repair,
}

/// Consolidates a completed loop's answers; `None` where no label comes of them.
async fn label(deps: &Deps, name: &str, output_key: &str) -> Result<Option<Outcome>> {
    let found = objects::read::<HumanLoopOutput>(&deps.bucket, output_key).await?;
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
        return Ok(None);
    };
    let key = keys::human_loop(&text_hash);
    let record = objects::read::<HumanLoopRecord>(&deps.bucket, &key).await?;
    // What the reviewers were not shown.
    let (predicted, inclusion_probability) = record.map_or((String::new(), None), |found| {
        (found.value.predicted, found.value.inclusion_probability)
    });
    let label = Label {
        text: input.task_object,
        context: input
            .context
            .into_iter()
            .map(|it| (it.name, it.value))
            .collect(),
        label: label.to_owned(),
        origin: input.origin,
        inclusion_probability,
        predicted: if predicted.is_empty() {
            input.initial_value
        } else {
            predicted
        },
        human_loop: name.to_owned(),
        answers: u32::try_from(output.human_answers.len()).unwrap_or(u32::MAX),
        agreeing,
        created_at: deps.clock.now().format(&Rfc3339)?,
    };
    if objects::create(&deps.bucket, &keys::label(&text_hash), &label).await? {
        metrics::count(Metric::Labels, 1);
        info!(human_loop.name = label.human_loop, text_hash, "labelled");
        Ok(Some(Outcome::Labelled {
            text_hash,
            label: label.label,
        }))
    } else {
        Ok(Some(Outcome::AlreadyLabelled { text_hash }))
    }
}
