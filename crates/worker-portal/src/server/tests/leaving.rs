//! Skipping a task, one's own answers, and the way back to the last.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use serde_json::json;

use super::fake_desk::FakeDesk;
use super::visitor::{Visitor, json as read, portal, text};

const PAGE: (&str, &str) = ("accept", "text/html");
const JSON: (&str, &str) = ("accept", "application/json");

#[tokio::test]
async fn a_task_is_skipped_for_a_reason_of_the_list_or_in_own_words() {
    let desk = Arc::new(FakeDesk::default());
    let ann = Visitor::signed_in(&portal(&desk), "ann", "right").await;
    let page = text(ann.get("/tasks/one", PAGE).await).await;
    // Without a script: a form, and a name for every field.
    assert!(page.contains(r#"action="/tasks/one/skip""#), "{page}");
    assert!(page.contains("It is &lt;no&gt; review"), "{page}");
    assert!(page.contains("Something is wrong with this task"), "{page}");
    let reason = "reason=It+is+%3Cno%3E+review";
    for form in [
        format!("{reason}&words="),
        "reason=&words=+torn+".to_owned(),
        format!("{reason}&words=torn"),
    ] {
        let form = format!("csrf={}&{form}", ann.csrf);
        let skipped = ann.submit_page("/tasks/one/skip", form).await;
        assert_eq!(skipped.status(), StatusCode::SEE_OTHER);
    }
    let said = ["It is <no> review", "torn", "It is <no> review: torn"];
    assert_eq!(*desk.skips.lock().unwrap(), said);
    let forged = ann.submit_page("/tasks/one/skip", "csrf=guess&reason=x".to_owned());
    assert_eq!(forged.await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_next_page_names_the_last_answer_and_leads_back_to_it() {
    let portal = portal(&Arc::new(FakeDesk::default()));
    let ann = Visitor::signed_in(&portal, "ann", "right").await;
    let form = format!("csrf={}&answer=%7B%7D", ann.csrf);
    let answered = ann.submit_page("/tasks/one/submit", form).await;
    let mut cookies = vec![ann.cookies.clone()];
    for cookie in answered.headers().get_all(SET_COOKIE) {
        let pair = cookie.to_str().unwrap().split(';').next().unwrap();
        cookies.push(pair.to_owned());
    }
    let after = Visitor {
        cookies: cookies.join("; "),
        ..ann.clone()
    };
    let page = text(after.get("/tasks", PAGE).await).await;
    assert!(
        page.contains(r#"You answered <strong>Happy</strong>. <a href="/tasks/one">Change</a>"#),
        "{page}"
    );
    let page = text(ann.get("/tasks", PAGE).await).await;
    assert!(!page.contains("You answered <strong>"), "{page}");
}

#[tokio::test]
async fn own_answers_are_a_page_and_json() {
    let portal = portal(&Arc::new(FakeDesk::default()));
    let ann = Visitor::signed_in(&portal, "ann", "right").await;
    let page = text(ann.get("/answers", PAGE).await).await;
    for words in [
        "3 today, 7 in the last 30 days; 1 task is open.",
        "A &lt;b&gt;nice&lt;/b&gt; coat",
        "1970-01-02 00:00 UTC",
        "1 min 20 s",
        r#"<a href="/tasks/one">Change</a>"#,
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let answers = read(ann.get("/answers", JSON).await).await;
    assert_eq!(answers["in_all"], 7);
    assert_eq!(answers["progress"], json!({"open": 1, "today": 3}));
    assert_eq!(answers["newest"][0]["label"], "Happy");
    let stranger = Visitor::new(&portal).get("/answers", JSON).await;
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
}
