//! Requests and answers as Hugging Face's text classification has them.

use serde_json::Value;

use super::*;

async fn answer(content_type: &str, body: &str) -> Value {
    let (status, answer) = call(content_type, body.to_owned()).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    serde_json::from_str(&answer).unwrap()
}

async fn json(body: &str) -> Value {
    answer("application/json", body).await
}

/// The label of our own answer to the same text.
async fn expected(text: &str) -> String {
    let own = json(&format!(r#"{{"features":["{text}"]}}"#)).await;
    own["predictions"][0]["predicted_label"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_text_gets_a_list_and_a_list_an_entry_for_each_text() {
    let one = json(r#"{"inputs":"lovely dress"}"#).await;
    assert_eq!(one.as_array().unwrap().len(), 1);
    assert_eq!(one[0]["label"], expected("lovely dress").await);
    assert!(one[0]["score"].as_f64().unwrap() >= 1.0 / 3.0);

    let both = json(r#"{"inputs":["lovely dress","awful skirt"]}"#).await;
    assert_eq!(both.as_array().unwrap().len(), 2);
    assert_eq!(both[0], one[0]);
    assert_eq!(both[1]["label"], expected("awful skirt").await);
    assert_eq!(
        answer("application/jsonlines", r#"{"inputs":"lovely dress"}"#).await,
        one
    );
}

#[tokio::test]
async fn with_top_k_each_text_has_a_list_of_its_own() {
    let one = json(r#"{"inputs":"lovely dress","parameters":{"top_k":2}}"#).await;
    let scores: Vec<f64> = one
        .as_array()
        .unwrap()
        .iter()
        .map(|of| of["score"].as_f64().unwrap())
        .collect();
    assert!(scores.len() == 2 && scores[0] >= scores[1], "{scores:?}");
    let all = json(r#"{"inputs":"lovely dress","parameters":{"top_k":null}}"#).await;
    assert_eq!(all.as_array().unwrap().len(), 3);
    let best = json(r#"{"inputs":"lovely dress","parameters":null}"#).await;
    assert_eq!(best[0], one[0]);
    // More than there are labels: all of them.
    let both = json(r#"{"inputs":["lovely dress","awful skirt"],"parameters":{"top_k":9}}"#).await;
    let lengths: Vec<usize> = both
        .as_array()
        .unwrap()
        .iter()
        .map(|of| of.as_array().unwrap().len())
        .collect();
    assert_eq!(lengths, [3, 3]);
    let sum: f64 = both[0]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| of["score"].as_f64().unwrap())
        .sum();
    assert!((sum - 1.0).abs() < 1e-5, "{sum}");
}

#[tokio::test]
async fn a_bad_text_has_its_error_and_two_forms_in_one_are_refused() {
    let some = json(r#"{"inputs":["lovely dress",7]}"#).await;
    assert!(some[0]["label"].is_string());
    let error = some[1]["error"].as_str().unwrap();
    assert!(error.starts_with("row 2: "), "{error}");
    for body in [r#"{"inputs":"a","features":["b"]}"#, r#"{"inputs":7}"#] {
        let (status, _) = call("application/json", body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
    }
    let (status, csv) = call_for(
        "text/csv",
        "application/json",
        r#"{"inputs":["lovely dress"," "]}"#,
    )
    .await;
    assert_eq!(status, StatusCode::OK);
    let lines: Vec<&str> = csv.lines().collect();
    assert!(
        lines[0].starts_with(&expected("lovely dress").await),
        "{csv}"
    );
    assert!(
        lines[1].starts_with(",,") && lines[1].contains("is empty"),
        "{csv}"
    );
}
