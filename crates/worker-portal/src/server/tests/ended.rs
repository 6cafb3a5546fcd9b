//! An answer whose session has ended meanwhile, and links of other sites.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE};

use super::fake_desk::{FakeDesk, TEMPORARY};
use super::visitor::{Visitor, hidden, portal, set_cookie, text};

const ANSWER: &str = r#"{"note":"<b>' & more"}"#;
const ENCODED: &str = "%7B%22note%22%3A%22%3Cb%3E'+%26+more%22%7D";

#[tokio::test]
async fn an_answer_goes_through_the_sign_in_and_is_submitted_by_whoever_signed_in() {
    let desk = Arc::new(FakeDesk::default());
    let portal = portal(&desk);
    let ann = Visitor::signed_in(&portal, "ann", "right").await;
    let form = format!("csrf={}&answer={ENCODED}", ann.csrf);
    // The session has ended, or its cookie has.
    desk.set_password("another");
    let signed_out = Visitor::new(&portal);
    for visitor in [&ann, &signed_out] {
        let ended = visitor.submit_page("/tasks/one/submit", form.clone()).await;
        assert_eq!(ended.status(), StatusCode::UNAUTHORIZED);
        let page = text(ended).await;
        assert!(page.contains("Your session has ended."), "{page}");
        assert!(page.contains("Your answer is kept on this page"), "{page}");
        assert_eq!(hidden(&page, "answer"), ANSWER);
        assert_eq!(hidden(&page, "task"), "one");
    }
    // A wrong password loses nothing either.
    let kept = format!("username=ann&task=one&answer={ENCODED}&password=");
    let wrong = signed_out
        .submit_page("/signin", kept.clone() + "wrong")
        .await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(hidden(&text(wrong).await, "answer"), ANSWER);

    let signed = signed_out.submit_page("/signin", kept + "another").await;
    assert_eq!(signed.status(), StatusCode::OK);
    let cookies = set_cookie(&signed);
    let page = text(signed).await;
    assert!(page.contains("Your answer is not submitted yet"), "{page}");
    assert!(page.contains("You are <strong>ann</strong> now"), "{page}");
    assert!(page.contains(r#"action="/tasks/one/submit""#), "{page}");
    assert!(desk.answers.lock().unwrap().is_empty());
    let again = Visitor {
        cookies,
        ..signed_out
    };
    assert_eq!(hidden(&page, "answer"), ANSWER);
    let form = format!("csrf={}&answer={ENCODED}", hidden(&page, "csrf"));
    let submitted = again.submit_page("/tasks/one/submit", form).await;
    assert_eq!(submitted.status(), StatusCode::SEE_OTHER);
    let expected: serde_json::Value = serde_json::from_str(ANSWER).unwrap();
    assert_eq!(*desk.answers.lock().unwrap(), [expected]);
}

#[tokio::test]
async fn what_is_no_answer_to_a_task_is_not_carried() {
    let portal = portal(&Arc::new(FakeDesk::default()));
    let long = "x".repeat(70_000);
    for (kept, leads_to) in [
        ("task=..%2F..%2Fsignout&answer=%7B%7D".to_owned(), "/tasks"),
        ("task=one".to_owned(), "/tasks/one"),
        (format!("task=one&answer={long}"), "/tasks/one"),
    ] {
        let form = format!("username=ann&password=right&{kept}");
        let signed = Visitor::new(&portal).submit_page("/signin", form).await;
        assert_eq!(signed.status(), StatusCode::SEE_OTHER);
        assert_eq!(signed.headers()[LOCATION], leads_to);
    }
}

#[tokio::test]
async fn a_link_to_a_task_leads_there_through_the_sign_in_and_a_new_password() {
    let desk = Arc::new(FakeDesk::default());
    let portal = portal(&desk);
    desk.set_password(TEMPORARY);
    let stranger = Visitor::new(&portal);
    let html = ("accept", "text/html");
    let sent = stranger.get("/tasks/one", html).await;
    assert_eq!(sent.headers()[LOCATION], "/signin?task=one");
    let page = text(stranger.get("/signin?task=one", html).await).await;
    assert_eq!(hidden(&page, "task"), "one");
    assert!(!page.contains("Your session has ended"), "{page}");
    let forged = format!("/signin?task=one&answer={ENCODED}");
    let page = text(stranger.get(&forged, html).await).await;
    assert_eq!(hidden(&page, "answer"), "");
    let elsewhere = stranger.get("/signin?task=..%2Fother", html).await;
    assert!(!text(elsewhere).await.contains("other"));

    let kept = format!("username=ann&password={TEMPORARY}&task=one&answer={ENCODED}");
    let first = stranger.submit_page("/signin", kept).await;
    assert_eq!(first.status(), StatusCode::OK);
    let ann = Visitor {
        cookies: set_cookie(&first),
        ..stranger
    };
    let page = text(first).await;
    assert!(page.contains("Choose a password"), "{page}");
    let csrf = hidden(&page, "csrf");
    assert_eq!(hidden(&page, "answer"), ANSWER);
    let chosen = format!("csrf={csrf}&password=chosen&task=one&answer={ENCODED}");
    let chosen = ann.submit_page("/new-password", chosen).await;
    let page = text(chosen).await;
    assert!(page.contains("Your answer is not submitted yet"), "{page}");
    assert_eq!(hidden(&page, "answer"), ANSWER);
}

#[tokio::test]
async fn a_link_of_another_site_finds_the_session_and_takes_no_task() {
    let desk = Arc::new(FakeDesk::default());
    let portal = portal(&desk);
    let signed = Visitor::new(&portal).sign_in("ann", "right").await;
    for cookie in signed.headers().get_all(SET_COOKIE) {
        assert!(cookie.to_str().unwrap().contains("SameSite=Lax"));
    }
    let ann = Visitor::signed_in(&portal, "ann", "right").await;
    let list = ann.get("/tasks", ("sec-fetch-site", "cross-site")).await;
    assert_eq!(list.status(), StatusCode::OK);
    for site in ["cross-site", "same-site"] {
        let asked = text(ann.get("/tasks/one", ("sec-fetch-site", site)).await).await;
        assert!(asked.contains("Open this task?"), "{asked}");
        assert!(!asked.contains("<iframe"), "{asked}");
    }
    for site in ["same-origin", "none"] {
        let shown = text(ann.get("/tasks/one", ("sec-fetch-site", site)).await).await;
        assert!(shown.contains("<iframe"), "{shown}");
    }
}
