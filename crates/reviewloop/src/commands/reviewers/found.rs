//! What the answers themselves do not tell: who the reviewers are, the disputed texts, what was skipped, the queue.

use std::collections::BTreeMap;

use contracts::answers::AnsweredText;
use contracts::keys;
use contracts::review::{HumanLoopRecord, Label};
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
    /// `None` while the answers make none.
    pub label: Option<String>,
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
            let answers = text.answers.iter();
            let answers = answers.map(|it| (found.name(&it.worker).to_owned(), it.label.clone()));
            let answers = answers.collect();
            found
                .disputed
                .extend(disputed(account, text, answers).await?);
        }
        Ok(found)
    }

    pub fn name<'a>(&'a self, worker: &'a str) -> &'a str {
        self.names.get(worker).map_or(worker, String::as_str)
    }
}

/// `None` where a person has deleted what was known of the text.
async fn disputed(
    account: &Account,
    text: &AnsweredText,
    answers: Vec<(String, String)>,
) -> anyhow::Result<Option<Disputed>> {
    let hash = &text.text_hash;
    if let Some(label) = account.object::<Label>(&keys::label(hash)).await? {
        return Ok(Some(Disputed {
            text: label.text,
            label: Some(label.label),
            posterior: label.posterior,
            answers,
        }));
    }
    let key = keys::human_loop(hash);
    let record = account.object::<HumanLoopRecord>(&key).await?;
    Ok(record.map(|record| Disputed {
        text: record.input.task_object,
        label: None,
        posterior: None,
        answers,
    }))
}

#[cfg(test)]
mod tests {
    use contracts::dataset::Origin;
    use contracts::review::HumanLoopInput;
    use contracts::task::Moment;
    use serde_json::json;
    use time::OffsetDateTime;

    use super::*;
    use crate::fixture::cloud::Cloud;

    #[tokio::test]
    async fn a_disputed_text_without_a_label_is_found_where_it_was_asked() {
        let cloud = Cloud::new().await;
        let account = &cloud.account;
        let text = AnsweredText {
            text_hash: "torn".to_owned(),
            origin: Origin::Audit,
            answers: Vec::new(),
            probabilities: [].into(),
            answered_at: Moment(0),
        };
        let unknown = disputed(account, &text, Vec::new()).await;
        assert!(unknown.expect("read").is_none());
        let input = HumanLoopInput {
            task_object: "It is torn".to_owned(),
            context: [].into(),
            initial_value: "1".to_owned(),
            labels: ["0", "1"].map(str::to_owned).into(),
            origin: Origin::Audit,
            text_hash: "torn".to_owned(),
        };
        let record = HumanLoopRecord {
            human_loop: "torn-1".to_owned(),
            input,
            predicted: "1".to_owned(),
            probabilities: [].into(),
            inclusion_probability: None,
            attempts: 1,
            answers: Vec::new(),
            repairs: 0,
            asked_at: OffsetDateTime::UNIX_EPOCH,
            stopped: false,
            postponed: true,
            stuck: None,
        };
        let record = json!(record).to_string();
        let put = account
            .put(&keys::human_loop("torn"), record.into_bytes())
            .await;
        put.expect("written");
        let found = disputed(account, &text, Vec::new()).await.expect("read");
        let found = found.expect("its record is there");
        assert_eq!((&*found.text, found.label), ("It is torn", None));
    }
}
