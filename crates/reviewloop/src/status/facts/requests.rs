//! The newest files without labels, and how far the labelling of each is.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use contracts::answers::AnsweredTexts;
use contracts::keys;
use contracts::request::{Chosen, ChosenBy, LabelRequest, Requested};

use crate::account::Account;

/// Files further back explain nothing about now.
const NEWEST: usize = 5;

#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub file: String,
    /// The reason where nothing of the file could be used.
    pub progress: Result<Progress, String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    pub chosen_by: ChosenBy,
    pub eligible: u64,
    /// The chosen texts, and those of them that were asked and have a label.
    pub texts: usize,
    pub asked: usize,
    pub labelled: usize,
    /// Of the labelled texts, as far as they are among the newest that are remembered.
    pub answers: usize,
    /// From taking the task to an answer.
    pub median_seconds: Option<f64>,
}

/// Newest first.
pub async fn read(account: &Account) -> anyhow::Result<Vec<Request>> {
    let mut requests = Vec::new();
    for key in account.newest_keys(keys::LABEL_REQUESTS, NEWEST).await? {
        requests.extend(account.object::<LabelRequest>(&key).await?);
    }
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    requests.sort_by_key(|request| Reverse(request.requested_at));
    let asked = account.keys(keys::HUMAN_LOOPS).await?;
    let asked = asked
        .iter()
        .filter_map(|key| keys::human_loop_text_hash(key))
        .collect();
    let labels = account.keys(keys::LABELS).await?;
    let labels = labels
        .iter()
        .filter_map(|key| keys::label_text_hash(key))
        .collect();
    let answers: Option<AnsweredTexts> = account.object(keys::ANSWERS).await?;
    let answers = answers.unwrap_or_default();
    let requests = requests.into_iter().map(|request| Request {
        file: request.source_key,
        progress: match request.result {
            Requested::Rejected { reason } => Err(reason),
            Requested::Chosen(chosen) => Ok(progress(&chosen, &asked, &labels, &answers)),
        },
    });
    Ok(requests.collect())
}

fn progress(
    chosen: &Chosen,
    asked: &BTreeSet<&str>,
    labels: &BTreeSet<&str>,
    answers: &AnsweredTexts,
) -> Progress {
    let texts: BTreeSet<&str> = chosen.texts.iter().map(String::as_str).collect();
    let answers = answers.texts.iter();
    let answered = answers.filter(|it| texts.contains(it.text_hash.as_str()));
    let given = answered.flat_map(|it| &it.answers);
    let mut seconds: Vec<f64> = given.map(|it| it.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    Progress {
        chosen_by: chosen.chosen_by,
        eligible: chosen.eligible,
        texts: texts.len(),
        asked: texts.intersection(asked).count(),
        labelled: texts.intersection(labels).count(),
        answers: seconds.len(),
        median_seconds: seconds.get(seconds.len() / 2).copied(),
    }
}

#[cfg(test)]
mod tests {
    use contracts::answers::{AnsweredText, GivenAnswer};
    use contracts::dataset::Origin;
    use contracts::task::Moment;
    use time::OffsetDateTime;

    use super::*;
    use crate::fixture::cloud::Cloud;

    #[tokio::test]
    async fn progress_and_cost_are_those_of_the_files_own_texts() {
        let cloud = Cloud::new().await;
        let account = &cloud.account;
        let put = async |key: String, body: Vec<u8>| account.put(&key, body).await.map(drop);
        assert_eq!(read(account).await.expect("read"), []);
        let chosen = Chosen {
            rows: 9,
            bad: 0,
            first_bad: Vec::new(),
            known: 0,
            eligible: 9,
            budget: 3,
            chosen_by: ChosenBy::Random,
            texts: ["a", "b", "c"].map(str::to_owned).into(),
        };
        let request = LabelRequest {
            source_key: "incoming/unlabelled/r.csv".to_owned(),
            requested_at: OffsetDateTime::UNIX_EPOCH,
            result: Requested::Chosen(chosen),
        };
        let answered = |hash: &str, seconds: &[f64]| AnsweredText {
            text_hash: hash.to_owned(),
            origin: Origin::Upload,
            answers: seconds
                .iter()
                .map(|seconds| GivenAnswer {
                    worker: "w".to_owned(),
                    label: "1".to_owned(),
                    seconds: *seconds,
                    submitted_at: String::new(),
                })
                .collect(),
            probabilities: [].into(),
            answered_at: Moment(0),
        };
        let answers = AnsweredTexts {
            texts: vec![answered("a", &[4.0, 20.0, 6.0]), answered("z", &[90.0])],
        };
        let json = |value: serde_json::Value| value.to_string().into_bytes();
        let request = serde_json::to_value(&request).expect("JSON");
        let answers = serde_json::to_value(&answers).expect("JSON");
        for (key, body) in [
            (keys::label_request("1"), json(request)),
            (keys::ANSWERS.to_owned(), json(answers)),
            (keys::human_loop("a"), Vec::new()),
            (keys::human_loop("b"), Vec::new()),
            (keys::human_loop("z"), Vec::new()),
            (keys::label("a"), Vec::new()),
        ] {
            put(key, body).await.expect("written");
        }
        let expected = Progress {
            chosen_by: ChosenBy::Random,
            eligible: 9,
            texts: 3,
            asked: 2,
            labelled: 1,
            answers: 3,
            median_seconds: Some(6.0),
        };
        let found = read(account).await.expect("read");
        assert_eq!(found[0].progress, Ok(expected));
    }
}
