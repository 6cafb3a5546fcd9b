//! shift-traffic: which labels a comparison counts, and the jobs that score them.

use std::time::Duration;

use aws_sdk_sagemaker::types::{ModelApprovalStatus as Status, ProcessingJobStatus};
use contracts::dataset::Origin;
use contracts::keys;
use rollout::End;
use shift_traffic::handle;
use time::OffsetDateTime;

use super::intake::ended;
use super::rollout::{JOB, deps, end, job, label, labels, later, look, pair, record, scored};
use super::setup::{Setup, event};

#[tokio::test]
async fn labels_that_are_no_evidence_are_not_counted_and_none_twice() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    // The challenger may have been trained on it.
    let before = OffsetDateTime::now_utc() - Duration::from_secs(60);
    label(&setup, "an earlier one", Origin::Audit, before).await;
    pair(&setup).await;
    let later = OffsetDateTime::now_utc() + Duration::from_secs(5);
    label(
        &setup,
        "the model was unsure of it",
        Origin::Uncertain,
        later,
    )
    .await;
    label(&setup, "of an unlabelled file", Origin::Upload, later).await;
    labels(&setup, "a", 50, &[]).await;
    scored(&setup, &deps).await;
    assert_eq!(record(&setup).await.trial.evidence().rows(), 50);

    // An answer was changed: its label is written again.
    labels(&setup, "a", 50, &[]).await;
    labels(&setup, "b", 50, &[]).await;
    scored(&setup, &deps).await;
    let rollout = record(&setup).await;
    assert_eq!((rollout.trial.evidence().rows(), rollout.batches), (100, 2));
}

#[tokio::test]
async fn invocations_that_overlap_take_each_step_once() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    pair(&setup).await;
    labels(&setup, "a", 60, &[(6, "champion")]).await;
    let wake = || handle(&deps, event("scheduled-retraining", &[]));
    // One that loses a race may fail; Lambda invokes it again.
    let _ = futures::future::join_all([wake(), wake(), wake()]).await;
    scored(&setup, &deps).await;
    let rollout = record(&setup).await;
    assert_eq!((rollout.batches, rollout.looks.len()), (1, 1));
    assert_eq!(rollout.trial.evidence().rows(), 60);
    assert_eq!(setup.keys("rollouts/").await.len(), 2, "rows and scores");
}

#[tokio::test]
async fn a_batch_of_an_invocation_that_crashed_is_the_one_that_is_scored() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    pair(&setup).await;
    look(&deps).await;
    let rows = keys::rollout_rows(&record(&setup).await.id, 1);
    let row = r#"{"text_hash": "h", "text": "t", "label": "0", "inclusion_probability": 0.02}"#;
    setup.put(&rows, format!("{row}\n")).await;
    labels(&setup, "a", 60, &[]).await;
    scored(&setup, &deps).await;
    let looks = record(&setup).await.looks;
    // What it did not hold comes next.
    let rows: Vec<u64> = looks.iter().map(|dated| dated.look.rows).collect();
    assert_eq!(rows, [1, 61]);
}

#[tokio::test]
async fn a_batch_waits_a_day_at_most() {
    let setup = Setup::new().await;
    pair(&setup).await;
    labels(&setup, "a", 3, &[]).await;
    look(&deps(&setup)).await;
    assert_eq!(record(&setup).await.batches, 0);
    let mut deps = deps(&setup);
    deps.clock = later(&setup, 25);
    look(&deps).await;
    assert_eq!(record(&setup).await.batches, 1);
}

#[tokio::test]
async fn rows_that_no_job_can_score_are_left_to_a_person() {
    let setup = Setup::new().await;
    let mut deps = deps(&setup);
    let (_, challenger) = pair(&setup).await;
    labels(&setup, "unscorable", 60, &[]).await;
    let mut outcome = None;
    for (attempt, hours) in [(1, 0), (2, 2), (3, 4)] {
        deps.clock = later(&setup, hours);
        look(&deps).await;
        let job = job(&record(&setup).await, attempt);
        assert_eq!(ended(&setup, &job).await, ProcessingJobStatus::Failed);
        let wake = event("processing-job-rollout-completed", &[(JOB, &job)]);
        outcome = Some(handle(&deps, wake).await.unwrap());
    }
    let outcome = outcome.unwrap();
    let (given_up, reason) = end(&outcome);
    assert_eq!(given_up, End::GivenUp);
    assert!(
        reason.contains("batch 1 could not be scored") && reason.contains("unscorable"),
        "{reason}"
    );
    assert_eq!(
        setup.approval(&challenger).await.0,
        Status::PendingManualApproval
    );
}
