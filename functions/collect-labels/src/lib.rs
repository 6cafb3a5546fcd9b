//! Turns finished human loops into one label for each text.
//!
//! A completed loop's answer joins those of the text's earlier loops. Together they make `labels/<text hash>.json`,
//! once, or are not certain yet: then another reviewer is asked, in a loop of a new name (`policy::labelling`). A loop
//! that ended without an answer (expired, failed, stopped because the stack asks others now) is asked again, too, within
//! the bound; after that the text is `stuck`, for a person to see, unless there are answers to make a label of. A loop
//! that a person stopped stays stopped. Where reviewers disagree and there is nobody else to ask, reconcile sends the
//! loop again until later answers decide who is right.

mod again;
mod config;
mod deps;
mod gathered;
mod label;
mod outcome;

use anyhow::Result;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::answers::AnsweredTexts;
use contracts::event::HumanLoop;
use lambda_main::metrics::{self, Metric};
use loop_state::answers;
use loop_state::reviewers::State;
use policy::labelling::{self, Bounds, Decision};
use policy::review::{self, Stopper};

use again::Waiting;
use gathered::Gathered;

pub use config::Config;
pub use deps::Deps;
pub use outcome::Outcome;

/// How a loop ended.
enum Ending {
    /// It has not begun: nobody knows of it.
    Gone,
    Answered,
    Failed {
        reason: String,
    },
    StoppedByAPerson,
    StoppedByAnUpdate {
        asked: String,
    },
}

pub async fn handle(deps: &Deps, event: EventBridgeEvent<HumanLoop>) -> Result<Outcome> {
    let HumanLoop {
        human_loop_name: name,
        flow_definition_arn,
    } = event.detail;
    // After an update of the stack, loops of the reviewers before still end.
    let (Some(reviewers), Some(asked)) = (&deps.reviewers, deps.asked(&flow_definition_arn)) else {
        return Ok(Outcome::NotOurs);
    };
    let (ending, output_key) = match asked.state(&name).await? {
        State::Open => return Ok(Outcome::StillOpen),
        State::Gone => (Ending::Gone, None),
        State::Answered { output_key } => (Ending::Answered, Some(output_key)),
        State::Failed { reason } => (Ending::Failed { reason }, None),
        State::Stopped {
            output_key,
            reviewers: asked,
        } => match review::stopper(asked.as_deref(), reviewers.name()) {
            Stopper::Person => (Ending::StoppedByAPerson, output_key),
            Stopper::Update { asked } => {
                let asked = asked.to_owned();
                (Ending::StoppedByAnUpdate { asked }, output_key)
            }
        },
    };
    let Some(gathered) = gathered::read(deps, &name, output_key.as_deref()).await? else {
        return Ok(Outcome::Superseded);
    };
    let gathered = &gathered;
    let mut undecided = String::new();
    let mut is_disputed = false;
    // While a newer loop asks, its end decides: an event of this one may be late, or come twice.
    if !matches!(ending, Ending::Gone)
        && (gathered.label.is_some() || gathered.is_of_the_newest(&name))
    {
        let known = answers::read(&deps.bucket).await?;
        match decide(deps, &ending, &known.texts, gathered)? {
            Decision::Label { label, posterior } => {
                return label::write(deps, &name, gathered, known, &label, posterior).await;
            }
            Decision::AskAgain { reason } => undecided = reason,
            Decision::Disputed => {
                // Without it, reviewers would seem to agree more than they do.
                answers::remember(&deps.bucket, known, &gathered.text).await?;
                is_disputed = true;
            }
        }
    }
    let record = match again::waiting(gathered, &name) {
        Waiting::Yes(record) => record,
        Waiting::No(outcome) => {
            again::correct(deps, gathered).await?;
            return Ok(outcome);
        }
    };
    let reason = match ending {
        Ending::Gone => {
            let repaired = again::repair(deps, reviewers, record).await;
            return repaired.map(asked_again);
        }
        Ending::StoppedByAPerson => return again::stop(deps, record).await,
        _ if is_disputed => return again::dispute(deps, record).await,
        Ending::Answered => undecided,
        Ending::Failed { reason } => reason,
        Ending::StoppedByAnUpdate { asked } => {
            format!("it was stopped with its reviewers {asked}")
        }
    };
    let answers = gathered.text.answers.clone();
    again::ask(deps, reviewers, record, answers, &reason)
        .await
        .map(asked_again)
}

/// Where nobody answered this loop, nobody will be asked any more, or the text has its label, the answers that there
/// are make the label. So do they where the text's record was lost.
fn decide(
    deps: &Deps,
    ending: &Ending,
    known: &AnsweredTexts,
    gathered: &Gathered,
) -> Result<Decision> {
    let text = &gathered.text;
    let attempts = gathered.record.as_ref().map_or(0, |it| it.value.attempts);
    let can_ask = review::ask_again(attempts, text.answers.len(), deps.config.maximum_attempts);
    let bounds = Bounds {
        maximum_answers: deps.config.maximum_answers,
        is_last: matches!(ending, Ending::Failed { .. } | Ending::StoppedByAPerson)
            || !can_ask
            || gathered.label.is_some()
            || gathered.record.is_none(),
    };
    let labels = &deps.config.labels;
    Ok(labelling::decide(known, text, labels, bounds)?)
}

fn asked_again(outcome: Outcome) -> Outcome {
    if matches!(outcome, Outcome::AskedAgain { .. }) {
        metrics::count(Metric::HumanLoops, 1);
    }
    outcome
}
