//! register-dataset.

use std::collections::BTreeMap;

use contracts::dataset::{DatasetManifest, Mapping, QuarantinedRow, Receipt, Received};
use contracts::keys;
use policy::dataset::Recipe;
use register_dataset::{Config, Deps, JobSettings, Outcome, Wake, handle};
use serde_json::{Value, json};

use super::setup::{DATASET, Setup, event, processing};

pub const KEY: &str = "incoming/women clothing+reviews 2026.csv";
pub const GOOD: &str = "Review Text,Rating,Class Name\n\
    \"Love it, \"\"really\"\",\nsays my sister\",5,Dresses\n\
    Too small,1,Pants\n\
    It is fine,3,\n";

pub fn deps(setup: &Setup) -> Deps {
    deps_of(setup, config())
}

pub fn deps_of(setup: &Setup, config: Config) -> Deps {
    let bucket = setup.bucket.name.clone();
    Deps::new(&setup.of("register-dataset"), Config { bucket, ..config })
}

/// Of every stack but for the bucket's name.
pub fn config() -> Config {
    let labels = [("1", "-1"), ("2", "-1"), ("3", "0"), ("4", "1"), ("5", "1")];
    let labels: BTreeMap<_, _> = labels.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
    Config {
        bucket: String::new(),
        recipe: Recipe {
            dataset: DATASET.into(),
            mapping: Mapping {
                text_column: "Review Text".into(),
                context_columns: Vec::new(),
                label_column: "Rating".into(),
                category_column: Some("Class Name".into()),
                labels,
            },
            labels: ["-1", "0", "1"].map(str::to_owned).into(),
        },
        maximum_upload_bytes: 1_000_000,
        job: JobSettings {
            processing: processing(),
            maximum_bytes: 1_000_000,
        },
    }
}

pub async fn versions(setup: &Setup) -> Vec<DatasetManifest> {
    let mut versions = Vec::new();
    for key in setup.keys(&keys::versions_prefix(DATASET)).await {
        versions.push(setup.read(&key).await.unwrap());
    }
    versions
}

pub fn put(key: &str) -> Wake {
    event("upload-put", &[(KEY, key)])
}

/// Uploads `body` and returns why nothing of it was registered.
pub async fn rejection(name: &str, body: impl Into<Vec<u8>>) -> String {
    rejection_by(config(), name, body).await
}

/// The same in a stack of other columns.
pub async fn rejection_by(config: Config, name: &str, body: impl Into<Vec<u8>>) -> String {
    let setup = Setup::new().await;
    let deps = deps_of(&setup, config);
    let key = format!("incoming/{name}");
    setup.put(&key, body).await;
    for _ in 0..2 {
        let outcome = handle(&deps, put(&key)).await.unwrap();
        let Outcome::Received(Received::Rejected { .. }) = outcome else {
            panic!("{outcome:?}")
        };
    }
    assert_eq!(versions(&setup).await, []);
    let receipts = setup.keys("datasets/reviews/receipts/").await;
    let receipt: Receipt = setup.read(&receipts[0]).await.unwrap();
    let Received::Rejected { reason } = receipt.result else {
        panic!("{receipt:?}")
    };
    reason
}

#[tokio::test]
async fn an_upload_is_one_part_however_often_its_event_comes() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    setup.put(KEY, GOOD).await;
    let first = handle(&deps, event("upload-put", &[])).await.unwrap();
    let Outcome::Received(Received::Registered {
        version: 1,
        rows: 3,
        ..
    }) = first
    else {
        panic!("{first:?}")
    };
    let again = handle(&deps, event("upload-put", &[])).await.unwrap();
    assert_eq!(again, first);

    // The next version is live; then the first event comes once more.
    setup
        .put("incoming/b.csv", GOOD.replace("fine", "so-so"))
        .await;
    let second = handle(&deps, put("incoming/b.csv")).await.unwrap();
    assert!(matches!(
        second,
        Outcome::Received(Received::Registered { version: 2, .. })
    ));
    handle(&deps, event("upload-put", &[])).await.unwrap();
    // The same file under another name is the same part, now the last: where texts repeat, it wins.
    setup.aws.cloud.world.advance(1);
    setup.put("incoming/copy.csv", GOOD).await;
    let copy = handle(&deps, put("incoming/copy.csv")).await.unwrap();
    assert!(
        matches!(
            copy,
            Outcome::Received(Received::Registered { version: 3, .. })
        ),
        "{copy:?}"
    );

    let newest = versions(&setup).await.pop().unwrap();
    let keys = newest.parts.iter().map(|part| part.source_key.as_str());
    let keys: Vec<_> = keys.collect();
    assert_eq!(keys, ["incoming/b.csv", "incoming/copy.csv"]);
    assert_eq!(newest.rows(), 6);
}

#[tokio::test]
async fn two_files_at_once_are_two_versions_and_none_is_lost() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    let names: Vec<String> = (0..8).map(|n| format!("incoming/{n}.csv")).collect();
    for (n, name) in names.iter().enumerate() {
        setup
            .put(name, GOOD.replace("small", &format!("small {n}")))
            .await;
    }
    let uploads = names.iter().map(|name| handle(&deps, put(name)));
    for outcome in futures::future::join_all(uploads).await {
        let outcome = outcome.unwrap();
        assert!(
            matches!(outcome, Outcome::Received(Received::Registered { .. })),
            "{outcome:?}"
        );
    }
    let versions = versions(&setup).await;
    assert_eq!(versions.len(), 8);
    assert_eq!(versions[7].parts.len(), 8);
}

#[tokio::test]
async fn replacing_starts_the_dataset_anew() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    setup.put("incoming/a.csv", GOOD).await;
    handle(&deps, put("incoming/a.csv")).await.unwrap();
    setup
        .put("incoming/replace/b.csv", GOOD.replace("fine", "so-so"))
        .await;
    for _ in 0..2 {
        handle(&deps, put("incoming/replace/b.csv")).await.unwrap();
    }
    let versions = versions(&setup).await;
    assert_eq!((versions.len(), versions[1].parts.len()), (2, 1));
}

#[tokio::test]
async fn an_upload_whose_receipt_was_lost_does_not_come_back_after_a_replacement() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    setup.put("incoming/a.csv", GOOD).await;
    handle(&deps, put("incoming/a.csv")).await.unwrap();
    // Its function died right before the receipt; then a replacement came.
    let receipts = setup.keys(&format!("datasets/{DATASET}/receipts/")).await;
    loop_state::objects::delete(&setup.bucket, &receipts[0])
        .await
        .unwrap();
    setup.aws.cloud.world.advance(1);
    setup
        .put("incoming/replace/b.csv", GOOD.replace("fine", "so-so"))
        .await;
    handle(&deps, put("incoming/replace/b.csv")).await.unwrap();
    let late = handle(&deps, put("incoming/a.csv")).await.unwrap();
    assert!(
        matches!(late, Outcome::Received(Received::Replaced { .. })),
        "{late:?}"
    );
    let versions = versions(&setup).await;
    assert_eq!((versions.len(), versions[1].parts.len()), (2, 1));
}

#[tokio::test]
async fn bad_rows_go_to_quarantine_with_row_column_and_reason_and_good_ones_are_kept() {
    let setup = Setup::new().await;
    let mut body = GOOD.as_bytes().to_vec();
    body.extend_from_slice(
        b"Pants,Nice,7\nNice,7,Pants\n,4,Pants\nonly one field\n\xff\xfe,4,Pants\n",
    );
    body.extend_from_slice(format!("{},4,Pants\n", "long ".repeat(30_000)).as_bytes());
    body.extend_from_slice(b"\"never closed,4,Pants\nGood row,4,Pants\n");
    setup.put(KEY, body).await;
    let outcome = handle(&deps(&setup), event("upload-put", &[]))
        .await
        .unwrap();
    let Outcome::Received(Received::Registered {
        part,
        rows: 4,
        quarantined: 7,
        first_quarantined,
        ..
    }) = outcome
    else {
        panic!("{outcome:?}")
    };
    let key = keys::quarantine(DATASET, &part);
    let bytes = loop_state::objects::read_bytes(&setup.bucket, &key)
        .await
        .unwrap()
        .unwrap()
        .value;
    let found: Vec<QuarantinedRow> = String::from_utf8(bytes)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let expected = [
        // Columns have slipped: what was written is counted, not quoted.
        (
            4,
            "Rating",
            "unknown value: a text of 4 characters is not one of",
        ),
        (5, "Rating", "unknown value: \"7\" is not one of"),
        (6, "Review Text", "empty"),
        (7, "", "another number of fields: 1, the header has 3"),
        (8, "Review Text", "not UTF-8"),
        (9, "Review Text", "too long: 149999 characters"),
        (10, "", "unclosed quote"),
    ];
    assert_eq!(found.len(), expected.len());
    assert_eq!(found[..5], first_quarantined);
    // The row after the unclosed quote is good, and GOOD's first row stands on two lines.
    assert_eq!((found[6].first_line, found[6].last_line), (12, 12));
    for (found, (row, column, reason)) in found.iter().zip(expected) {
        assert_eq!(
            (found.row, found.column.as_str()),
            (row, column),
            "{found:?}"
        );
        assert!(found.reason.starts_with(reason), "{found:?}");
    }
}

#[tokio::test]
async fn a_file_of_which_nothing_can_be_used_says_why() {
    let missing = rejection("a.csv", "Text,Rating\nx,1\n").await;
    assert_eq!(
        missing,
        "line 1 (the header): there is no column \"Review Text\" among \"Text\", \"Rating\" (separated by ',')"
    );
    let none = rejection("a.csv", "Review Text,Rating\n").await;
    assert_eq!(none, "the file has no rows");
    let bad = rejection("a.csv", "Review Text,Rating\nx,7\ny,8\n").await;
    assert!(
        bad.contains("none of the 2 rows is good; row 1 (line 2), column \"Rating\""),
        "{bad}"
    );
    let one = rejection("a.csv", "Review Text,Rating\nx,1\ny,2\n").await;
    assert!(one.contains("every row has the label -1"), "{one}");
    let wide = rejection("a.csv", b"\xff\xfeR\0e\0v\0".to_vec()).await;
    assert!(wide.contains("UTF-16"), "{wide}");
    let workbook = rejection("a.csv", "PK\u{3}\u{4}rest").await;
    assert!(
        workbook.contains("save the sheet as CSV UTF-8"),
        "{workbook}"
    );
}

#[tokio::test]
async fn what_is_not_an_upload_of_ours_is_left_alone() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    let marker = handle(&deps, event("upload-folder-marker", &[]))
        .await
        .unwrap();
    assert_eq!(marker, Outcome::FolderMarker);
    let gone = handle(&deps, put("incoming/gone.csv")).await.unwrap();
    assert_eq!(gone, Outcome::Gone);
    let other: Wake = event(
        "upload-put",
        &[(setup.bucket.name.as_str(), "somebody-elses-bucket")],
    );
    assert_eq!(handle(&deps, other).await.unwrap(), Outcome::NotOurs);
}

#[tokio::test]
async fn a_bucket_notification_registers_each_record_and_a_broken_one_fails_alone() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    let notification = |records: Vec<Value>| -> Wake {
        lambda_main::envelope::read(json!({ "Records": records })).unwrap()
    };
    let record = |key: &str| -> Value {
        let sample = include_str!("../../../events/upload-classic-notification.json");
        let mut record = serde_json::from_str::<Value>(sample).unwrap()["Records"][0].take();
        record["s3"]["object"]["key"] = key.into();
        record
    };
    // Of this one only the decoded key is there.
    let encoded = record("incoming/women+clothing%2Breviews+2026.csv");
    setup.put(KEY, GOOD).await;
    let last = "incoming/caf\u{e9}.csv";
    setup.put(last, GOOD.replace("fine", "so-so")).await;
    let records = vec![
        encoded,
        record("incoming/%FF.csv"),
        Value::Null,
        record("incoming/caf%C3%A9.csv"),
    ];
    for _ in 0..2 {
        let outcome = handle(&deps, notification(records.clone())).await.unwrap();
        let Outcome::Records { outcomes } = outcome else {
            panic!("{outcome:?}")
        };
        assert!(
            matches!(
                outcomes.as_slice(),
                [
                    Outcome::Received(Received::Registered { version: 1, .. }),
                    Outcome::NamesNoObject { .. },
                    Outcome::NamesNoObject { .. },
                    Outcome::Received(Received::Registered { version: 2, .. }),
                ]
            ),
            "{outcomes:?}"
        );
    }
    let versions = versions(&setup).await;
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[1].parts[1].source_key, last);
}

#[tokio::test]
async fn a_record_that_fails_is_sent_again_with_the_others_and_nothing_is_registered_twice() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    setup.put("incoming/a.csv", GOOD).await;
    handle(&deps, put("incoming/a.csv")).await.unwrap();
    let receipts = setup.keys(&format!("datasets/{DATASET}/receipts/")).await;
    setup.put(&receipts[0], "no receipt").await;
    setup
        .put("incoming/b.csv", GOOD.replace("fine", "so-so"))
        .await;
    let wake = || -> Wake {
        let records = ["incoming/a.csv", "incoming/b.csv"].map(|key| {
            json!({ "s3": { "bucket": { "name": setup.bucket.name }, "object": { "key": key } } })
        });
        lambda_main::envelope::read(json!({ "Records": records })).unwrap()
    };
    let error = format!("{:#}", handle(&deps, wake()).await.unwrap_err());
    assert!(
        error.starts_with("1 of 2 records failed: incoming/a.csv: parse"),
        "{error}"
    );
    assert_eq!(versions(&setup).await.len(), 2, "the other one is there");

    loop_state::objects::delete(&setup.bucket, &receipts[0])
        .await
        .unwrap();
    let outcome = handle(&deps, wake()).await.unwrap();
    assert!(
        matches!(&outcome, Outcome::Records { outcomes } if matches!(outcomes.as_slice(), [
            Outcome::Received(Received::AlreadyRegistered { .. }),
            Outcome::Received(Received::Registered { version: 2, .. }),
        ])),
        "{outcome:?}"
    );
    assert_eq!(versions(&setup).await.len(), 2);
}
