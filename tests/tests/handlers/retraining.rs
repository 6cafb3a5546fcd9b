//! prepare-retraining, and what becomes of its part.

use std::pin::pin;

use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::dataset::{DatasetManifest, Mapping, Origin, Part, Receipt, Received, Row};
use contracts::keys;
use contracts::review::Label;
use futures::StreamExt;
use loop_state::objects::{AT_ONCE, Bucket, read_all};
use policy::retraining::Bounds;
use policy::text::row_hash;
use prepare_retraining::{Config, Deps, Outcome, handle};
use time::OffsetDateTime;

use super::counting::Counting;
use super::setup::{DATASET, Setup, event};

async fn label(setup: &Setup, text: &str, origin: Origin) {
    labelled(setup, text, "0", origin).await;
}

async fn labelled(setup: &Setup, text: &str, label: &str, origin: Origin) {
    let label = Label {
        context: [].into(),
        text: text.into(),
        label: label.into(),
        origin,
        inclusion_probability: None,
        predicted: "1".into(),
        human_loop: "x".into(),
        posterior: None,
        human_answers: Vec::new(),
        created_at: OffsetDateTime::UNIX_EPOCH,
    };
    setup
        .put(
            &keys::label(&row_hash(text)),
            serde_json::to_vec(&label).unwrap(),
        )
        .await;
}

/// The version that register-dataset makes of the prepared file.
async fn registered(setup: &Setup, number: u32, source_key: &str, labels: &[&str]) {
    let part = Part {
        id: format!("part{number}"),
        rows: labels.len() as u64,
        quarantined: 0,
        source_key: source_key.into(),
        schema: None,
        source_etag: String::new(),
        uploaded_at: String::new(),
        labels: labels.iter().map(|text| row_hash(text)).collect(),
    };
    let manifest = DatasetManifest {
        dataset: DATASET.into(),
        number,
        id: format!("version{number}"),
        parts: vec![part],
        replacement: None,
        mapping: Mapping {
            text_column: "t".into(),
            context_columns: Vec::new(),
            label_column: "l".into(),
            category_column: None,
            labels: [].into(),
        },
        labels: Vec::new(),
        prepare_version: 1,
        created_at: OffsetDateTime::UNIX_EPOCH,
        check: None,
    };
    setup
        .put(
            &keys::version(DATASET, number),
            serde_json::to_vec(&manifest).unwrap(),
        )
        .await;
}

#[tokio::test]
async fn enough_new_labels_become_one_part_and_are_not_new_any_more() {
    let setup = Setup::new().await;
    let bounds = Bounds {
        minimum_new_labels: 2,
        maximum_per_day: 1,
    };
    let config = Config {
        bucket: setup.bucket.name.clone(),
        dataset_name: DATASET.into(),
        labels: ["-1", "0", "1"].map(str::to_owned).into(),
        bounds,
    };
    let deps = Deps::new(&setup.of("prepare-retraining"), config);
    let wake = || event::<EventBridgeEvent>("scheduled-retraining", &[]);
    label(&setup, "one", Origin::Audit).await;
    let few = handle(&deps, wake()).await.unwrap();
    assert_eq!(
        few,
        Outcome::TooFewLabels {
            found: 1,
            needed: 2
        }
    );

    label(&setup, "two", Origin::Uncertain).await;
    let prepared = handle(&deps, wake()).await.unwrap();
    let Outcome::Prepared { key, labels: 2 } = prepared else {
        panic!("{prepared:?}")
    };
    let waiting = handle(&deps, wake()).await.unwrap();
    assert_eq!(waiting, Outcome::AwaitingRegistration { key: key.clone() });
    let bytes = loop_state::objects::read_bytes(&setup.bucket, &key)
        .await
        .unwrap()
        .unwrap()
        .value;
    let rows: Vec<Row> = String::from_utf8(bytes)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut origins: Vec<_> = rows.iter().map(|row| row.origin).collect();
    origins.sort();
    assert_eq!(
        origins,
        [Origin::Audit, Origin::Uncertain],
        "doubt stays marked as doubt"
    );
    assert!(rows.iter().all(|row| row.human));

    registered(&setup, 1, &key, &["one", "two"]).await;
    let done = handle(&deps, wake()).await.unwrap();
    assert_eq!(
        done,
        Outcome::TooFewLabels {
            found: 0,
            needed: 2
        }
    );
}

#[tokio::test]
async fn a_label_that_is_accepted_no_more_is_not_counted_and_not_prepared() {
    let setup = Setup::new().await;
    let bounds = Bounds {
        minimum_new_labels: 2,
        maximum_per_day: 9,
    };
    let config = Config {
        bucket: setup.bucket.name.clone(),
        dataset_name: DATASET.into(),
        labels: ["-1", "0", "1"].map(str::to_owned).into(),
        bounds,
    };
    let deps = Deps::new(&setup.of("prepare-retraining"), config);
    let wake = || event::<EventBridgeEvent>("scheduled-retraining", &[]);
    label(&setup, "one", Origin::Audit).await;
    labelled(&setup, "of before", "neutral", Origin::Audit).await;
    let few = Outcome::TooFewLabels {
        found: 1,
        needed: 2,
    };
    for _ in 0..2 {
        assert_eq!(handle(&deps, wake()).await.unwrap(), few);
    }
    label(&setup, "two", Origin::Audit).await;
    let prepared = handle(&deps, wake()).await.unwrap();
    assert!(
        matches!(prepared, Outcome::Prepared { labels: 2, .. }),
        "{prepared:?}"
    );
}

#[tokio::test]
async fn a_rejected_file_of_labels_holds_the_next_one_up_no_more() {
    let setup = Setup::new().await;
    let bounds = Bounds {
        minimum_new_labels: 1,
        maximum_per_day: 9,
    };
    let config = Config {
        bucket: setup.bucket.name.clone(),
        dataset_name: DATASET.into(),
        labels: ["-1", "0", "1"].map(str::to_owned).into(),
        bounds,
    };
    let deps = Deps::new(&setup.of("prepare-retraining"), config);
    let wake = || event::<EventBridgeEvent>("scheduled-retraining", &[]);
    label(&setup, "one", Origin::Audit).await;
    let Outcome::Prepared { key, .. } = handle(&deps, wake()).await.unwrap() else {
        panic!("one label is enough")
    };
    let listed = loop_state::objects::list_objects(&setup.bucket, &key);
    let file = listed.await.unwrap().remove(0);
    let receipt = Receipt {
        source_key: key.clone(),
        result: Received::Rejected {
            reason: "one class".into(),
        },
    };
    let id = policy::naming::receipt(&key, &file.etag, file.modified);
    let receipt_key = keys::receipt(DATASET, &id);
    setup
        .put(&receipt_key, serde_json::to_vec(&receipt).unwrap())
        .await;
    let rejected = handle(&deps, wake()).await.unwrap();
    assert_eq!(rejected, Outcome::RejectedBefore { key: key.clone() });
    // With the next version, or another label, there is another file.
    registered(&setup, 1, "incoming/more.csv", &[]).await;
    let prepared = handle(&deps, wake()).await.unwrap();
    assert!(
        matches!(&prepared, Outcome::Prepared { key: other, .. } if *other != key),
        "{prepared:?}"
    );
}

#[tokio::test]
async fn labels_are_read_some_at_a_time_and_stand_in_the_order_of_their_hashes() {
    let setup = Setup::new().await;
    let texts: Vec<String> = (0..40).map(|number| format!("text {number}")).collect();
    for text in &texts {
        label(&setup, text, Origin::Uncertain).await;
    }
    let calls = Counting::new(setup.aws.connector());
    let config = Config {
        bucket: setup.bucket.name.clone(),
        dataset_name: DATASET.into(),
        labels: ["0".to_owned()].into(),
        bounds: Bounds {
            minimum_new_labels: 40,
            maximum_per_day: 1,
        },
    };
    let deps = Deps::new(&setup.through("prepare-retraining", calls.clone()), config);
    let wake = event::<EventBridgeEvent>("scheduled-retraining", &[]);
    let Outcome::Prepared { key, labels: 40 } = handle(&deps, wake).await.unwrap() else {
        panic!("not prepared")
    };
    let part = loop_state::objects::read_bytes(&setup.bucket, &key).await;
    let part = String::from_utf8(part.unwrap().unwrap().value).unwrap();
    let rows = part
        .lines()
        .map(|line| serde_json::from_str::<Row>(line).unwrap());
    let hashes: Vec<String> = rows.map(|row| row_hash(&row.text)).collect();
    assert!(hashes.is_sorted(), "{hashes:?}");
    assert_eq!(calls.most_at_once(), AT_ONCE);
}

#[tokio::test]
async fn objects_are_read_no_further_than_their_reader_is() {
    let setup = Setup::new().await;
    let keys: Vec<String> = (0..40).map(|number| format!("labels/{number}")).collect();
    for key in &keys {
        setup.put(key, "1").await;
    }
    let calls = Counting::new(setup.aws.connector());
    let bucket = Bucket::new(
        &setup.through("prepare-retraining", calls.clone()),
        &setup.bucket.name,
    );
    let mut read = pin!(read_all::<u8>(&bucket, keys));
    let first = read.next().await.unwrap().unwrap().unwrap();
    assert_eq!((first.value, calls.count()), (1, AT_ONCE));
    assert_eq!(read.count().await, 39);
    assert_eq!(calls.count(), 40);
}
