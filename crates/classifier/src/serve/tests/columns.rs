//! A model that reads a title in front of the review.

use std::sync::mpsc::{Receiver, channel};

use policy::text::TextColumns;

use super::*;
use crate::serve::batcher::Batcher;
use crate::serve::{Server, routes};

/// An endpoint that says which texts its model was given.
fn endpoint(columns: &[&str]) -> (axum::Router, Receiver<String>) {
    let (say, said) = channel();
    let batcher = Batcher::new(8, 1 << 10, move |texts| {
        for text in texts {
            say.send((*text).to_owned())?;
        }
        Ok(vec![vec![1.0]; texts.len()])
    });
    let names = columns.iter().map(|name| (*name).to_owned()).collect();
    let server = Server {
        labels: ["1".to_owned()].into(),
        columns: TextColumns::new(names).ok().map(Into::into),
        batcher,
        settings: Settings::read(|_| None).unwrap(),
    };
    (routes(server), said)
}

/// The texts that the model read, and the reasons for the rows that it did not.
async fn ask(columns: &[&str], content_type: &str, body: &str) -> (Vec<String>, Vec<String>) {
    let (app, said) = endpoint(columns);
    let request = Request::post("/invocations")
        .header("content-type", content_type)
        .header("accept", "application/jsonlines")
        .body(Body::from(body.to_owned()))
        .unwrap();
    let response = app.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let answers = lines(std::str::from_utf8(&body).unwrap());
    let errors = answers.into_iter().filter_map(|answer| answer.error);
    (said.try_iter().collect(), errors.collect())
}

const TWO: [&str; 2] = ["Title", "Review Text"];

#[tokio::test]
async fn named_fields_are_joined_and_a_wrong_one_is_refused_by_name() {
    let body = [
        r#"{"fields":{"Review Text":"It fits.","Title":"Nice"}}"#,
        r#"{"fields":{"Title":null,"Review Text":"It fits."}}"#,
        r#"{"features":["It fits."]}"#,
        r#"{"fields":{"Title":"Nice"}}"#,
        r#"{"fields":{"Titel":"Nice","Review Text":"It fits."}}"#,
        r#"{"fields":{"Title":"Nice","Review Text":" "}}"#,
    ];
    let (texts, errors) = ask(&TWO, "application/jsonlines", &body.join("\n")).await;
    assert_eq!(texts, ["Nice. It fits.", "It fits.", "It fits."]);
    assert_eq!(
        errors,
        [
            r#"line 4: the field "Review Text" is missing"#,
            r#"line 5: "Titel" is none of the text columns ["Title", "Review Text"]"#,
            "line 6: the text is empty",
        ]
    );
    let body = format!(r#"{{"features":[{},"It fits."]}}"#, body[0]);
    let (texts, _) = ask(&TWO, "application/json", &body).await;
    assert_eq!(texts, ["Nice. It fits.", "It fits."]);
}

#[tokio::test]
async fn csv_has_the_fields_of_the_models_columns_in_their_order_or_the_review_alone() {
    let body = "Nice,\"It fits, and lasts.\"\n,It fits.\nIt fits.\n\"So, so\"\n\
                Nice,It fits, and lasts.\n\"\"\nNice,It ends.\n";
    let (texts, errors) = ask(&TWO, "text/csv", body).await;
    let expected = [
        "Nice. It fits, and lasts.",
        "It fits.",
        "It fits.",
        "So, so",
    ];
    assert_eq!(texts[..4], expected);
    assert_eq!(texts[4..], ["Nice. It ends."]);
    assert_eq!(
        errors,
        [
            "row 5: expected 2 fields (Title, Review Text), found 3: \
             put values that contain commas in double quotes",
            "row 6: the text is empty",
        ]
    );
}

#[tokio::test]
async fn a_wrong_quote_in_csv_is_the_error_of_its_own_row() {
    let body = "Nice,\"It fits\" well\nNice,It fits.\nNice,\"It never ends\n\"Fine\",\"So so\"\n";
    let (texts, errors) = ask(&TWO, "text/csv", body).await;
    assert_eq!(texts, ["Nice. It fits.", "Fine. So so"]);
    assert_eq!(
        errors,
        ["row 1: text after a closing quote", "row 3: unclosed quote"]
    );
}

#[tokio::test]
async fn a_model_of_one_column_takes_its_name_and_one_without_a_card_none() {
    let body = r#"{"fields":{"Review Text":"It fits."}}"#;
    let (texts, _) = ask(&["Review Text"], "application/jsonlines", body).await;
    assert_eq!(texts, ["It fits."]);
    let (texts, errors) = ask(&[], "application/jsonlines", body).await;
    assert!(texts.is_empty());
    assert!(errors[0].contains("names no text columns"), "{errors:?}");
}
