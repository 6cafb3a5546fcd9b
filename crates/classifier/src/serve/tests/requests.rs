//! Requests that are larger, more or barer than most.

use std::sync::mpsc::channel;

use axum::http::header;

use super::*;
use crate::serve::batcher::Batcher;
use crate::serve::{Server, routes};

async fn body(response: axum::response::Response) -> String {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8_lossy(&body).into_owned()
}

#[tokio::test]
async fn a_full_queue_is_answered_503_until_a_request_is_done() {
    let (go, held) = channel();
    let batcher = Batcher::new(1, 1 << 10, move |texts| {
        held.recv()?;
        Ok(vec![vec![1.0]; texts.len()])
    });
    let app = routes(Server {
        labels: ["1".to_owned()].into(),
        columns: None,
        batcher: batcher.clone(),
        settings: Settings::read(|_| None).unwrap(),
    });
    let ask = async || {
        let request = Request::post("/invocations").header("content-type", "text/csv");
        let request = request.body(Body::from("lovely\n")).unwrap();
        app.clone().oneshot(request).await.unwrap()
    };
    let queued = batcher.submit(vec!["first".to_owned()]).unwrap();
    let refused = ask().await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()[header::RETRY_AFTER], "1");
    assert!(body(refused).await.contains("retry later"));
    // One turn for the first, one for what comes after it.
    go.send(()).unwrap();
    go.send(()).unwrap();
    queued.await.unwrap();
    assert_eq!(ask().await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_request_of_several_turns_has_its_answers_in_order() {
    let telling = ["awful", "plain", "lovely"];
    let texts: Vec<String> = (0..150)
        .map(|n| format!("{} dress {n}", telling[n * n % 7 % 3]))
        .collect();
    let asked: Vec<&str> = texts.iter().map(String::as_str).collect();
    let expected = model().probabilities(&asked).unwrap();
    let (status, answer) = call("text/csv", texts.join("\n")).await;
    assert_eq!(status, StatusCode::OK);
    let (_, answer_in_lines) =
        call_for("application/jsonlines", "text/csv", texts.join("\n")).await;
    let lines = lines(&answer_in_lines);
    assert_eq!((answer.lines().count(), lines.len()), (150, 150));
    for ((line, expected), text) in lines.iter().zip(expected).zip(texts) {
        for (label, expected) in ["-1", "0", "1"].iter().zip(expected) {
            let found = line.probabilities[*label];
            assert!(
                (found - f64::from(expected)).abs() < 1e-5,
                "{text}: {line:?}"
            );
        }
    }
}

#[tokio::test]
async fn more_labels_than_there_are_is_all_of_them() {
    let request = r#"{"instances":["lovely dress"],"configuration":{"k":10}}"#;
    let (status, answer) = call("application/json", request).await;
    assert_eq!(status, StatusCode::OK);
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let mut labels: Vec<&str> = answer[0]["label"]
        .as_array()
        .unwrap()
        .iter()
        .map(|label| label.as_str().unwrap())
        .collect();
    labels.sort_unstable();
    assert_eq!(labels, ["__label__-1", "__label__0", "__label__1"]);
    assert_eq!(answer[0]["prob"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_request_without_a_content_type_is_refused_with_those_that_are_known() {
    let request = Request::post("/invocations").body(Body::from("lovely\n"));
    let response = app().oneshot(request.unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let body = body(response).await;
    for known in ["application/jsonlines", "application/json", "text/csv"] {
        assert!(body.contains(known), "{body}");
    }
}
