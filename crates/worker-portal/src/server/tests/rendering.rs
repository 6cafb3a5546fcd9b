use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use tokio::sync::mpsc;

use super::fake_desk::FakeDesk;
use super::visitor::{Visitor, json, portal, text};
use crate::template::GrantReadAccess;

const ACCEPTS: (&str, &str) = ("accept", "text/html");
const FRAMED: (&str, &str) = ("sec-fetch-dest", "iframe");

/// A desk whose task renders until `may_end` says so, and says when it began.
fn slow_desk(may_end: Receiver<()>) -> (FakeDesk, mpsc::UnboundedReceiver<()>) {
    let (began, has_begun) = mpsc::unbounded_channel();
    let may_end = Mutex::new(may_end);
    let desk = FakeDesk {
        template: "{{ 's3://b/k' | grant_read_access }}".to_owned(),
        grant: GrantReadAccess::new(move |uri| {
            began.send(()).unwrap();
            may_end.lock().unwrap().recv().unwrap();
            Ok(uri.to_owned())
        }),
        ..FakeDesk::default()
    };
    (desk, has_begun)
}

#[tokio::test]
async fn a_task_that_renders_for_long_holds_no_other_request_up() {
    let (end, may_end) = channel();
    let (desk, mut has_begun) = slow_desk(may_end);
    let portal = portal(&Arc::new(desk));
    let ann = Visitor::signed_in(&portal, "ann", "right").await;
    let frame = {
        let ann = ann.clone();
        tokio::spawn(async move { ann.get("/tasks/one/frame", FRAMED).await })
    };
    has_begun.recv().await.unwrap();
    // On the one thread of this test's runtime.
    assert_eq!(ann.get("/tasks", ACCEPTS).await.status(), StatusCode::OK);
    end.send(()).unwrap();
    assert_eq!(frame.await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_program_that_takes_a_task_renders_no_template() {
    let (_, may_end) = channel();
    let (desk, mut has_begun) = slow_desk(may_end);
    let portal = portal(&Arc::new(desk));
    let ann = Visitor::signed_in(&portal, "ann", "right").await;
    let taken = ann.get("/tasks/one", ("accept", "application/json")).await;
    assert_eq!(taken.status(), StatusCode::OK);
    assert_eq!(json(taken).await["input"]["text"], "nice");
    assert!(has_begun.try_recv().is_err());
}

#[tokio::test]
async fn a_template_that_asks_for_too_much_is_said_so_to_its_worker() {
    let text_of_a_page = "x".repeat(100_000);
    let desk = FakeDesk {
        template: format!("{{% for i in (1..1000) %}}{text_of_a_page}{{% endfor %}}"),
        ..FakeDesk::default()
    };
    let portal = portal(&Arc::new(desk));
    let ann = Visitor::signed_in(&portal, "ann", "right").await;
    let frame = ann.get("/tasks/one/frame", FRAMED).await;
    assert_eq!(frame.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = text(frame).await;
    assert!(page.contains("writes more than 16777216 bytes"), "{page}");
}
