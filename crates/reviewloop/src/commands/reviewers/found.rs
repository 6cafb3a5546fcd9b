//! What the answers themselves do not tell: who the reviewers are, the disputed texts, what was skipped, the queue.

use std::collections::BTreeMap;

use contracts::keys;
use contracts::review::Label;
use policy::survey::Survey;
use serde::Serialize;

use super::invited::{self, Invited};
use super::skips::{self, Skip};
use crate::account::Account;
use crate::status::facts::{Loops, counted_loops};
use crate::workers;

/// More would not be read.
const DISPUTED: usize = 10;

pub struct Found {
    /// By worker's id; a reviewer who was removed, and those of Augmented AI, have none.
    pub names: BTreeMap<String, String>,
    pub invited: Vec<Invited>,
    pub disputed: Vec<Disputed>,
    pub skips: Vec<Skip>,
    pub loops: Loops,
}

/// A text whose reviewers did not agree.
#[derive(Serialize)]
pub struct Disputed {
    pub text: String,
    pub label: String,
    pub posterior: Option<f64>,
    /// Reviewer and label.
    pub answers: Vec<(String, String)>,
}

impl Found {
    pub async fn read(account: &Account, survey: &Survey<'_>) -> anyhow::Result<Found> {
        let members = workers::members(account).await?;
        let mut found = Found {
            invited: invited::of(account, &members),
            names: members.into_iter().map(|it| (it.worker, it.name)).collect(),
            disputed: Vec::new(),
            skips: skips::newest(account).await?,
            loops: counted_loops(account).await?,
        };
        for text in survey.disputed.iter().take(DISPUTED) {
            let key = keys::label(&text.text_hash);
            // A label that a person has deleted since.
            let Some(label) = account.object::<Label>(&key).await? else {
                continue;
            };
            let answers = text.answers.iter();
            let disputed = Disputed {
                text: label.text,
                label: label.label,
                posterior: label.posterior,
                answers: answers
                    .map(|it| (found.name(&it.worker).to_owned(), it.label.clone()))
                    .collect(),
            };
            found.disputed.push(disputed);
        }
        Ok(found)
    }

    pub fn name<'a>(&'a self, worker: &'a str) -> &'a str {
        self.names.get(worker).map_or(worker, String::as_str)
    }
}
