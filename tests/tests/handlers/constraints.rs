//! register-dataset: an upload that is unlike the dataset's constraints waits for a person.

use std::fmt::Write;

use aws_sdk_sagemaker::types::PipelineExecutionStatus as Status;
use contracts::constraints::{CheckType, Constraints, Switch};
use contracts::dataset::{DatasetManifest, Received};
use contracts::keys;
use contracts::run::{Run, RunState};
use register_dataset::{Outcome, Wake, handle};
use serde_json::json;

use super::datasets::{self, deps, put, versions};
use super::pipeline::{EMPTY, ended, executions, starter, with_pipeline};
use super::reconcile;
use super::setup::{DATASET, Setup, event};

const APRIL: &str = "incoming/april.csv";

/// Rows with an age, all texts of the file different from those of other files.
fn reviews(name: &str, rows: u32, age: impl Fn(u32) -> u32) -> String {
    let mut file = "Review Text,Rating,Age\n".to_owned();
    for row in 0..rows {
        let rating = [5, 5, 5, 1, 3][row as usize % 5];
        writeln!(file, "{name} {row},{rating},{}", age(row)).unwrap();
    }
    file
}

fn sound(name: &str) -> String {
    reviews(name, 200, |row| 20 + row % 50)
}

/// Months for years.
fn faulty(name: &str) -> String {
    reviews(name, 200, |row| 12 * (20 + row % 50))
}

async fn upload(setup: &Setup, key: &str, body: String) -> Received {
    setup.put(key, body).await;
    register(setup, key).await
}

async fn register(setup: &Setup, key: &str) -> Received {
    match handle(&deps(setup), put(key)).await.unwrap() {
        Outcome::Received(received) => received,
        other => panic!("{other:?}"),
    }
}

async fn release(setup: &Setup, version: u32, reason: &str) -> Outcome {
    let wake = json!({ "release": { "version": version, "reason": reason } });
    let wake = serde_json::from_value(wake).unwrap();
    handle(&deps(setup), wake).await.unwrap()
}

/// The version that start-pipeline has trained.
async fn trained(setup: &Setup) -> u32 {
    let written = || event("dataset-version-written", &[]);
    start_pipeline::handle(&starter(setup), written())
        .await
        .unwrap();
    ended(setup, Status::Succeeded).await;
    start_pipeline::handle(&starter(setup), written())
        .await
        .unwrap();
    let run: Run = setup.read(keys::RUN).await.unwrap();
    assert_eq!(run.state, RunState::Succeeded);
    run.version
}

fn part_keys(version: &DatasetManifest) -> Vec<&str> {
    let parts = version.parts.iter();
    parts.map(|part| part.source_key.as_str()).collect()
}

#[track_caller]
fn held(received: &Received, expected: u32) {
    let Received::Held {
        version,
        violations,
        ..
    } = received
    else {
        panic!("{received:?}")
    };
    assert_eq!(*version, expected);
    assert_eq!(violations[0].feature_name, "Age", "{violations:?}");
}

#[track_caller]
fn registered(received: &Received, expected: u32) {
    let Received::Registered { version, .. } = received else {
        panic!("{received:?}")
    };
    assert_eq!(*version, expected);
}

#[tokio::test]
pub async fn a_file_that_is_unlike_the_first_waits_and_the_next_one_is_registered_without_it() {
    let setup = with_pipeline(EMPTY).await;
    registered(&upload(&setup, "incoming/a.csv", sound("a")).await, 1);
    registered(&upload(&setup, "incoming/b.csv", sound("b")).await, 2);
    held(&upload(&setup, "incoming/c.csv", faulty("c")).await, 3);
    registered(&upload(&setup, "incoming/d.csv", sound("d")).await, 4);
    let all = versions(&setup).await;
    assert_eq!(
        part_keys(&all[3]),
        ["incoming/a.csv", "incoming/b.csv", "incoming/d.csv"]
    );
    assert!(all[2].is_held() && !all[3].is_held());

    // A person knows better.
    let Outcome::Refused { reason } = release(&setup, 3, " ").await else {
        panic!("released without a reason")
    };
    assert_eq!(reason, "a release needs its reason");
    let Outcome::Received(released) = release(&setup, 3, "ages are in months now").await else {
        panic!("refused")
    };
    registered(&released, 5);
    let fifth = &versions(&setup).await[4];
    assert_eq!(part_keys(fifth).len(), 4);
    let check = fifth.check.clone().unwrap();
    assert_eq!(check.released.unwrap().reason, "ages are in months now");
    assert_eq!(check.violations[0].feature_name, "Age");

    // The invocation comes again, or another person's.
    let Outcome::Received(again) = release(&setup, 3, "again").await else {
        panic!("refused")
    };
    assert!(
        matches!(again, Received::AlreadyRegistered { .. }),
        "{again:?}"
    );
    assert_eq!(versions(&setup).await.len(), 5);
    for (version, reason) in [
        (4, "dataset version 4 is not held"),
        (9, "there is no dataset version 9"),
    ] {
        let refused = release(&setup, version, "why not").await;
        let reason = reason.to_owned();
        assert_eq!(refused, Outcome::Refused { reason });
    }
}

#[tokio::test]
async fn what_was_corrected_or_discarded_is_not_released() {
    let setup = with_pipeline(EMPTY).await;
    upload(&setup, "incoming/a.csv", sound("a")).await;
    held(&upload(&setup, APRIL, faulty("c")).await, 2);
    held(&upload(&setup, "incoming/e.csv", faulty("e")).await, 3);
    registered(&upload(&setup, APRIL, sound("c")).await, 4);
    setup.delete("incoming/e.csv").await;
    // Nobody has removed the notes yet.
    for (version, upload) in [(2, APRIL), (3, "incoming/e.csv")] {
        let reason =
            format!("the upload of dataset version {version} was replaced or removed: {upload}");
        let refused = release(&setup, version, "I know better").await;
        assert_eq!(refused, Outcome::Refused { reason });
    }
    assert_eq!(versions(&setup).await.len(), 4);
}

#[tokio::test]
async fn a_release_that_is_rejected_leaves_the_version_waiting() {
    let setup = Setup::new().await;
    upload(&setup, "incoming/a.csv", sound("a")).await;
    held(&upload(&setup, APRIL, faulty("c")).await, 2);
    let note = [keys::held(DATASET, 2)];
    // The first upload has rows of a label that the stack has no more.
    let mut fewer = datasets::config();
    fewer.recipe.labels.retain(|label| label != "0");
    fewer.recipe.mapping.labels.retain(|_, label| label != "0");
    let wake = json!({ "release": { "version": 2, "reason": "it is right" } });
    let wake: Wake = serde_json::from_value(wake).unwrap();
    let outcome = handle(&datasets::deps_of(&setup, fewer), wake)
        .await
        .unwrap();
    let Outcome::Received(Received::Rejected { reason }) = &outcome else {
        panic!("{outcome:?}")
    };
    assert!(reason.contains("which Labels has no more"), "{reason}");
    assert_eq!(setup.keys(&keys::held_prefix(DATASET)).await, note);

    let Outcome::Received(released) = release(&setup, 2, "it is right").await else {
        panic!("refused")
    };
    registered(&released, 3);
    assert!(setup.keys(&keys::held_prefix(DATASET)).await.is_empty());
}

#[tokio::test]
async fn nothing_is_trained_with_a_version_that_waits() {
    let setup = with_pipeline(EMPTY).await;
    upload(&setup, "incoming/a.csv", sound("a")).await;
    held(&upload(&setup, "incoming/c.csv", faulty("c")).await, 2);
    assert_eq!(trained(&setup).await, 1);
    release(&setup, 2, "it is right").await;
    assert_eq!(trained(&setup).await, 3);
    assert_eq!(executions(&setup).await.len(), 2);
}

#[tokio::test]
async fn a_function_that_died_before_the_receipt_holds_one_version() {
    let setup = Setup::new().await;
    upload(&setup, "incoming/a.csv", sound("a")).await;
    let first = upload(&setup, "incoming/c.csv", faulty("c")).await;
    held(&first, 2);
    let receipts = setup.keys(&keys::receipts_prefix(DATASET)).await;
    for key in receipts {
        setup.delete(&key).await;
    }
    setup.delete(&keys::held(DATASET, 2)).await;
    assert_eq!(register(&setup, "incoming/c.csv").await, first);
    assert_eq!(versions(&setup).await.len(), 2);
    assert_eq!(setup.keys(&keys::held_prefix(DATASET)).await.len(), 1);
}

#[tokio::test]
async fn edited_constraints_are_in_force_and_broken_ones_let_nothing_pass() {
    let setup = Setup::new().await;
    upload(&setup, "incoming/a.csv", sound("a")).await;
    let mut constraints: Constraints = setup.read(&keys::constraints(DATASET, 1)).await.unwrap();
    constraints.monitoring_config.evaluate_constraints = Switch::Disabled;
    let edited = serde_json::to_vec(&constraints).unwrap();
    setup.put(&keys::constraints(DATASET, 2), edited).await;
    registered(&upload(&setup, "incoming/c.csv", faulty("c")).await, 2);

    let broken = r#"{"version": 0, "features": [{"name": ""}]}"#;
    setup.put(&keys::constraints(DATASET, 3), broken).await;
    let received = upload(&setup, "incoming/d.csv", sound("d")).await;
    let Received::Held { violations, .. } = received else {
        panic!("{received:?}")
    };
    let [violation] = violations.as_slice() else {
        panic!("{violations:?}")
    };
    assert_eq!(violation.constraint_check_type, CheckType::ConstraintsCheck);
    assert!(
        violation
            .description
            .starts_with("constraints.json is not in the layout: missing field `inferred_type`"),
        "{violation}"
    );
}

#[tokio::test]
async fn rows_without_a_review_are_counted_too() {
    let setup = Setup::new().await;
    upload(&setup, "incoming/a.csv", sound("a")).await;
    let half = sound("b").replace("1,3,", "1,,").replace("6,5,", "6,,");
    let received = upload(&setup, "incoming/b.csv", half).await;
    let Received::Held { violations, .. } = received else {
        panic!("{received:?}")
    };
    let kinds: Vec<_> = violations
        .iter()
        .map(|it| it.constraint_check_type)
        .collect();
    assert!(
        kinds.contains(&CheckType::QuarantineCheck),
        "{violations:?}"
    );
}

#[tokio::test]
pub async fn a_person_is_told_until_the_upload_is_released_corrected_or_discarded() {
    let setup = with_pipeline(EMPTY).await;
    let told = async || {
        trained(&setup).await;
        let wake = event("scheduled-reconcile", &[]);
        let outcome = ::reconcile::handle(&reconcile::deps(&setup), wake).await;
        outcome.unwrap().notice.unwrap_or_default()
    };
    upload(&setup, "incoming/a.csv", sound("a")).await;
    held(&upload(&setup, APRIL, faulty("c")).await, 2);
    held(&upload(&setup, "incoming/e.csv", faulty("e")).await, 3);
    let notice = told().await;
    for version in [2, 3] {
        let command = format!("reviewloop release {version} --reason TEXT");
        assert!(notice.contains(&command), "{notice}");
    }
    registered(&upload(&setup, APRIL, sound("c")).await, 4);
    told().await;
    let third = [keys::held(DATASET, 3)];
    assert_eq!(setup.keys(&keys::held_prefix(DATASET)).await, third);
    setup.delete("incoming/e.csv").await;
    told().await;
    assert!(setup.keys(&keys::held_prefix(DATASET)).await.is_empty());
}
