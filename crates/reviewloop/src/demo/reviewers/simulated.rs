//! Simulated workers. They know the true labels of the withheld rows, sign in to the worker
//! portal as members of the work team, and submit the forms that people submit.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use anyhow::{Context, bail};
use contracts::review::{ANSWER_NAME, HumanLoopInput};
use futures::future::try_join_all;
use reqwest::{Client, RequestBuilder, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::super::stage::Stage;
use crate::holdout::Withheld;
use crate::workers::{self, Worker};

/// How often a simulated worker answers wrongly: about what crowds do on three sentiments.
pub const ERROR_RATE: f64 = 0.05;

/// A pause when the list is empty; the next loop may just be starting.
const PAUSE: Duration = Duration::from_millis(200);
/// Empty lists in a row after which something is wrong.
const PATIENCE: u32 = 150;

/// Answers until `tasks` tasks are done. The workers share them and answer side by side, as people do.
pub async fn work(stage: &Stage<'_>, tasks: usize, withheld: &[Withheld]) -> anyhow::Result<()> {
    if tasks == 0 {
        return Ok(());
    }
    let truth: Truth = withheld
        .iter()
        .map(|row| (policy::text::row_hash(&row.review.text), row.label.as_str()))
        .collect();
    let mut portals = Vec::new();
    for worker in workers::admit(&stage.account).await? {
        portals.push(Portal::sign_in(stage.aws.portal_url(), &worker).await?);
    }
    let portal = portals.first().context("the work team is empty")?;
    let (mut answered, mut empty) = (BTreeSet::new(), 0);
    while answered.len() < tasks {
        let waiting = portal.waiting().await?;
        if waiting.is_empty() {
            empty += 1;
            if empty > PATIENCE {
                bail!(
                    "the portal shows no more tasks after {} of {tasks}",
                    answered.len()
                );
            }
            // The portal's pages tell a worker of no new task, so they are looked at again.
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        empty = 0;
        let shares = portals.iter().enumerate().map(|(index, portal)| {
            let share = waiting.iter().skip(index).step_by(portals.len());
            portal.answer(share, &truth)
        });
        try_join_all(shares).await?;
        answered.extend(waiting);
    }
    Ok(())
}

/// The truth, or now and then another label: which, the text decides, so that two demos agree.
fn answer(input: &HumanLoopInput, truth: &Truth<'_>) -> anyhow::Result<String> {
    let hash = policy::text::row_hash(&input.task_object);
    let right = truth
        .get(&hash)
        .context("a task shows a text that was not withheld")?;
    let draw = policy::split::fraction("simulated error", &input.task_object);
    if draw >= ERROR_RATE {
        return Ok((*right).to_owned());
    }
    let wrong: Vec<&String> = input
        .labels
        .iter()
        .filter(|label| label.as_str() != *right)
        .collect();
    // The draw, stretched over the wrong labels.
    let at = draw / ERROR_RATE * wrong.len() as f64;
    let label = (1..wrong.len())
        .take_while(|index| *index as f64 <= at)
        .count();
    wrong
        .get(label)
        .map(|label| (*label).clone())
        .context("a task has only one label")
}

/// The labels that the texts have, by the texts' hashes.
type Truth<'a> = HashMap<String, &'a str>;

/// The worker portal, as one signed-in worker sees it.
struct Portal {
    client: Client,
    url: String,
}

#[derive(Deserialize)]
struct SignedIn {
    new_password_required: bool,
}

#[derive(Deserialize)]
struct List {
    tasks: Vec<Waiting>,
}

#[derive(Deserialize)]
struct Waiting {
    id: String,
}

#[derive(Deserialize)]
struct Task {
    csrf: String,
    input: HumanLoopInput,
}

impl Portal {
    async fn sign_in(url: &str, worker: &Worker) -> anyhow::Result<Portal> {
        let client = Client::builder()
            .cookie_store(true)
            .build()
            .context("make an HTTP client")?;
        let portal = Portal {
            client,
            url: url.to_owned(),
        };
        let form = [
            ("username", worker.name.as_str()),
            ("password", worker.password.as_str()),
        ];
        let request = portal.client.post(format!("{url}/signin")).form(&form);
        let signed_in: SignedIn = portal.send(request, "sign in").await?;
        if signed_in.new_password_required {
            bail!("the portal asks {} for a new password", worker.name);
        }
        Ok(portal)
    }

    /// Answers these tasks, one after another.
    async fn answer(
        &self,
        tasks: impl Iterator<Item = &String>,
        truth: &Truth<'_>,
    ) -> anyhow::Result<()> {
        for id in tasks {
            let task: Task = self.get(&format!("/tasks/{id}")).await?;
            let answer = answer(&task.input, truth)?;
            self.submit(id, &task.csrf, &answer).await?;
        }
        Ok(())
    }

    async fn waiting(&self) -> anyhow::Result<Vec<String>> {
        let list: List = self.get("/tasks").await?;
        Ok(list.tasks.into_iter().map(|task| task.id).collect())
    }

    async fn submit(&self, id: &str, csrf: &str, label: &str) -> anyhow::Result<()> {
        let answer = json!({ ANSWER_NAME: { "label": label } }).to_string();
        let form = [("csrf", csrf), ("answer", &answer)];
        let request = self
            .client
            .post(format!("{}/tasks/{id}/submit", self.url))
            .form(&form);
        self.send::<serde_json::Value>(request, "submit an answer")
            .await
            .map(drop)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        self.send(
            self.client.get(format!("{}{path}", self.url)),
            "read a task",
        )
        .await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        action: &str,
    ) -> anyhow::Result<T> {
        let request = request
            .header(header::ACCEPT, "application/json")
            .header(header::ORIGIN, &self.url);
        let response = request
            .send()
            .await
            .with_context(|| format!("{action} at the worker portal"))?;
        let status = response.status();
        let body = response
            .text()
            .await
            .with_context(|| format!("{action} at the worker portal"))?;
        if !status.is_success() {
            bail!("the worker portal would not {action}: {status}: {body}");
        }
        serde_json::from_str(&body)
            .with_context(|| format!("{action}: understand the worker portal's answer"))
    }
}

#[cfg(test)]
mod tests {
    use contracts::dataset::Origin;

    use super::*;

    fn input(text: &str) -> HumanLoopInput {
        HumanLoopInput {
            context: [].into(),
            task_object: text.to_owned(),
            initial_value: "0".to_owned(),
            labels: ["-1", "0", "1"].map(str::to_owned).to_vec(),
            origin: Origin::Uncertain,
            text_hash: policy::text::row_hash(text),
        }
    }

    #[test]
    fn workers_err_at_the_stated_rate_and_always_the_same_way() {
        let texts: Vec<String> = (0..10_000).map(|n| format!("text {n}")).collect();
        let truth: HashMap<String, &str> = texts
            .iter()
            .map(|text| (policy::text::row_hash(text), "1"))
            .collect();
        let mut wrong: HashMap<String, usize> = HashMap::new();
        for text in &texts {
            let label = answer(&input(text), &truth).expect("a known text");
            assert_eq!(label, answer(&input(text), &truth).expect("a known text"));
            if label != "1" {
                *wrong.entry(label).or_default() += 1;
            }
        }
        let rate = wrong.values().sum::<usize>() as f64 / 10_000.0;
        assert!((rate - ERROR_RATE).abs() < 0.01, "{rate}");
        assert_eq!(wrong.len(), 2, "both wrong labels are given");
    }

    #[test]
    fn a_task_that_nobody_withheld_is_an_error() {
        assert!(answer(&input("x"), &HashMap::new()).is_err());
    }
}
