//! From what is the case to what each thing waits for. Values in, sentences out.

mod answer;
mod bias;
mod datasets;
mod endpoint;
mod features;
mod human_loops;
mod instances;
mod models;
mod requests;
mod rollout;
mod runs;
mod study;

use contracts::notice::Told;
use serde::Serialize;
use time::format_description::well_known::Rfc3339;

use super::facts::{Facts, Stack};
use crate::stack::remedy;
pub use answer::Answer;
use answer::waits;

#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// CloudFormation's stack, where its last operation has not succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<Answer>,
    pub datasets: Answer,
    pub runs: Answer,
    /// Where hyperparameters of the run's dataset version were searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub study: Option<Answer>,
    pub models: Answer,
    /// Where a version was compared with a champion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout: Option<Answer>,
    /// Where bias of the newest model was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bias: Option<Answer>,
    /// Where the feature group has a version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<Answer>,
    pub endpoint: Answer,
    pub human_loops: Answer,
    /// Where texts without labels were uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unlabelled: Option<Answer>,
    /// What a person was told of and what still is so, with the commands that answer it.
    pub told: Vec<String>,
}

pub fn answer(facts: &Facts) -> Status {
    Status {
        stack: stack(&facts.stack),
        datasets: datasets::answer(facts),
        runs: runs::answer(facts),
        study: facts
            .study
            .as_ref()
            .map(|study| study::answer(study, facts)),
        models: models::answer(facts),
        rollout: rollout::answer(facts),
        bias: bias::answer(facts),
        features: facts
            .features
            .as_ref()
            .map(|export| features::answer(export, facts)),
        endpoint: endpoint::answer(facts),
        human_loops: human_loops::answer(facts),
        unlabelled: requests::answer(facts),
        told: facts.told.iter().map(told).collect(),
    }
}

fn told(told: &Told) -> String {
    let since = told.first_told_at;
    let since = since.replace_nanosecond(0).unwrap_or(since);
    let since = since.format(&Rfc3339).unwrap_or_default();
    format!("{} (since {since})", told.notice)
}

fn stack(stack: &Stack) -> Option<Answer> {
    let status = stack.status.as_deref()?;
    let remedy = remedy(status, &stack.name, &stack.account)?;
    Some(waits(status, remedy))
}

#[cfg(test)]
mod tests;
