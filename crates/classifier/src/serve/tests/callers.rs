//! How callers reach the endpoint, and which are refused.

use axum::serve::Listener;
use tokio::net::TcpStream;

use super::*;
use crate::serve::listener::{listen, only_as};

#[tokio::test]
async fn answers_are_sent_at_once() {
    let mut listener = listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (caller, (connection, _)) = tokio::join!(TcpStream::connect(address), listener.accept());
    caller.unwrap();
    assert!(connection.nodelay().unwrap());
}

/// A page whose own name leads to this machine would read predictions otherwise.
#[tokio::test]
async fn an_endpoint_with_a_name_answers_to_no_other_and_to_no_web_page() {
    let app = only_as(app(), "127.0.0.1", 4711);
    let own = ("host", "127.0.0.1:4711");
    let table = [
        ("/ping", vec![own], true),
        ("http://127.0.0.1:4711/ping", vec![], true),
        ("/ping", vec![], false),
        ("/ping", vec![("host", "127.0.0.1")], false),
        ("/ping", vec![("host", "127.0.0.1:4712")], false),
        ("/ping", vec![("host", "rebound.example:4711")], false),
        ("http://rebound.example:4711/ping", vec![own], false),
        ("/ping", vec![own, ("origin", "null")], false),
    ];
    for (uri, headers, answered) in table {
        let mut request = Request::get(uri);
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let response = app.clone().oneshot(request.body(Body::empty()).unwrap());
        let status = response.await.unwrap().status();
        let expected = if answered {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(status, expected, "{uri} {headers:?}");
    }
}

/// SageMaker's contract names no host.
#[tokio::test]
async fn an_endpoint_without_a_name_answers_to_any() {
    let request = Request::get("/ping").header("host", "model.sagemaker.example");
    let response = app().oneshot(request.body(Body::empty()).unwrap());
    assert_eq!(response.await.unwrap().status(), StatusCode::OK);
}
