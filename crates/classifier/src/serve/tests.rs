mod bounds;
mod callers;
mod columns;
mod hugging_face;
mod requests;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use bert::predict::Classifier;
use contracts::prediction::PredictionLine;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::router;
use super::settings::Settings;
use crate::testing::folder;
use crate::trained_model::TrainedModel;

fn model() -> TrainedModel {
    Classifier::new(&folder()).unwrap().into()
}

fn app() -> axum::Router {
    router(model(), Settings::read(|_| None).unwrap())
}

async fn call(content_type: &str, body: impl Into<Body>) -> (StatusCode, String) {
    call_for("", content_type, body).await
}

async fn call_for(accept: &str, content_type: &str, body: impl Into<Body>) -> (StatusCode, String) {
    let app = app();
    let request = Request::post("/invocations")
        .header("content-type", content_type)
        .header("accept", accept)
        .body(body.into())
        .unwrap();
    let response = app.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn lines(body: &str) -> Vec<PredictionLine> {
    body.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn ping_answers_once_the_model_is_loaded() {
    let response = app()
        .oneshot(Request::get("/ping").body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn json_lines_answers_line_by_line() {
    let (status, body) = call(
        "application/jsonlines",
        "{\"features\":[\"lovely dress\"]}\n{\"features\":[\"awful skirt\"]}\n",
    )
    .await;
    assert_eq!(status, StatusCode::OK);
    for line in lines(&body) {
        let (label, probability) = (line.predicted_label.unwrap(), line.probability.unwrap());
        assert!((line.probabilities[&label] - probability).abs() < 1e-9);
        assert!((line.probabilities.values().sum::<f64>() - 1.0).abs() < 1e-5);
        assert_eq!(
            line.probabilities.keys().collect::<Vec<_>>(),
            ["-1", "0", "1"]
        );
    }
}

#[tokio::test]
async fn a_bad_row_takes_no_neighbour_down() {
    let rows = [
        "{\"features\":[\"lovely dress\"]}",
        "{\"features\":[7]}",
        "nonsense",
        "{\"features\":[\"a\",\"b\"]}",
    ];
    let rows = [
        &rows[..],
        &["{\"features\":[\" \"]}", "{\"features\":[\"awful skirt\"]}"],
    ]
    .concat();
    let (status, body) = call("application/jsonlines", rows.join("\n")).await;
    assert_eq!(status, StatusCode::OK);
    let answers = lines(&body);
    assert!(answers[0].error.is_none() && answers[5].error.is_none());
    let (_, alone) = call("application/jsonlines", rows[0]).await;
    let (alone, among) = (
        lines(&alone)[0].probability.unwrap(),
        answers[0].probability.unwrap(),
    );
    assert!(
        (alone - among).abs() < 1e-5,
        "{alone} alone, {among} among others"
    );
    for (place, reason) in [
        (1, "line 2: "),
        (2, "line 3: "),
        (3, "line 4: `features` holds 2"),
        (4, "is empty"),
    ] {
        let error = answers[place].error.as_deref().unwrap();
        assert!(
            error.contains(reason) && answers[place].predicted_label.is_none(),
            "{error}"
        );
    }
}

#[tokio::test]
async fn json_takes_features() {
    let body = r#"{"features":["lovely dress","awful skirt",3]}"#;
    let (status, answer) = call("application/json; charset=utf-8", body).await;
    assert_eq!(status, StatusCode::OK);
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert!(answer["predictions"][1]["predicted_label"].is_string());
    let error = answer["predictions"][2]["error"].as_str().unwrap();
    assert!(error.starts_with("row 3: "), "{error}");
}

#[tokio::test]
async fn instances_are_answered_as_blazing_text_does() {
    let body =
        r#"{"instances":["lovely dress",{"features":["awful skirt"]},3],"configuration":{"k":2}}"#;
    let (status, answer) = call("application/json", body).await;
    assert_eq!(status, StatusCode::OK);
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    for row in [&answer[0], &answer[1]] {
        let (labels, probabilities) = (
            row["label"].as_array().unwrap(),
            row["prob"].as_array().unwrap(),
        );
        assert_eq!((labels.len(), probabilities.len()), (2, 2));
        assert!(labels[0].as_str().unwrap().starts_with("__label__"));
        assert!(probabilities[0].as_f64() >= probabilities[1].as_f64());
    }
    assert!(answer[2]["error"].as_str().unwrap().starts_with("row 3: "));
    let (_, one) = call("application/jsonlines", r#"{"source":"lovely dress"}"#).await;
    let one: serde_json::Value = serde_json::from_str(&one).unwrap();
    assert_eq!(one["label"].as_array().unwrap().len(), 1);
    assert_eq!(one["label"][0], answer[0]["label"][0]);
}

#[tokio::test]
async fn the_answers_format_is_the_accepted_one() {
    let body = r#"{"features":["lovely dress"]}"#;
    for (accept, expected) in [
        ("*/*", "{\"probability\""),
        ("image/png, application/json", "{\"predictions\""),
        ("text/csv;q=0.5", ""),
        ("text/csv;q=0, application/json", "{\"predictions\""),
        ("text/csv;q=0.0, */*;q=0.1", "{\"probability\""),
        // A wildcard does not take in what is refused by name.
        ("*/*, application/jsonlines;q=0", "{\"predictions\""),
        ("text/*", ""),
    ] {
        let (status, answer) = call_for(accept, "application/jsonlines", body).await;
        assert!(
            status == StatusCode::OK && answer.starts_with(expected),
            "{accept}: {answer}"
        );
        assert_eq!(answer.starts_with('{'), !expected.is_empty(), "{answer}");
    }
    for refused in [
        "image/png",
        "application/json;q=0",
        "application/json; Q=0.000",
        "text/csv;charset=utf-8; q=0",
    ] {
        let (status, answer) = call_for(refused, "application/jsonlines", body).await;
        assert!(
            status == StatusCode::NOT_ACCEPTABLE && answer.contains(refused),
            "{refused}: {answer}"
        );
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_the_limit() {
    let settings =
        Settings::read(|name| (name == "SAGEMAKER_MAX_PAYLOAD_IN_MB").then(|| "1".to_owned()));
    let request = Request::post("/invocations")
        .header("content-type", "text/csv")
        .body(Body::from("x".repeat(1024 * 1024 + 1)))
        .unwrap();
    let response = router(model(), settings.unwrap())
        .oneshot(request)
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("larger than 1 MB"));
}

#[tokio::test]
async fn many_requests_at_once_get_the_answers_that_each_would_get_alone() {
    let app = app();
    let ask = |text: String| {
        let body = serde_json::json!({"features": [text]}).to_string();
        let request = Request::post("/invocations").header("content-type", "application/jsonlines");
        let response = app.clone().oneshot(request.body(Body::from(body)).unwrap());
        async move {
            let body = response
                .await
                .unwrap()
                .into_body()
                .collect()
                .await
                .unwrap()
                .to_bytes();
            lines(&String::from_utf8_lossy(&body))
                .remove(0)
                .probabilities
        }
    };
    let texts = (0..24).map(|n| format!("{} dress", "lovely awful ".repeat(n % 5)));
    let together: Vec<_> = texts.clone().map(|text| tokio::spawn(ask(text))).collect();
    for (together, text) in together.into_iter().zip(texts) {
        let (together, alone) = (together.await.unwrap(), ask(text).await);
        for (label, probability) in together {
            assert!((alone[&label] - probability).abs() < 1e-5);
        }
    }
}

#[tokio::test]
async fn csv_answers_label_and_probability() {
    let (status, body) = call(
        "text/csv",
        "\"lovely, \"\"nice\"\" dress\nin two lines\"\nawful skirt\n\"\"\n",
    )
    .await;
    assert_eq!(status, StatusCode::OK);
    let rows: Vec<&str> = body.lines().collect();
    assert_eq!(rows.len(), 3);
    assert!(rows[0].split_once(',').unwrap().1.parse::<f64>().unwrap() > 0.3);
    assert!(rows[2].contains("row 3: the text is empty"));
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_its_line() {
    let check = |(status, body): (StatusCode, String), expected: StatusCode, reason: &str| {
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        let error = body["error"].as_str().unwrap().to_owned();
        assert!(
            status == expected && error.contains(reason),
            "{status}: {error}"
        );
    };
    check(
        call("image/png", "x").await,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "image/png",
    );
    check(
        call("application/json", "{").await,
        StatusCode::BAD_REQUEST,
        "line 1",
    );
    check(
        call("application/json", "{\"rows\":[]}").await,
        StatusCode::BAD_REQUEST,
        "expected",
    );
    check(
        call("application/jsonlines", "").await,
        StatusCode::BAD_REQUEST,
        "no rows",
    );
    check(
        call(
            "application/json",
            "{\"features\":[\"\u{e9}\"]}".as_bytes()[..15].to_vec(),
        )
        .await,
        StatusCode::BAD_REQUEST,
        "not UTF-8",
    );
}

#[tokio::test]
async fn bytes_that_are_no_utf8_spoil_their_own_row_only() {
    let body = b"{\"features\":[\"lovely\"]}\n{\"features\":[\"\xff\"]}\n".to_vec();
    let (status, answer) = call("application/jsonlines", body).await;
    let answers = lines(&answer);
    assert!(status == StatusCode::OK && answers[0].error.is_none());
    assert!(
        answers[1]
            .error
            .as_deref()
            .unwrap()
            .contains("line 2: not UTF-8")
    );
    let (_, answer) = call("text/csv", b"lovely\n\n\xff\xfe\n".to_vec()).await;
    let rows: Vec<&str> = answer.lines().collect();
    assert!(
        !rows[0].starts_with(',') && rows[1].contains("row 2: not UTF-8"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_text_of_any_length_is_answered() {
    let text = "lovely ".repeat(20_000);
    let (status, body) = call(
        "application/jsonlines",
        serde_json::json!({"features": [text]}).to_string(),
    )
    .await;
    assert_eq!(status, StatusCode::OK);
    assert!(lines(&body)[0].predicted_label.is_some());
}
