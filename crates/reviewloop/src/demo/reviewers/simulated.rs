//! Simulated workers. They know the true labels of the withheld rows, sign in to the reviewers' pages as members of
//! the work team, and submit the forms that people submit.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use anyhow::{Context, bail};
use contracts::review::HumanLoopInput;
use futures::future::try_join_all;

use super::super::stage::Stage;
use super::portal::Portal;
use super::settled::are_settled;
use crate::holdout::Withheld;
use crate::workers;

/// How often a simulated worker answers wrongly: about what crowds do on three sentiments.
pub const ERROR_RATE: f64 = 0.05;

/// A pause when the lists are empty; the next loop may just be starting.
const PAUSE: Duration = Duration::from_millis(200);
/// Empty lists in a row after which something is wrong.
const PATIENCE: u32 = 150;

/// Answers until so many texts have a label. The workers share the tasks and answer side by side, as people do.
pub async fn work(stage: &Stage<'_>, texts: usize, withheld: &[Withheld]) -> anyhow::Result<()> {
    if texts == 0 {
        return Ok(());
    }
    let truth: Truth = withheld
        .iter()
        .map(|row| (policy::text::row_hash(&row.review.text), row.label.as_str()))
        .collect();
    let url = stage.portal_url().await?;
    let mut portals = Vec::new();
    for worker in workers::admit(&stage.account).await? {
        portals.push(Portal::sign_in(&url, &worker).await?);
    }
    let mut empty = 0;
    loop {
        let lists = try_join_all(portals.iter().map(Portal::waiting)).await?;
        let shares = shares(&lists);
        let answers = portals.iter().zip(&shares).map(async |(portal, share)| {
            for id in share {
                let task = portal.task(id).await?;
                let label = answer(&portal.worker, &task.input, &truth)?;
                portal.submit(id, &task.csrf, &label).await?;
            }
            anyhow::Ok(())
        });
        try_join_all(answers).await?;
        if !shares.concat().is_empty() {
            empty = 0;
            continue;
        }
        if are_settled(&stage.account).await? {
            return Ok(());
        }
        empty += 1;
        if empty > PATIENCE {
            bail!("the portal shows no more tasks, and not all {texts} texts have a label");
        }
        // The portal's pages tell a worker of no new task, so they are looked at again.
        tokio::time::sleep(PAUSE).await;
    }
}

/// Each task to one of the workers who see it; whoever answered about its text before does not.
fn shares(lists: &[Vec<String>]) -> Vec<Vec<&str>> {
    let mut seen_by: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (worker, list) in lists.iter().enumerate() {
        for id in list {
            seen_by.entry(id).or_default().push(worker);
        }
    }
    let mut shares = vec![Vec::new(); lists.len()];
    for (number, (id, workers)) in seen_by.into_iter().enumerate() {
        shares[workers[number % workers.len()]].push(id);
    }
    shares
}

/// The truth, or now and then another label: which, the worker and the text decide.
fn answer(worker: &str, input: &HumanLoopInput, truth: &Truth<'_>) -> anyhow::Result<String> {
    let hash = policy::text::row_hash(&input.task_object);
    let right = truth
        .get(&hash)
        .context("a task shows a text that was not withheld")?;
    let purpose = format!("simulated error of {worker}");
    let draw = policy::split::fraction(&purpose, &input.task_object);
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
            let label = answer("ana", &input(text), &truth).expect("a known text");
            assert_eq!(
                label,
                answer("ana", &input(text), &truth).expect("a known text")
            );
            if label != "1" {
                *wrong.entry(label).or_default() += 1;
            }
        }
        let rate = wrong.values().sum::<usize>() as f64 / 10_000.0;
        assert!((rate - ERROR_RATE).abs() < 0.01, "{rate}");
        assert_eq!(wrong.len(), 2, "both wrong labels are given");
    }

    #[test]
    fn each_task_is_one_workers_who_sees_it() {
        let lists = [
            ["a", "b", "c"].map(str::to_owned).to_vec(),
            vec!["b".to_owned(), "d".to_owned()],
        ];
        assert_eq!(shares(&lists), [vec!["a", "c"], vec!["b", "d"]]);
    }

    #[test]
    fn a_task_that_nobody_withheld_is_an_error() {
        assert!(answer("ana", &input("x"), &HashMap::new()).is_err());
    }
}
