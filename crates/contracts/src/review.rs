//! Human loops: what is asked, what is answered, and the label that comes of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::answers::{GivenAnswer, Probabilities};
use crate::dataset::{Context, Origin};

/// `InputContent` of a human loop; the task template reads it as `task.input`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HumanLoopInput {
    /// The text to label: the review itself.
    pub task_object: String,
    /// What is shown above it, in the columns' order: a list, because Liquid walks an object's
    /// members in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<ContextField>,
    /// An answer to preselect; empty, because people's answers would lean to it.
    #[serde(default)]
    pub initial_value: String,
    /// All labels, in order.
    pub labels: Vec<String>,
    pub origin: Origin,
    pub text_hash: String,
}

/// One entry of a [`Context`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextField {
    pub name: String,
    pub value: String,
}

/// `output.json` as A2I writes it. Only what is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HumanLoopOutput {
    pub human_loop_name: String,
    pub input_content: HumanLoopInput,
    #[serde(default)]
    pub human_answers: Vec<HumanAnswer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HumanAnswer {
    pub answer_content: AnswerContent,
    #[serde(default)]
    pub worker_id: String,
    #[serde(default)]
    pub time_spent_in_seconds: f64,
    #[serde(default)]
    pub submission_time: String,
}

/// The answer of a `crowd-classifier` named [`ANSWER_NAME`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerContent {
    #[serde(default)]
    pub sentiment: Option<Classification>,
}

/// The `name` of the template's `crowd-classifier`; [`AnswerContent`]'s member.
pub const ANSWER_NAME: &str = "sentiment";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classification {
    pub label: String,
}

/// `state/human-loops/<text hash>.json`: how often a text was asked, so that asking is bounded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HumanLoopRecord {
    pub human_loop: String,
    /// What is asked, so that it can be asked again: A2I does not give a loop's input back.
    pub input: HumanLoopInput,
    /// What the model had said.
    #[serde(default)]
    pub predicted: String,
    #[serde(default, skip_serializing_if = "Probabilities::is_empty")]
    pub probabilities: Probabilities,
    /// The probability with which the draw for the audit took this text, independent of the model.
    /// `None` where the model's doubt decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inclusion_probability: Option<f64>,
    /// Loops started for this text, counted before the call.
    pub attempts: u32,
    /// Of the loops before the newest, one of each reviewer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<GivenAnswer>,
    /// Times that the newest of them had to be started again, because A2I knew nothing of it.
    #[serde(default)]
    pub repairs: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub asked_at: OffsetDateTime,
    /// It was stopped: no reviewer is asked any more.
    #[serde(default)]
    pub stopped: bool,
    /// The newest loop ended without a label, and is repeated once the daily cap has room.
    #[serde(default)]
    pub postponed: bool,
    /// Given up, with the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stuck: Option<String>,
}

/// `state/review-days/<date>.json`: what the daily cap is held by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewDay {
    /// Loops started on this day (UTC), counted before the call.
    pub asked: usize,
    /// Those of them that belong to the audit.
    #[serde(default)]
    pub audited: usize,
    /// How many of the audit's texts the model gave which label: a random sample of what it says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub audited_as: BTreeMap<String, usize>,
    /// When the audit's share ran out: of what came later nothing is drawn.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    pub audit_closed_at: Option<OffsetDateTime>,
}

/// `labels/<text hash>.json`: written by collect-labels, and again only where a reviewer has changed an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Label {
    pub text: String,
    /// As the worker saw it.
    #[serde(default, skip_serializing_if = "Context::is_empty")]
    pub context: Context,
    pub label: String,
    pub origin: Origin,
    /// As in the [`HumanLoopRecord`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inclusion_probability: Option<f64>,
    /// What the model had said.
    pub predicted: String,
    pub human_loop: String,
    /// How probable the label was by its answers when it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posterior: Option<f64>,
    /// One of each reviewer.
    #[serde(default)]
    pub human_answers: Vec<GivenAnswer>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}
