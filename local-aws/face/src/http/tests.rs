use axum::body::Body;
use axum::extract::Request;

use axum::Router;
use axum::middleware;
use axum::routing::get;
use tower::ServiceExt;

use super::{refusal, without_panic};

fn check(host: Option<&str>, origin: Option<&str>, portal: bool, allowed: bool) {
    let mut request = Request::post("/");
    if let Some(host) = host {
        request = request.header("host", host);
    }
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    let request = request.body(Body::empty()).unwrap();
    let refused = refusal(&request, 4566, portal.then_some(4566));
    assert_eq!(
        refused.is_none(),
        allowed,
        "host {host:?}, origin {origin:?}, portal {portal}"
    );
}

#[test]
fn only_our_own_names_and_no_foreign_page_come_in() {
    check(Some("127.0.0.1:4566"), None, false, true);
    check(Some("localhost:4566"), None, false, true);
    check(Some("rebound.example:4566"), None, false, false);
    check(Some("127.0.0.1"), None, false, false);
    check(None, None, false, false);
    check(
        Some("127.0.0.1:4566"),
        Some("https://example.org"),
        false,
        false,
    );
    check(Some("127.0.0.1:4566"), Some("null"), false, false);
    check(
        Some("127.0.0.1:4566"),
        Some("http://127.0.0.1:4566"),
        false,
        false,
    );
    check(
        Some("127.0.0.1:4566"),
        Some("http://127.0.0.1:4566"),
        true,
        true,
    );
    check(
        Some("127.0.0.1:4566"),
        Some("http://127.0.0.1:4567"),
        true,
        false,
    );
}

#[test]
fn a_task_in_its_sandbox_loads_the_portals_script_and_changes_nothing() {
    let request = |method: &str| {
        let request = Request::builder().method(method).uri("/");
        let request = request
            .header("host", "127.0.0.1:4566")
            .header("origin", "null");
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(refusal(&request("GET"), 4566, Some(4566)), None);
    assert!(refusal(&request("POST"), 4566, Some(4566)).is_some());
    assert!(refusal(&request("GET"), 4566, None).is_some());
}

#[tokio::test]
async fn a_request_that_panics_answers_500() {
    async fn fail() -> &'static str {
        panic!("on purpose")
    }
    let app = Router::new().route("/", get(fail));
    let app = app.layer(middleware::from_fn(without_panic));
    let request = Request::get("/").body(Body::empty()).unwrap();
    let response = app.oneshot(request).await.unwrap();
    assert_eq!(response.status().as_u16(), 500);
}
