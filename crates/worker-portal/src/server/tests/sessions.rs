use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::LOCATION;

use super::fake_desk::{FakeDesk, TEMPORARY};
use super::visitor::{Visitor, json, portal, set_cookie};

const ACCEPTS: (&str, &str) = ("accept", "text/html");

async fn new_password(visitor: &Visitor, password: &str) -> StatusCode {
    let form = format!("csrf={}&password={password}", visitor.csrf);
    visitor.post("/new-password", form).await.status()
}

#[tokio::test]
async fn a_session_of_the_temporary_password_does_not_outlive_the_choice() {
    let desk = Arc::new(FakeDesk::default());
    desk.set_password(TEMPORARY);
    let portal = portal(&desk);
    let owner = Visitor::signed_in(&portal, "ann", TEMPORARY).await;
    let thief = Visitor::signed_in(&portal, "ann", TEMPORARY).await;

    let form = format!("csrf={}&password=chosen", owner.csrf);
    let chosen = owner.post("/new-password", form).await;
    assert_eq!(chosen.status(), StatusCode::OK);
    let owner = Visitor {
        cookies: set_cookie(&chosen),
        csrf: json(chosen).await["csrf"].as_str().unwrap().to_owned(),
        ..owner
    };
    assert_eq!(
        new_password(&thief, "stolen").await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        thief.get("/tasks", ACCEPTS).await.headers()[LOCATION],
        "/signin"
    );
    assert_eq!(owner.get("/tasks", ACCEPTS).await.status(), StatusCode::OK);
    assert_eq!(*desk.password.lock().unwrap(), "chosen");
}

#[tokio::test]
async fn of_two_choices_at_once_one_is_taken() {
    let desk = Arc::new(FakeDesk::default());
    desk.set_password(TEMPORARY);
    let portal = portal(&desk);
    let owner = Visitor::signed_in(&portal, "ann", TEMPORARY).await;
    let thief = Visitor::signed_in(&portal, "ann", TEMPORARY).await;
    // Both sessions are current when they ask; the desk decides.
    let statuses = tokio::join!(new_password(&owner, "mine"), new_password(&thief, "his"));
    assert_eq!(statuses, (StatusCode::OK, StatusCode::FORBIDDEN));
    assert_eq!(*desk.password.lock().unwrap(), "mine");
}

#[tokio::test]
async fn a_session_ends_with_the_password_that_it_was_opened_with() {
    let desk = Arc::new(FakeDesk::default());
    let portal = portal(&desk);
    let ann = Visitor::signed_in(&portal, "ann", "right").await;
    assert_eq!(ann.get("/tasks", ACCEPTS).await.status(), StatusCode::OK);
    desk.set_password("another");
    for (path, sign_in) in [
        ("/", "/signin"),
        ("/tasks", "/signin"),
        ("/tasks/next", "/signin?task=next"),
        ("/tasks/one", "/signin?task=one"),
        ("/tasks/one/frame", "/signin"),
    ] {
        let response = ann.get(path, ACCEPTS).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}");
        assert_eq!(response.headers()[LOCATION], sign_in, "{path}");
    }
    for path in [
        "/tasks/one/submit",
        "/tasks/one/return",
        "/signout",
        "/new-password",
    ] {
        let form = format!("csrf={}&answer=%7B%7D&password=x", ann.csrf);
        let response = ann.post(path, form).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
    // Once ended it stays so.
    desk.set_password("right");
    assert_eq!(
        ann.get("/tasks", ACCEPTS).await.status(),
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn forms_need_the_sessions_csrf_and_a_chosen_password() {
    let desk = Arc::new(FakeDesk::default());
    let portal = portal(&desk);
    let ann = Visitor::signed_in(&portal, "ann", "right").await;
    let forged = ann.post("/signout", "csrf=guess".to_owned()).await;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    let answer = format!("csrf={}&answer=%7B%7D", ann.csrf);
    let submitted = ann.post("/tasks/one/submit", answer).await;
    assert_eq!(json(submitted).await["next"], "one");
    let chosen_already = new_password(&ann, "other").await;
    assert_eq!(chosen_already, StatusCode::FORBIDDEN);

    desk.set_password(TEMPORARY);
    let bob = Visitor::signed_in(&portal, "bob", TEMPORARY).await;
    let returned = bob
        .post("/tasks/one/return", format!("csrf={}", bob.csrf))
        .await;
    assert_eq!(returned.headers()[LOCATION], "/new-password");
    let signed_out = bob.post("/signout", format!("csrf={}", bob.csrf)).await;
    assert_eq!(signed_out.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        bob.get("/new-password", ACCEPTS).await.headers()[LOCATION],
        "/signin"
    );
}
