//! explore-dataset: the rows that SQL reads.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use aws_smithy_async::time::StaticTimeSource;
use classifier::container::Container;
use classifier::prepare::{self, settings::Settings};
use contracts::dataset::{DatasetManifest, PreparedProfile};
use contracts::keys;
use explore_dataset::{Config, Deps, Outcome, handle};
use loop_state::Clock;
use tempfile::TempDir;

use super::datasets::{self, put, versions};
use super::human_loops::sent;
use super::reconcile;
use super::setup::{DATASET, Setup, event};

const WRITTEN: &str = "datasets/reviews/versions/00000001.json";

pub fn deps(setup: &Setup) -> Deps {
    deps_below(setup, 1_000_000)
}

fn deps_below(setup: &Setup, maximum_bytes: u64) -> Deps {
    let config = Config {
        bucket: setup.bucket.name.clone(),
        dataset_name: DATASET.to_owned(),
        maximum_bytes,
    };
    Deps::new(&setup.of("explore-dataset"), config)
}

/// Registers a table of these rows under this key.
async fn upload(setup: &Setup, key: &str, rows: impl IntoIterator<Item = usize>) {
    let rows = rows.into_iter().map(|row| {
        let rating = 1 + row % 5;
        format!("Text number {row:03},{rating},Dresses,{}\n", 20 + row)
    });
    let table = format!(
        "Review Text,Rating,Class Name,Age\n{}",
        rows.collect::<String>()
    );
    setup.put(key, table).await;
    setup.aws.cloud.world.advance(1);
    register_dataset::handle(&datasets::deps(setup), put(key))
        .await
        .unwrap();
}

async fn explore(deps: &Deps, version: u32) -> Outcome {
    let key = keys::version(DATASET, version);
    handle(deps, event("dataset-version-written", &[(WRITTEN, &key)]))
        .await
        .unwrap()
}

async fn newest(setup: &Setup) -> String {
    let key = keys::newest_rows(DATASET);
    let found = loop_state::objects::read_bytes(&setup.bucket, &key)
        .await
        .unwrap();
    String::from_utf8(found.expect("it is there").value).unwrap()
}

fn address(setup: &Setup, version: u32) -> String {
    format!(
        "s3://{}/{}\n",
        setup.bucket.name,
        keys::rows(DATASET, version)
    )
}

#[tokio::test]
pub async fn a_version_is_explored_once_and_the_newest_one_is_the_tables() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    upload(&setup, "incoming/first.csv", 0..100).await;
    upload(&setup, "incoming/second.csv", 50..120).await;
    let explored = |version, rows| Outcome::Explored { version, rows };
    assert_eq!(explore(&deps, 2).await, explored(2, 120));
    assert_eq!(newest(&setup).await, address(&setup, 2));

    // The first version's event comes late, and both come again.
    assert_eq!(explore(&deps, 1).await, explored(1, 100));
    for version in [1, 2, 1] {
        assert_eq!(explore(&deps, version).await, Outcome::Known { version });
        assert_eq!(newest(&setup).await, address(&setup, 2));
    }
}

#[tokio::test]
async fn sql_and_training_read_the_same_rows_after_a_replacement_and_repeated_uploads() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    upload(&setup, "incoming/first.csv", 0..300).await;
    upload(&setup, "incoming/replace/whole.csv", 100..400).await;
    upload(&setup, "incoming/again.csv", 350..500).await;
    let manifest = versions(&setup).await.pop().expect("three versions");
    let Outcome::Explored { rows, .. } = explore(&deps, manifest.number).await else {
        panic!("it is explored");
    };
    assert_eq!(rows, 400);
    assert_eq!(prepared(&setup, &manifest).await, rows);
}

/// How many rows `classifier prepare` makes of the version.
async fn prepared(setup: &Setup, manifest: &DatasetManifest) -> u64 {
    let folder = TempDir::new().unwrap();
    let container = prepare_in(folder.path(), setup, manifest).await;
    let profile = fs::read(container.output("profile").join("profile.json")).unwrap();
    let profile: PreparedProfile = serde_json::from_slice(&profile).unwrap();
    profile
        .rows
        .values()
        .flat_map(|labels| labels.values())
        .sum()
}

/// What `classifier prepare` leaves of the version.
pub async fn prepare_in(folder: &Path, setup: &Setup, manifest: &DatasetManifest) -> Container {
    let container = Container::at(folder);
    for name in ["manifest", "parts"] {
        fs::create_dir_all(container.input(name)).unwrap();
    }
    let path = container.input("manifest").join("manifest.json");
    fs::write(path, serde_json::to_vec(manifest).unwrap()).unwrap();
    for part in &manifest.parts {
        let key = keys::part(DATASET, &part.id);
        let found = loop_state::objects::read_bytes(&setup.bucket, &key)
            .await
            .unwrap();
        let path = container.input("parts").join(format!("{}.jsonl", part.id));
        fs::write(path, found.expect("a part").value).unwrap();
    }
    prepare::run(&container, &Settings::default()).unwrap();
    container
}

#[tokio::test]
async fn a_version_that_one_lambda_cannot_explore_is_left_with_its_reason() {
    let setup = Setup::new().await;
    upload(&setup, "incoming/first.csv", 0..100).await;
    let outcome = explore(&deps_below(&setup, 1000), 1).await;
    let Outcome::TooLarge { reason, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(
        reason.contains("at most 1000 are explored in a Lambda"),
        "{reason}"
    );
}

#[tokio::test]
async fn other_objects_and_versions_that_are_gone_are_no_work() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    assert_eq!(explore(&deps, 1).await, Outcome::Gone);
    let other = event(
        "dataset-version-written",
        &[(WRITTEN, "datasets/others/versions/00000001.json")],
    );
    assert_eq!(handle(&deps, other).await.unwrap(), Outcome::NotOurs);
}

#[tokio::test]
pub async fn a_version_whose_event_was_lost_is_sent_to_explore_dataset_until_it_is_explored() {
    let setup = Setup::new().await;
    upload(&setup, "incoming/first.csv", 0..100).await;
    assert!(!sent_in(&setup, 0).await.contains("explore-dataset"));
    let due = sent_in(&setup, 16).await;
    assert!(due.contains("explore-dataset"), "{due}");
    assert!(!sent_in(&setup, 3 * 60).await.contains("explore-dataset"));
    explore(&deps(&setup), 1).await;
    assert!(!sent_in(&setup, 16).await.contains("explore-dataset"));
}

/// What reconcile sends when it looks after this time.
async fn sent_in(setup: &Setup, minutes: u64) -> String {
    let later = SystemTime::now() + Duration::from_secs(60 * minutes);
    let config = setup.config.to_builder();
    let config = config.time_source(StaticTimeSource::new(later)).build();
    let mut reconciler = reconcile::deps(setup);
    reconciler.clock = Clock::new(&config);
    sent(&reconciler).await
}
