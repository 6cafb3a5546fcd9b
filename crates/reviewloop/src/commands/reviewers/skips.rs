//! What reviewers skipped, and what they say is wrong with it.

use std::collections::BTreeSet;

use contracts::keys;
use contracts::task::{EndStatus, Task};

use crate::account::Account;

/// More would not be read.
const NEWEST: usize = 10;

/// A reviewer's reason not to answer.
pub struct Skip {
    pub text: String,
    pub worker: String,
    pub reason: String,
    /// What has become of the task.
    pub task: &'static str,
}

/// Of the tasks that were skipped last, the newest skip first.
pub async fn newest(account: &Account) -> anyhow::Result<Vec<Skip>> {
    let marks = account.newest_keys(keys::SKIPPED_TASKS, NEWEST).await?;
    let mut found = Vec::new();
    let human_loops = marks
        .iter()
        .filter_map(|key| keys::skipped_task_human_loop(key));
    let human_loops: BTreeSet<&str> = human_loops.collect();
    for human_loop in human_loops {
        // A task expires with its mark.
        if let Some(task) = account.object::<Task>(&keys::task(human_loop)).await? {
            found.extend(of(&task));
        }
    }
    found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(found
        .into_iter()
        .map(|(_, skip)| skip)
        .take(NEWEST)
        .collect())
}

fn of(task: &Task) -> Vec<(i64, Skip)> {
    let status = task.end.as_ref().map(|end| &end.status);
    let became = match status {
        None => "still open",
        Some(EndStatus::Completed) => "answered by another",
        Some(EndStatus::Stopped) => "stopped",
        Some(EndStatus::Failed { .. }) => "expired without an answer",
    };
    let skip = |skip: &contracts::task::Skip| Skip {
        text: task.input.task_object.clone(),
        worker: skip.worker.id.clone(),
        reason: skip.reason.clone(),
        task: became,
    };
    let skips = task.skips.iter();
    skips.map(|it| (it.at.0, skip(it))).collect()
}

#[cfg(test)]
mod tests {
    use contracts::dataset::Origin;
    use contracts::review::HumanLoopInput;
    use contracts::task::{Moment, Worker};
    use policy::task;

    use super::*;
    use crate::fixture::cloud::Cloud;

    fn worker(id: &str) -> Worker {
        Worker {
            id: id.to_owned(),
            issuer: String::new(),
            sub: id.to_owned(),
        }
    }

    #[tokio::test]
    async fn the_newest_skips_are_listed_with_their_reasons_and_what_became_of_the_tasks() {
        let cloud = Cloud::new().await;
        let account = &cloud.account;
        assert!(newest(account).await.expect("listed").is_empty());
        for number in 0..12 {
            let input = HumanLoopInput {
                task_object: format!("text {number}"),
                context: [].into(),
                initial_value: "1".to_owned(),
                labels: ["0", "1"].map(str::to_owned).into(),
                origin: Origin::Audit,
                text_hash: number.to_string(),
            };
            let now = |seconds: i64| Moment((number * 100 + seconds) * 1000);
            let name = format!("loop-{number:02}");
            let task = task::new(&name, "review-portal/x", input, Vec::new(), now(0));
            let ann = worker("ann");
            let task = task::take(&task, &ann, now(1)).expect("taken");
            let task = task::skip(&task, &ann, "It is no review", now(2)).expect("skipped");
            let task = if number == 11 {
                task::stop(&task, now(3))
            } else {
                task
            };
            let body = serde_json::to_vec(&task).expect("JSON");
            account.put(&keys::task(&name), body).await.expect("put");
            let mark = keys::skipped_task(&ann.id, &name);
            account.put(&mark, Vec::new()).await.expect("put");
        }
        let skips = newest(account).await.expect("listed");
        assert_eq!(skips.len(), NEWEST);
        let first: Vec<_> = skips
            .iter()
            .map(|it| (&*it.text, it.task))
            .take(2)
            .collect();
        assert!(
            skips
                .iter()
                .all(|it| it.reason == "It is no review" && it.worker == "ann")
        );
        assert_eq!(first[0], ("text 11", "stopped"));
        assert_eq!(first[1], ("text 10", "still open"));
    }
}
