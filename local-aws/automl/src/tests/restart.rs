//! The process ends after one to twenty commits, again and again, and the next one continues.

use serde_json::{Value, json};

use super::{Bench, THIRD_IS_BEST, lab_3, scores};

#[tokio::test]
async fn an_automl_job_that_is_interrupted_again_and_again_makes_the_same_jobs() {
    let mut bench = Bench::new(THIRD_IS_BEST);
    bench.create(&lab_3(3)).await.unwrap();
    let mut ends = 0;
    loop {
        // At least one commit further each time: a job that begins anew makes several, one for each object that it writes.
        let commits = bench.cloud.store.commits();
        let further = 1 + ends % 20;
        bench.drive();
        let mut changes = bench.cloud.store.changes();
        let ended = loop {
            if bench.describe("lab").await.get("EndTime").is_some() {
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
    assert_eq!(job["AutoMLJobSecondaryStatus"], "Completed", "{job}");
    let best = &job["BestCandidate"];
    assert!(
        best["CandidateName"]
            .as_str()
            .unwrap()
            .starts_with("lab-003-")
    );
    let explained = &best["CandidateProperties"]["CandidateArtifactLocations"];
    assert!(explained["Explainability"].is_string(), "{best}");
    let candidates = bench.candidates("lab", Value::Null).await;
    let expected = [
        ("lab-001", Some(0.5)),
        ("lab-002", Some(0.6)),
        ("lab-003", Some(0.7)),
    ];
    assert_eq!(scores(&candidates), expected);
    // No job was made twice.
    let list = async |kind: &str| {
        let listed = bench.call(&format!("List{kind}Jobs"), &json!({})).await;
        let mut listed = listed.unwrap()[format!("{kind}JobSummaries")].take();
        listed.as_array_mut().unwrap().len()
    };
    assert_eq!([list("Training").await, list("Processing").await], [3, 3]);
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
