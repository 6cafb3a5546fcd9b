//! What is refused, and how it is said.

use super::*;
use crate::serve::batcher::{Batcher, tests::ended};
use crate::serve::{Server, routes};

#[tokio::test]
async fn a_transform_job_is_told_how_to_ask() {
    let request = Request::get("/execution-parameters").body(Body::empty());
    let response = app().oneshot(request.unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&body).unwrap(),
        serde_json::json!({
            "MaxConcurrentTransforms": 2, "BatchStrategy": "MULTI_RECORD", "MaxPayloadInMB": 1
        })
    );
}

#[tokio::test]
async fn ping_fails_when_the_computing_thread_has_ended() {
    let app = routes(Server {
        labels: ["-1", "0", "1"].map(str::to_owned).into(),
        columns: None,
        batcher: ended().await,
        settings: Settings::read(|_| None).unwrap(),
    });
    let ping = Request::get("/ping").body(Body::empty()).unwrap();
    let response = app.clone().oneshot(ping).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let request = Request::post("/invocations").header("content-type", "text/csv");
    let request = request.body(Body::from("lovely\n")).unwrap();
    let response = app.oneshot(request).await.unwrap();
    // Not 503: a retry would be refused again.
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_request_of_too_many_rows_is_refused_with_limit_and_count() {
    let settings = Settings::read(|name| (name == "MAX_ROWS_PER_REQUEST").then(|| "2".to_owned()));
    let app = router(model(), settings.unwrap());
    let line = "{\"features\":[\"a\"]}\n";
    for (content_type, two, three) in [
        ("text/csv", "a\nb\n".to_owned(), "a\nb\n\nc\n".to_owned()),
        (
            "application/jsonlines",
            line.repeat(2),
            format!("{line}\n{line}{line}"),
        ),
        (
            "application/json",
            r#"{"instances":["a",[1,2]]}"#.to_owned(),
            r#"{"features":["a",{"b":[1]},"c"]}"#.to_owned(),
        ),
    ] {
        let ask = async |body: String| {
            let request = Request::post("/invocations").header("content-type", content_type);
            let request = request.body(Body::from(body)).unwrap();
            let response = app.clone().oneshot(request).await.unwrap();
            let status = response.status();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (status, String::from_utf8_lossy(&body).into_owned())
        };
        assert_eq!(ask(two).await.0, StatusCode::OK, "{content_type}");
        let (status, body) = ask(three).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{content_type}");
        assert!(
            body.contains("the request holds 3 rows, at most 2 are taken"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_csv_row_of_several_fields_is_refused_in_its_place() {
    let body = "lovely and flattering, no not at all, scratchy, scratchy and thin, thin\nawful\n";
    let (status, answer) = call("text/csv", body).await;
    assert_eq!(status, StatusCode::OK);
    let rows: Vec<&str> = answer.lines().collect();
    assert_eq!(
        rows[0],
        ",,\"row 1: expected 1 field, found 5: put the text in double quotes\""
    );
    assert!(rows.len() == 2 && !rows[1].starts_with(','), "{answer}");
}

#[tokio::test]
async fn a_byte_order_mark_is_no_content_in_any_format() {
    for (content_type, body) in [
        ("text/csv", "\"lovely dress\"\n"),
        (
            "application/jsonlines",
            "{\"features\":[\"lovely dress\"]}\n",
        ),
        ("application/json", "{\"features\":[\"lovely dress\"]}"),
    ] {
        let plain = call(content_type, body).await;
        let marked = call(content_type, format!("\u{feff}{body}")).await;
        assert_eq!(plain.0, StatusCode::OK);
        assert_eq!(marked, plain, "{content_type}");
    }
}

#[tokio::test]
async fn a_transform_job_takes_as_many_rows_as_its_payload_holds() {
    let settings = Settings::read(|name| match name {
        "SAGEMAKER_BATCH" => Some("true".to_owned()),
        "SAGEMAKER_MAX_PAYLOAD_IN_MB" => Some("1".to_owned()),
        _ => None,
    });
    let app = routes(Server {
        labels: ["1".to_owned()].into(),
        columns: None,
        batcher: Batcher::new(1, 1 << 10, |texts| Ok(vec![vec![1.0]; texts.len()])),
        settings: settings.unwrap(),
    });
    let rows = (1 << 20) / 2;
    let request = Request::post("/invocations").header("content-type", "text/csv");
    let request = request.body(Body::from("a\n".repeat(rows))).unwrap();
    let response = app.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body.iter().filter(|byte| **byte == b'\n').count(), rows);
}
