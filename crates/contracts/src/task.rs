//! A question to people as the review portal keeps it, and what it writes in A2I's shapes: `output.json` and the event
//! of the end. So a reader of answers need not know which of the two services asked.

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use crate::moment::Moment;
use crate::review::HumanLoopInput;

/// `human-review/tasks/<human loop>.json`: changed by compare-and-set alone, by `policy::task`'s rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// As the [`HumanLoopRecord`](crate::review::HumanLoopRecord) has it.
    pub human_loop: String,
    /// Who is asked: `review-portal/STACK`, where A2I has the flow definition's ARN.
    pub reviewers: String,
    pub input: HumanLoopInput,
    /// The [`Worker::id`]s of those who answered about the text before: another worker is asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    pub created_at: Moment,
    /// An answer must come before.
    pub deadline: Moment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// The newest, which may be over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    #[serde(default)]
    pub skips: Vec<Skip>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

/// A person as tasks know one: Cognito's identity, and no name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worker {
    /// `policy::naming::worker` of the rest.
    pub id: String,
    /// The user pool's address.
    pub issuer: String,
    pub sub: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub worker: Worker,
    /// As the task template's form sends it: an [`AnswerContent`](crate::review::AnswerContent), and what else a form has.
    pub content: Value,
    pub taken_at: Moment,
    pub submitted_at: Moment,
}

/// The worker who has the task, under a lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub worker: Worker,
    pub taken_at: Moment,
    /// From then on anybody may take the task.
    pub until: Moment,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    pub worker: Worker,
    pub reason: String,
    pub at: Moment,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    pub at: Moment,
    #[serde(flatten)]
    pub status: EndStatus,
}

/// In A2I's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status")]
pub enum EndStatus {
    Completed,
    Stopped,
    Failed { code: String, reason: String },
}

/// A2I's failure code of a loop that was not answered in time.
pub const EXPIRED: &str = "Expired";

/// `output.json`, which a [`HumanLoopOutput`](crate::review::HumanLoopOutput) reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// [`Task::reviewers`].
    pub flow_definition_arn: String,
    pub human_answers: Vec<OutputAnswer>,
    pub human_loop_name: String,
    pub input_content: HumanLoopInput,
}

/// Times are RFC 3339 in milliseconds, UTC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputAnswer {
    pub acceptance_time: String,
    pub answer_content: Value,
    pub submission_time: String,
    pub time_spent_in_seconds: f64,
    pub worker_id: String,
    pub worker_metadata: WorkerMetadata,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkerMetadata {
    pub identity_data: IdentityData,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityData {
    pub identity_provider_type: String,
    pub issuer: String,
    pub sub: String,
}

/// The detail of [`event::PORTAL_HUMAN_LOOP`](crate::event::PORTAL_HUMAN_LOOP), which an
/// [`event::HumanLoop`](crate::event::HumanLoop) reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    pub creation_time: String,
    pub failure_code: Option<String>,
    pub failure_reason: Option<String>,
    /// [`Task::reviewers`].
    pub flow_definition_arn: String,
    pub human_loop_arn: String,
    pub human_loop_name: String,
    pub human_loop_output: Option<EndedOutput>,
    pub human_loop_status: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndedOutput {
    pub output_s3_uri: String,
}
