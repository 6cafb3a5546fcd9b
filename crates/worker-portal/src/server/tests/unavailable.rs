//! A desk that cannot be reached: what the visitor sees, and what is not lost.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, RETRY_AFTER, SET_COOKIE};
use serde_json::json;

use super::fake_desk::{FakeDesk, TEMPORARY};
use super::visitor::{Visitor, hidden, json, portal, text};

const PAGE: (&str, &str) = ("accept", "text/html");
const FRAMED: (&str, &str) = ("sec-fetch-dest", "iframe");

/// Answers so many questions more.
fn reach(desk: &FakeDesk, questions: usize) {
    desk.reachable.store(questions, Ordering::Relaxed);
}

#[tokio::test]
async fn every_page_says_in_plain_words_that_the_tasks_cannot_be_reached() {
    let desk = Arc::new(FakeDesk::default());
    let ann = Visitor::signed_in(&portal(&desk), "ann", "right").await;
    // The session's question may be the one that fails, or one after it.
    for answered in 0..3 {
        for path in ["/tasks", "/tasks/next", "/tasks/one"] {
            reach(&desk, answered);
            let response = ann.get(path, PAGE).await;
            if answered == 2 && path != "/tasks/one" {
                assert_ne!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
                continue;
            }
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert_eq!(response.headers()[RETRY_AFTER], "60", "{path}");
            assert!(response.headers().contains_key(CONTENT_SECURITY_POLICY));
            let page = text(response).await;
            assert!(
                page.contains("The tasks cannot be reached right now"),
                "{page}"
            );
            assert!(
                page.contains("Try again") && !page.contains("<form"),
                "{page}"
            );
        }
    }
    reach(&desk, 1);
    let frame = ann.get("/tasks/one/frame", FRAMED).await;
    assert_eq!(frame.status(), StatusCode::SERVICE_UNAVAILABLE);
    reach(&desk, 1);
    let back = ann
        .post("/tasks/one/return", format!("csrf={}", ann.csrf))
        .await;
    assert_eq!(back.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        json(back).await,
        json!({"message": "The tasks cannot be reached right now"})
    );
    reach(&desk, usize::MAX);
    assert_eq!(ann.get("/tasks", PAGE).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_answer_is_kept_on_the_page_that_says_so_and_submitted_from_it_again() {
    let desk = Arc::new(FakeDesk::default());
    let ann = Visitor::signed_in(&portal(&desk), "ann", "right").await;
    let answer = r#"{"note":"\"<b>' & more"}"#;
    let encoded = "%7B%22note%22%3A%22%5C%22%3Cb%3E'+%26+more%22%7D";
    let form = format!("csrf={}&answer={encoded}", ann.csrf);
    // The session is not found, or the answer not taken.
    for answered in 0..2 {
        reach(&desk, answered);
        let response = ann.submit_page("/tasks/one/submit", form.clone()).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        let page = text(response).await;
        assert!(page.contains("Submit the same answer again"), "{page}");
        // Without an address the form goes to where the answer came from.
        assert!(page.contains(r#"<form method="post">"#), "{page}");
        assert_eq!(hidden(&page, "answer"), answer);
        assert_eq!(hidden(&page, "csrf"), ann.csrf);
    }
    assert!(desk.answers.lock().unwrap().is_empty());
    reach(&desk, usize::MAX);
    let again = ann.submit_page("/tasks/one/submit", form).await;
    assert_eq!(again.status(), StatusCode::SEE_OTHER);
    let expected: serde_json::Value = serde_json::from_str(answer).unwrap();
    assert_eq!(*desk.answers.lock().unwrap(), [expected]);
}

#[tokio::test]
async fn nobody_elses_page_makes_the_portal_keep_an_answer() {
    let desk = Arc::new(FakeDesk::default());
    let ann = Visitor::signed_in(&portal(&desk), "ann", "right").await;
    reach(&desk, 0);
    let form = "csrf=guess&answer=%7B%7D".to_owned();
    let forged = ann.submit_page("/tasks/one/submit", form).await;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    assert!(!text(forged).await.contains("answer\""));
}

#[tokio::test]
async fn an_answer_that_was_taken_is_not_asked_for_again() {
    let desk = Arc::new(FakeDesk::default());
    let ann = Visitor::signed_in(&portal(&desk), "ann", "right").await;
    // The session and the answer; not the next task.
    reach(&desk, 2);
    let form = format!("csrf={}&answer=%7B%7D", ann.csrf);
    let taken = ann.submit_page("/tasks/one/submit", form).await;
    assert_eq!(taken.status(), StatusCode::SEE_OTHER);
    assert_eq!(taken.headers()["location"], "/tasks");
}

#[tokio::test]
async fn an_answer_that_the_desk_refuses_is_refused_with_its_reason() {
    let desk = Arc::new(FakeDesk::default());
    let ann = Visitor::signed_in(&portal(&desk), "ann", "right").await;
    let form = format!(
        "csrf={}&answer=%7B%22label%22%3A%22none+of+them%22%7D",
        ann.csrf
    );
    let refused = ann.post("/tasks/one/submit", form).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    assert_eq!(json(refused).await["message"], "There is no such label.");
}

#[tokio::test]
async fn a_sign_in_that_could_not_be_checked_is_no_failure_of_its_name() {
    let desk = Arc::new(FakeDesk::default());
    let visitor = Visitor::new(&portal(&desk));
    reach(&desk, 0);
    for _ in 0..10 {
        let response = visitor.sign_in("ann", "right").await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[RETRY_AFTER], "60");
        assert!(!response.headers().contains_key(SET_COOKIE));
    }
    let form = "username=ann&password=right".to_owned();
    let page = text(visitor.submit_page("/signin", form).await).await;
    assert!(page.contains("cannot be checked right now"), "{page}");
    assert!(page.contains(r#"value="ann""#), "{page}");
    // The form itself asks nothing of the desk.
    assert_eq!(visitor.get("/signin", PAGE).await.status(), StatusCode::OK);
    reach(&desk, usize::MAX);
    assert_eq!(
        visitor.sign_in("ann", "right").await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_choice_that_could_not_be_made_is_made_later() {
    let desk = Arc::new(FakeDesk::default());
    desk.set_password(TEMPORARY);
    let ann = Visitor::signed_in(&portal(&desk), "ann", TEMPORARY).await;
    let form = format!("csrf={}&password=chosen", ann.csrf);
    for answered in 0..2 {
        reach(&desk, answered);
        let status = ann.post("/new-password", form.clone()).await.status();
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    }
    reach(&desk, usize::MAX);
    assert_eq!(
        ann.post("/new-password", form).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn the_browser_forgets_a_session_that_the_desk_could_not_end() {
    let desk = Arc::new(FakeDesk::default());
    let ann = Visitor::signed_in(&portal(&desk), "ann", "right").await;
    for answered in 0..2 {
        reach(&desk, answered);
        let out = ann.post("/signout", format!("csrf={}", ann.csrf)).await;
        assert_eq!(out.status(), StatusCode::SERVICE_UNAVAILABLE);
        let cookie = out.headers()[SET_COOKIE].to_str().unwrap().to_owned();
        assert!(cookie.starts_with("worker-session-8080=;"), "{cookie}");
        assert!(cookie.contains("Max-Age=0"), "{cookie}");
        let said = json(out).await["message"].to_string();
        assert!(said.contains("could not be ended"), "{said}");
    }
}
