//! A title in front of the review, from the upload to the next one.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::dataset::{Origin, Received, Row, SplitPart};
use contracts::keys;
use contracts::prediction::{PredictResponse, Review};
use lambda_main::call::{Answer, Call};
use policy::retraining::Bounds;
use policy::split;
use policy::text::TextColumns;
use register_dataset::{Config, Outcome, handle};

use serde_json::{Value, json};

use super::datasets::{self, put, rejection_by, versions};
use super::review::{People, serve};
use super::setup::{DATASET, REGION, Setup, event};

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

/// predict in a stack whose reviews have a title.
fn predictor(people: &People, audit_rate: f64) -> predict::Deps {
    let mut deps = people.predictor(audit_rate, 9);
    let names = ["Title", "Review Text"].map(str::to_owned);
    deps.config.text_columns = TextColumns::new(names.into()).unwrap();
    deps
}

async fn ask(deps: &predict::Deps, request: Value) -> Answer<PredictResponse> {
    let call: Call = serde_json::from_value(request).unwrap();
    predict::handle(deps, call).await.unwrap()
}

async fn predicted(deps: &predict::Deps, title: &str, text: &str) -> PredictResponse {
    let request = json!({"reviews": [{"Title": title, "Review Text": text}]});
    match ask(deps, request).await {
        Answer::Direct(response) => response,
        answer => panic!("{answer:?}"),
    }
}

#[tokio::test]
pub async fn a_test_rows_title_is_shown_to_people_and_comes_back_with_their_label() {
    let people = People::new().await;
    let setup = &people.setup;
    serve(setup).await;
    let text = (0..)
        .map(|number| format!("text {number}"))
        .find(|text| split::part(text) == SplitPart::Test)
        .unwrap();
    let registrar = datasets::deps_of(setup, titled());
    let upload = format!("Title,Review Text,Rating\nLovely,{text},5\nBad,other,1\n");
    setup.put("incoming/a.csv", upload).await;
    handle(&registrar, put("incoming/a.csv")).await.unwrap();

    // The same review under another title is the same text.
    let deps = predictor(&people, 1.0);
    let first = predicted(&deps, " Meh ", &text).await;
    let Review::Started { human_loop } = first.predictions[0].review.clone() else {
        panic!("{first:?}")
    };
    let again = predicted(&deps, "Changed", &text).await;
    assert!(matches!(
        again.predictions[0].review,
        Review::AlreadyAsked { .. }
    ));

    let answer = json!({"sentiment": {"label": "0"}});
    let shown = local_aws::a2i::answer(&setup.aws.cloud, REGION, &human_loop, &answer).unwrap();
    assert_eq!(shown["context"], json!([{"name": "Title", "value": "Meh"}]));
    assert_eq!(shown["taskObject"], text);
    let labelled = people.collect(&human_loop).await;
    assert!(
        matches!(labelled, collect_labels::Outcome::Labelled { .. }),
        "{labelled:?}"
    );
    let labelled = people.collect(&human_loop).await;
    assert!(
        matches!(labelled, collect_labels::Outcome::AlreadyLabelled { .. }),
        "{labelled:?}"
    );

    let retraining = prepare_retraining::Config {
        bucket: setup.bucket.name.clone(),
        dataset_name: DATASET.into(),
        labels: ["-1", "0", "1"].map(str::to_owned).into(),
        bounds: Bounds {
            minimum_new_labels: 1,
            maximum_per_day: 1,
        },
    };
    let retraining = prepare_retraining::Deps::new(&setup.of("prepare-retraining"), retraining);
    let wake = event::<EventBridgeEvent>("scheduled-retraining", &[]);
    let prepared = prepare_retraining::handle(&retraining, wake).await.unwrap();
    let prepare_retraining::Outcome::Prepared { key, labels: 1 } = prepared else {
        panic!("{prepared:?}")
    };
    for _ in 0..2 {
        handle(&registrar, put(&key)).await.unwrap();
    }
    let newest = versions(setup).await.pop().unwrap();
    assert_eq!((newest.number, newest.parts.len()), (2, 2));
    let rows = part(setup, &newest.parts[1].id).await;
    assert_eq!(titles(&rows), [Some("Meh")]);
    assert_eq!((rows[0].human, rows[0].origin), (true, Origin::Audit));
    assert_eq!(split::part(&rows[0].text), SplitPart::Test);
}

#[tokio::test]
async fn the_model_reads_a_reviews_title_and_a_text_without_one() {
    let people = People::new().await;
    serve(&people.setup).await;
    let deps = predictor(&people, 0.0);
    let titled = predicted(&deps, "unsure", "plain").await;
    assert_eq!(titled.predictions[0].confidence, Some(0.4));
    let Answer::Direct(text) = ask(&deps, json!({"texts": ["plain"]})).await else {
        panic!("a text is a review, too")
    };
    assert_eq!(text.predictions[0].confidence, Some(0.99));
}

#[tokio::test]
async fn a_review_without_its_text_or_with_an_unknown_field_is_refused_by_name() {
    let people = People::new().await;
    // There is no endpoint: a call of it would be an error.
    let deps = predictor(&people, 0.0);
    for (request, reason) in [
        (
            json!({"reviews": [{"Title": "Nice"}]}),
            "reviews[0]: the field \"Review Text\" is missing",
        ),
        (
            json!({"reviews": [{"Titel": "Nice", "Review Text": "Soft"}]}),
            "\"Titel\" is none of the text columns [\"Title\", \"Review Text\"]",
        ),
        (
            json!({"texts": ["a"], "reviews": [{"Review Text": "b"}]}),
            "both texts and reviews",
        ),
        (json!({"reviews": ["Soft"]}), "the request must be"),
        (json!({"text": ["Soft"]}), "the request must be"),
    ] {
        let Answer::Refused(refusal) = ask(&deps, request).await else {
            panic!("{reason}")
        };
        assert_eq!(refusal.status_code, 400);
        assert!(refusal.message.contains(reason), "{}", refusal.message);
    }
}
