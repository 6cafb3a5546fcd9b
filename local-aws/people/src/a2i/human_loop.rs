//! One human loop as a pure state machine: its reviewers, their answers, its end.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use time::{Duration, OffsetDateTime};

/// A loop and everything that was true of its flow definition when it started.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct HumanLoop {
    pub name: String,
    pub arn: String,
    pub flow_definition_arn: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created: OffsetDateTime,
    /// Not answered by then, it fails.
    #[serde(with = "time::serde::rfc3339")]
    pub expires: OffsetDateTime,
    pub status: Status,
    pub failure: Option<Failure>,
    /// Where `output.json` was written.
    pub output_uri: Option<String>,
    pub output_path: String,
    /// The flow definition's: the output is written in its name. Empty in a loop of an earlier local-aws.
    #[serde(default)]
    pub role_arn: String,
    pub workteam_arn: String,
    pub template_sha256: String,
    pub title: String,
    pub description: String,
    /// How many different reviewers answer.
    pub task_count: usize,
    pub time_limit_seconds: u32,
    pub claims: Vec<Claim>,
    pub answers: Vec<Answer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    InProgress,
    Failed,
    Completed,
    Stopped,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Failed => "Failed",
            Self::Completed => "Completed",
            Self::Stopped => "Stopped",
        }
    }
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    pub code: String,
    pub reason: String,
}

/// A worker as loops know them: Cognito's identity, nothing to recognise a person by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewer {
    pub sub: String,
    pub issuer: String,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    reviewer: Reviewer,
    #[serde(with = "time::serde::rfc3339")]
    accepted: OffsetDateTime,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub reviewer: Reviewer,
    #[serde(with = "time::serde::rfc3339")]
    pub accepted: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub submitted: OffsetDateTime,
    pub content: Value,
}

/// The loop is over, or not this reviewer's.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("the human loop is not waiting for this reviewer")]
pub struct Gone;

impl HumanLoop {
    /// Whether the reviewer could take it now, or has taken it and not answered.
    pub fn waits_for(&self, reviewer: &Reviewer, now: OffsetDateTime) -> bool {
        let taken_by_others = self
            .live_claims(now)
            .filter(|claim| claim.reviewer != *reviewer)
            .count();
        self.status == Status::InProgress
            && now < self.expires
            && !self
                .answers
                .iter()
                .any(|answer| answer.reviewer == *reviewer)
            && self.answers.len() + taken_by_others < self.task_count
    }

    /// Takes the loop; taking it again while the claim lives changes nothing.
    pub fn accept(&mut self, reviewer: &Reviewer, now: OffsetDateTime) -> Result<(), Gone> {
        if !self.waits_for(reviewer, now) {
            return Err(Gone);
        }
        if !self.is_taken_by(reviewer, now) {
            self.claims.retain(|claim| claim.reviewer != *reviewer);
            self.claims.push(Claim {
                reviewer: reviewer.clone(),
                accepted: now,
            });
        }
        Ok(())
    }

    pub fn is_taken_by(&self, reviewer: &Reviewer, now: OffsetDateTime) -> bool {
        self.waits_for(reviewer, now)
            && self
                .live_claims(now)
                .any(|claim| claim.reviewer == *reviewer)
    }

    /// Back to the list, for every reviewer of the team.
    pub fn give_back(&mut self, reviewer: &Reviewer) {
        self.claims.retain(|claim| claim.reviewer != *reviewer);
    }

    /// Keeps the answer of a reviewer who has taken the loop. With the last one it is complete.
    pub fn submit(
        &mut self,
        reviewer: &Reviewer,
        content: Value,
        now: OffsetDateTime,
    ) -> Result<(), Gone> {
        if !self.is_taken_by(reviewer, now) {
            return Err(Gone);
        }
        let accepted = self
            .claims
            .iter()
            .find(|claim| claim.reviewer == *reviewer)
            .map_or(now, |claim| claim.accepted);
        self.give_back(reviewer);
        self.answers.push(Answer {
            reviewer: reviewer.clone(),
            accepted,
            submitted: now,
            content,
        });
        if self.answers.len() == self.task_count {
            self.status = Status::Completed;
        }
        Ok(())
    }

    /// Past its time limit a claim is void: the task is in the list again.
    fn live_claims(&self, now: OffsetDateTime) -> impl Iterator<Item = &Claim> {
        let limit = Duration::seconds(i64::from(self.time_limit_seconds));
        self.claims
            .iter()
            .filter(move |claim| now < claim.accepted + limit)
    }
}
