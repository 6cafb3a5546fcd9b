use axum::body::Body;
use axum::http::{Request, StatusCode};
use contracts::prediction::PredictionLine;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::router;
use crate::model::predict::Classifier;
use crate::testing::folder;
use crate::trained_model::TrainedModel;

fn model() -> TrainedModel {
    TrainedModel::Bert(Classifier::new(&folder()).unwrap())
}

async fn call(content_type: &str, body: impl Into<Body>) -> (StatusCode, String) {
    let app = router(model(), 1024 * 1024);
    let request = Request::post("/invocations")
        .header("content-type", content_type)
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
    let app = router(model(), 1024);
    let response = app
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
async fn json_takes_instances_and_features() {
    for body in [
        r#"{"instances":["lovely dress",{"features":["awful skirt"]},3]}"#,
        r#"{"features":["lovely dress","awful skirt",3]}"#,
    ] {
        let (status, answer) = call("application/json; charset=utf-8", body).await;
        assert_eq!(status, StatusCode::OK);
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert!(answer["predictions"][1]["predicted_label"].is_string());
        assert!(
            answer["predictions"][2]["error"]
                .as_str()
                .unwrap()
                .starts_with("row 3: ")
        );
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
        "rows",
    );
    check(
        call("application/jsonlines", "").await,
        StatusCode::BAD_REQUEST,
        "no rows",
    );
    let broken = b"{\"features\":[\"a\"]}\n{\"features\":[\"\xff\"]}\n".to_vec();
    check(
        call("application/jsonlines", broken).await,
        StatusCode::BAD_REQUEST,
        "line 2 is not UTF-8",
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
