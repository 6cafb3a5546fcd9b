//! register-dataset and files as people have them.

use std::io::Write;

use contracts::dataset::{Mapping, QuarantinedRow, Received};
use contracts::ground_truth::{self, Metadata, TEXT_CLASSIFICATION};
use contracts::keys;
use register_dataset::{Deps, Outcome, handle};

use super::counting::Counting;
use super::datasets::{deps, put, rejection, versions};
use super::setup::{DATASET, Setup};
use super::unreadable::UnreadableUploads;

/// Rows and quarantined rows of one uploaded file.
async fn counts(name: &str, body: impl Into<Vec<u8>>) -> (u64, Vec<QuarantinedRow>) {
    let setup = Setup::new().await;
    let key = format!("incoming/{name}");
    setup.put(&key, body).await;
    let outcome = handle(&deps(&setup), put(&key)).await.unwrap();
    let Outcome::Received(Received::Registered {
        rows,
        quarantined,
        first_quarantined,
        ..
    }) = outcome
    else {
        panic!("{name}: {outcome:?}")
    };
    assert_eq!(quarantined, first_quarantined.len() as u64, "{name}");
    (rows, first_quarantined)
}

fn packed(text: &str) -> Vec<u8> {
    let mut child = std::process::Command::new("gzip")
        .arg("-c")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(text.as_bytes()).unwrap();
    drop(input);
    child.wait_with_output().unwrap().stdout
}

/// First and last lines of quarantined rows.
type Places = &'static [(u64, u64)];

const SPREADSHEET: &str = "\u{feff}Review Text;Rating;Class Name\r\n\
    \"Lovely; soft\";5;Dresses\r\nToo small; 1 ;Pants\r\n\r\nFine;3;\r\n";

#[tokio::test]
async fn a_spreadsheets_and_pandas_files_are_read_as_their_owners_mean_them() {
    let pandas = ",Review Text,Rating,Class Name\n0,Lovely,5.0,Dresses\n1,Bad,1.0,\n2,No stars,,\n";
    let lines = "\u{feff}{\"Review Text\": \"Lovely\", \"Rating\": 5.0, \"Class Name\": null}\r\n\
        {\"Review Text\": \"Bad\", \"Rating\": \"01\"}\r\n";
    let array = "[\n  {\"Review Text\": \"Lovely\", \"Rating\": 5},\n  \
        {\"Review Text\": \"a [odd] \\\"{text\", \"Rating\": 1}\n]\n";
    let trial_one = "Review Text,Rating,Class Name\n\"Perfect, I love it,5,Dress\n\
        \"Too tight; sent it back\",1,Coat\n\"fine\",3,Skirt\n";
    let files: [(&str, Vec<u8>, u64, Places); 12] = [
        ("semicolons.csv", SPREADSHEET.into(), 3, &[]),
        (
            "sep.csv",
            SPREADSHEET.replace('\u{feff}', "sep=;\r\n").into(),
            3,
            &[],
        ),
        ("tabs.tsv", SPREADSHEET.replace(';', "\t").into(), 3, &[]),
        ("bars.txt", SPREADSHEET.replace(';', "|").into(), 3, &[]),
        ("mac.csv", SPREADSHEET.replace("\r\n", "\r").into(), 3, &[]),
        ("packed.csv", packed(SPREADSHEET), 3, &[]),
        ("pandas.csv", pandas.into(), 2, &[(4, 4)]),
        ("windows.jsonl", lines.into(), 2, &[]),
        ("lines.csv", lines.into(), 2, &[]),
        ("array.json", array.into(), 2, &[]),
        (
            "small.csv",
            pandas.replace("Review Text", "review  text").into(),
            2,
            &[(4, 4)],
        ),
        ("quote.csv", trial_one.into(), 2, &[(2, 2)]),
    ];
    for (name, body, rows, bad) in files {
        let (found, quarantined) = counts(name, body).await;
        let lines: Vec<_> = quarantined
            .iter()
            .map(|row| (row.first_line, row.last_line))
            .collect();
        assert_eq!(
            (found, lines.as_slice()),
            (rows, bad),
            "{name}: {quarantined:?}"
        );
    }
}

#[tokio::test]
async fn ground_truths_output_manifest_is_a_labelled_file_and_its_classes_are_the_stacks_labels() {
    let line = |text: &str, class: &str, kind: &str| {
        let metadata = format!(
            r#"{{"class-name": "{class}", "type": "groundtruth/{kind}", "human-annotated": "yes"}}"#
        );
        format!(r#"{{"source": "{text}", "mood": 1, "mood-metadata": {metadata}}}"#) + "\n"
    };
    let written = |text: &str, class: &str| {
        let metadata = Metadata {
            class_name: class.to_owned(),
            confidence: Some(0.97),
            human_annotated: "yes".to_owned(),
            creation_date: "2026-11-28T10:00:00".to_owned(),
            job_name: "labeling-job/reviewloop".to_owned(),
            kind: TEXT_CLASSIFICATION.to_owned(),
        };
        let line = ground_truth::line(serde_json::Map::new(), text, 1, &metadata).unwrap();
        serde_json::Value::from(line).to_string() + "\n"
    };
    let body = [
        line("soft", "1", "text-classification"),
        line("torn", "-1", "text-classification"),
        // What `reviewloop labels` writes.
        written("worn", "0"),
        // A value of the label column, and no label.
        line("fine", "5", "text-classification"),
        line("seen", "1", "object-detection"),
        "{\"source\": \"bare\"}\n".to_owned(),
        "{\"source-ref\": \"s3://b/a.txt\"}\n".to_owned(),
    ];
    let (rows, quarantined) = counts("labels.manifest", body.concat()).await;
    assert_eq!(rows, 3);
    let reasons: Vec<&str> = quarantined.iter().map(|row| row.reason.as_str()).collect();
    for (reason, expected) in reasons.iter().zip([
        "unknown value: \"5\" is not one of",
        "its type is not groundtruth/text-classification",
        "no label",
        "not read",
    ]) {
        assert!(reason.contains(expected), "{reasons:?}");
    }
}

#[tokio::test]
async fn one_missing_quote_among_a_thousand_rows_costs_one_row() {
    let mut text = "Review Text,Rating,Class Name\n".to_owned();
    for row in 0..1000 {
        let close = if row == 500 { "" } else { "\"" };
        text += &format!(
            "\"Row {row}, \"\"nice\"\", it is{close},{},Pants\n",
            row % 5 + 1
        );
    }
    let (rows, quarantined) = counts("reviews.csv", text).await;
    assert_eq!((rows, quarantined.len()), (999, 1));
    let bad = &quarantined[0];
    assert_eq!((bad.row, bad.first_line, bad.last_line), (501, 502, 502));
    assert_eq!(bad.reason, "unclosed quote");
}

#[tokio::test]
async fn a_refused_file_is_told_what_it_looks_like() {
    for (body, expected) in [
        (b"PK\x03\x04".to_vec(), "looks like an Excel workbook"),
        (b"\xff\xfeR\0".to_vec(), "looks like UTF-16"),
        (b"R\0e\0".to_vec(), "looks like UTF-16"),
        (packed(SPREADSHEET)[..30].to_vec(), "gzip file is damaged"),
        (
            b"{\n \"a\": 1\n}\n".to_vec(),
            "one JSON object over several lines",
        ),
        (
            b"Review Text,Rating,rating ,Rating\nx,1,2,3\n".to_vec(),
            "2 columns have the name \"Rating\"",
        ),
        (
            b"review_text,Rating\nx,1\n".to_vec(),
            "there is \"review_text\"; rename it",
        ),
        (b"Nice dress,5\nBad,1\n".to_vec(), "looks like a row"),
        (b"Review Text:Rating\n".to_vec(), "separated by"),
        (
            b"{\"Review Text\": {\"0\": \"x\"}, \"Rating\": {\"0\": 5}}\n".to_vec(),
            "orient=\"records\"",
        ),
        (Vec::new(), "the file is empty"),
    ] {
        let reason = rejection("a.csv", body).await;
        assert!(reason.contains(expected), "{reason}");
    }
}

#[tokio::test]
async fn uploading_a_file_again_does_what_a_person_means() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    let upload = async |key: &str, text: &str| {
        setup.aws.cloud.world.advance(1);
        let header = "Review Text,Rating\n";
        let body = format!("{header}{text} good,5\n{text} bad,1\n");
        setup.put(key, body).await;
        // The event comes twice.
        let first = handle(&deps, put(key)).await.unwrap();
        let again = handle(&deps, put(key)).await.unwrap();
        assert_eq!(first, again);
        let newest = versions(&setup).await.pop().unwrap();
        let keys = newest.parts.iter().map(|part| part.source_key.clone());
        (newest.number, keys.collect::<Vec<_>>())
    };
    let (a, b) = ("incoming/a.csv", "incoming/replace/b.csv");
    assert_eq!(upload(a, "a").await, (1, vec![a.to_owned()]));
    assert_eq!(upload(b, "b").await, (2, vec![b.to_owned()]));
    assert_eq!(upload(a, "a").await, (3, vec![b.to_owned(), a.to_owned()]));
    // In the dataset already: the fourth version notes the time and has the third's id.
    assert_eq!(upload(a, "a").await, (4, vec![b.to_owned(), a.to_owned()]));
    let ids: Vec<String> = versions(&setup).await.into_iter().map(|v| v.id).collect();
    assert_eq!(ids[3], ids[2]);
    // To start anew once more.
    assert_eq!(upload(b, "b").await, (5, vec![b.to_owned()]));
    // Nobody is sent once more for what has a receipt.
    let receipts = loop_state::receipts::Receipts::list(&setup.bucket, DATASET);
    let receipts = receipts.await.unwrap();
    let uploads = loop_state::objects::list_objects(&setup.bucket, keys::INCOMING);
    for upload in uploads.await.unwrap() {
        assert!(receipts.has(&upload), "{upload:?}");
        let later = loop_state::objects::Listed {
            modified: upload.modified + 1,
            ..upload
        };
        assert!(!receipts.has(&later), "{later:?}");
    }
}

#[tokio::test]
async fn a_banks_complaints_with_columns_and_labels_of_their_own_are_read() {
    let setup = Setup::new().await;
    let mut config = deps(&setup).config;
    let labels = ["cards", "credit", "debt", "loans", "mortgages"];
    let products = [
        "Credit card, prepaid",
        "Credit report",
        "Debt",
        "Loan",
        "Mortgage",
    ];
    let pairs = products.iter().zip(labels);
    config.recipe.labels = labels.map(str::to_owned).into();
    config.recipe.mapping = Mapping {
        text_column: "Consumer complaint narrative".into(),
        context_columns: Vec::new(),
        label_column: "Product".into(),
        category_column: Some("State".into()),
        labels: pairs
            .map(|(a, b)| ((*a).to_owned(), b.to_owned()))
            .collect(),
    };
    let mut body = "Date received,Product,Consumer complaint narrative,State\n".to_owned();
    for (number, product) in products.iter().cycle().take(50).enumerate() {
        let story = ["", "They said \"\"no\"\",\n\nthen XXXX"][usize::from(number > 4)];
        body += &format!("11/05/2026,\"{product}\",\"{story}\",TX\n");
    }
    setup.put("incoming/complaints.csv", body).await;
    let deps = Deps::new(&setup.of("register-dataset"), config);
    let outcome = handle(&deps, put("incoming/complaints.csv")).await.unwrap();
    let Outcome::Received(Received::Registered {
        rows: 45,
        quarantined: 5,
        first_quarantined,
        ..
    }) = outcome
    else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        first_quarantined[0].to_string(),
        "1 (line 2), column \"Consumer complaint narrative\": empty"
    );
}

/// Versions and parts that were there before make a registration no dearer.
#[tokio::test]
async fn the_sixtieth_upload_makes_as_many_calls_as_the_second() {
    let setup = Setup::new().await;
    let calls = Counting::new(setup.aws.connector());
    let config = setup.through("register-dataset", calls.clone());
    let deps = Deps::new(&config, deps(&setup).config);
    let mut each = Vec::new();
    for number in 0..60 {
        let key = format!("incoming/{number}.csv");
        let body = format!("Review Text,Rating\n{number} good,5\n{number} bad,1\n");
        setup.put(&key, body).await;
        let before = calls.count();
        handle(&deps, put(&key)).await.unwrap();
        each.push(calls.count() - before);
    }
    assert_eq!(versions(&setup).await.len(), 60);
    assert!(each[1..].iter().all(|calls| *calls == each[1]), "{each:?}");
    assert!(each[1] <= 16, "{each:?}");
}

#[tokio::test]
async fn a_slow_replacement_keeps_what_was_uploaded_after_it() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    let body = |text: &str| format!("Review Text,Rating\n{text} good,5\n{text} bad,1\n");
    for (key, text) in [
        ("incoming/old.csv", "old"),
        ("incoming/replace/big.csv", "big"),
        ("incoming/small.csv", "small"),
    ] {
        setup.aws.cloud.world.advance(1);
        setup.put(key, body(text)).await;
    }
    for key in [
        "incoming/old.csv",
        "incoming/small.csv",
        "incoming/replace/big.csv",
    ] {
        handle(&deps, put(key)).await.unwrap();
    }
    let newest = versions(&setup).await.pop().unwrap();
    let keys: Vec<_> = newest
        .parts
        .iter()
        .map(|part| part.source_key.as_str())
        .collect();
    assert_eq!(keys, ["incoming/replace/big.csv", "incoming/small.csv"]);
}

#[tokio::test]
async fn a_file_uploaded_again_after_a_slow_replacement_was_put_stays() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    let (a, b) = ("incoming/a.csv", "incoming/replace/b.csv");
    let put_file = async |key: &str| {
        setup.aws.cloud.world.advance(1);
        let body = format!("Review Text,Rating\n{key} good,5\n{key} bad,1\n");
        setup.put(key, body).await;
    };
    put_file(a).await;
    handle(&deps, put(a)).await.unwrap();
    put_file(b).await;
    put_file(a).await;
    let again = handle(&deps, put(a)).await.unwrap();
    assert!(
        matches!(again, Outcome::Received(Received::AlreadyRegistered { .. })),
        "{again:?}"
    );
    handle(&deps, put(b)).await.unwrap();
    let newest = versions(&setup).await.pop().unwrap();
    let parts = newest.parts.iter().map(|part| part.source_key.as_str());
    assert_eq!(parts.collect::<Vec<_>>(), [b, a]);
}

#[tokio::test]
async fn an_event_that_comes_again_does_not_read_the_file_again() {
    let setup = Setup::new().await;
    let key = "incoming/a.csv";
    let body = "Review Text,Rating\ngood,5\nbad,1\n";
    setup.put(key, body).await;
    let first = handle(&deps(&setup), put(key)).await.unwrap();
    let unreadable = UnreadableUploads(setup.aws.connector());
    let config = setup.through("register-dataset", unreadable);
    let again = Deps::new(&config, deps(&setup).config);
    assert_eq!(handle(&again, put(key)).await.unwrap(), first);
    setup.put("incoming/b.csv", body).await;
    assert!(handle(&again, put("incoming/b.csv")).await.is_err());
}
