//! A title in front of the review, from the upload to the next one.

use contracts::dataset::{Received, Row};
use contracts::keys;
use register_dataset::{Config, Outcome, handle};

use super::datasets::{self, put, rejection_by, versions};
use super::setup::{DATASET, Setup};

const CSV: &str = "Review Text,Title,Rating\n\
    Fits well, Lovely ,5\n\
    Too small,,1\n\
    ,Nothing else,1\n";

pub fn titled() -> Config {
    let mut config = datasets::config();
    config.recipe.mapping.context_columns = vec!["Title".to_owned()];
    config
}

pub async fn part(setup: &Setup, id: &str) -> Vec<Row> {
    let key = keys::part(DATASET, id);
    let part = loop_state::objects::read_bytes(&setup.bucket, &key).await;
    let part = String::from_utf8(part.unwrap().unwrap().value).unwrap();
    let rows = part.lines().map(|line| serde_json::from_str(line).unwrap());
    rows.collect()
}

fn titles(rows: &[Row]) -> Vec<Option<&str>> {
    let titles = rows.iter().map(|row| row.context.get("Title"));
    titles.map(|title| title.map(String::as_str)).collect()
}

#[tokio::test]
async fn a_row_keeps_its_title_beside_its_text_and_an_empty_one_is_none() {
    let setup = Setup::new().await;
    let deps = datasets::deps_of(&setup, titled());
    let json = "{\"Review Text\":\"Fits well\",\"title\":\"Lovely\",\"Rating\":5}\n\
        {\"Review Text\":\"Too large\",\"Title\":null,\"Rating\":1}\n\
        {\"Review Text\":\"So so\",\"Titel\":\"Hm\",\"Rating\":3}\n";
    for (key, body, reason) in [
        ("incoming/a.csv", CSV, "column \"Review Text\": empty"),
        (
            "incoming/b.jsonl",
            json,
            "column \"Title\": missing: write null where a row has none",
        ),
    ] {
        setup.put(key, body).await;
        let outcome = handle(&deps, put(key)).await.unwrap();
        let again = handle(&deps, put(key)).await.unwrap();
        assert_eq!(again, outcome);
        let (part_id, first) = match outcome {
            Outcome::Received(Received::Registered {
                part,
                first_quarantined,
                quarantined: 1,
                ..
            }) => (part, first_quarantined),
            outcome => panic!("{outcome:?}"),
        };
        assert!(first[0].to_string().ends_with(reason), "{}", first[0]);
        let rows = part(&setup, &part_id).await;
        assert_eq!(titles(&rows), [Some("Lovely"), None]);
        assert_eq!(rows[0].text, "Fits well");
    }
    let newest = versions(&setup).await.pop().unwrap();
    assert_eq!(newest.mapping.context_columns, ["Title"]);
    assert_eq!(newest.mapping.text_column, "Review Text");
}

#[tokio::test]
async fn a_file_without_the_titles_column_is_refused_by_its_name() {
    let reason = rejection_by(titled(), "a.csv", CSV.replace("Title", "Ti-tle")).await;
    assert_eq!(
        reason,
        "line 1 (the header): there is no column \"Title\": there is \"Ti-tle\"; rename it"
    );
}

#[tokio::test]
async fn a_title_counts_in_the_length_of_a_review() {
    let half = "x".repeat(policy::text::MAXIMUM_CHARACTERS / 2 + 1);
    let body = format!("Title,Review Text,Rating\n{half},{half},5\n");
    let reason = rejection_by(titled(), "a.csv", body).await;
    assert!(reason.contains("too long: 100002 characters"), "{reason}");
}
