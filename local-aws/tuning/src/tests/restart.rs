//! The process ends after one to seven commits, again and again, and the next one continues.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::job::JOBS;

use super::criteria::{check_the_end_beside_better_ones, ends_beside_better_ones};
use super::{Bench, lab_8, with_limits};

/// Four trials, two at a time, each with a value of its own.
fn request() -> Value {
    let script = r#"case "$TRAINING_JOB_NAME" in *-003-*) echo "accuracy: 0.75" ;; *) echo "accuracy: 0.5" ;; esac"#;
    with_limits(lab_8(script), 4, 2)
}

#[tokio::test]
async fn a_tuning_job_that_is_interrupted_again_and_again_tries_the_same() {
    let mut whole = Bench::new();
    let expected = whole.run(&request()).await;
    let mut bench = Bench::new();
    bench.create(&request()).await.unwrap();
    let mut ends = 0;
    loop {
        // At least one commit further each time: a training job that begins anew makes several.
        let commits = bench.cloud.store.commits();
        let further = 1 + ends % 7;
        bench.drive();
        let mut changes = bench.cloud.store.changes();
        let ended = loop {
            let job = bench.describe("lab").await;
            if job.get("HyperParameterTuningEndTime").is_some() {
                break true;
            }
            if bench.cloud.store.commits() >= commits + further {
                break false;
            }
            changes.changed().await;
        };
        if ended {
            break;
        }
        bench = bench.restart().await;
        ends += 1;
    }
    assert!(ends > 4, "{ends}");
    let job = bench.describe("lab").await;
    for counters in ["TrainingJobStatusCounters", "ObjectiveStatusCounters"] {
        assert_eq!(job[counters], expected[counters]);
    }
    assert_eq!(bench.tried("lab").await, whole.tried("lab").await);
    let listed = bench.training_jobs("lab", Value::Null).await;
    let numbers: BTreeSet<&str> = listed
        .iter()
        .map(|job| &job["TrainingJobName"].as_str().unwrap()[..7])
        .collect();
    assert_eq!(numbers, ["lab-001", "lab-002", "lab-003", "lab-004"].into());
    // No training job was made that no trial has.
    let all = bench
        .call("ListTrainingJobs", &serde_json::json!({}))
        .await
        .unwrap();
    assert_eq!(all["TrainingJobSummaries"].as_array().unwrap().len(), 4);
    let best = job["BestTrainingJob"]["TrainingJobName"].as_str().unwrap();
    assert!(best.starts_with("lab-003-"), "{best}");
}

#[tokio::test]
async fn an_end_that_is_decided_stays_so_after_a_restart() {
    let mut bench = Bench::new();
    let request = ends_beside_better_ones(&bench);
    bench.create(&request).await.unwrap();
    bench.drive();
    let mut changes = bench.cloud.store.changes();
    let is_ending = |bench: &Bench| {
        let job = bench
            .cloud
            .store
            .read(|tx| JOBS.get(tx, super::REGION, "lab"));
        job.is_some_and(|job| job.ending.is_some())
    };
    while !is_ending(&bench) {
        changes.changed().await;
    }
    let mut bench = bench.restart().await;
    bench.drive();
    check_the_end_beside_better_ones(&bench.ended("lab").await);
}

impl Bench {
    /// Ends everything at once and opens the same state again.
    async fn restart(mut self) -> Self {
        self.tasks.shutdown().await;
        let Self { cloud, folder, .. } = self;
        // Work on a blocking thread may still hold the cloud, and the cloud its folder.
        while std::sync::Arc::strong_count(&cloud) > 1 {
            tokio::task::yield_now().await;
        }
        drop(cloud);
        let bench = Self::in_folder(folder, |_| {});
        if let Some(recover) = local_sagemaker::part().recover {
            recover(&bench.cloud);
        }
        bench
    }
}
