//! Passwords and sessions of the worker portal.

use reqwest::StatusCode;
use reqwest::header::{CONTENT_SECURITY_POLICY, LOCATION, X_CONTENT_TYPE_OPTIONS};
use serde_json::Value;

use super::stage::{PASSWORD, Stage};
use super::visitor::Visitor;

const TEMPORARY: &str = "Temporary-1";

/// As an administrator, for ann.
async fn set_password(stage: &Stage, password: &str, permanent: bool) {
    let request = stage.cognito.admin_set_user_password();
    let request = request.user_pool_id(&stage.pool).username("ann");
    let request = request.password(password).permanent(permanent);
    request.send().await.unwrap();
}

#[tokio::test]
async fn guessing_ends_after_a_few_attempts() {
    let stage = Stage::ready(1).await;
    stage.create_reviewer("ann", true).await;
    let visitor = Visitor::new(&stage);
    for _ in 0..5 {
        visitor.sign_in("ann", "Wrong-horse-1").await;
    }
    let right_but_late = visitor.sign_in("ann", PASSWORD).await;
    assert_eq!(right_but_late.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_temporary_password_is_good_for_choosing_another() {
    let stage = Stage::ready(1).await;
    stage.create_reviewer("ann", true).await;
    set_password(&stage, TEMPORARY, false).await;

    let visitor = Visitor::new(&stage);
    let body: Value = visitor
        .sign_in("ann", TEMPORARY)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(body["new_password_required"], true);
    let csrf = body["csrf"].as_str().unwrap();
    assert_eq!(
        visitor.page("/tasks").await.headers()[LOCATION],
        "/new-password"
    );
    let weak = visitor
        .post("/new-password", &[("csrf", csrf), ("password", "short")])
        .await;
    assert_eq!(weak.status(), StatusCode::BAD_REQUEST);
    let chosen = visitor
        .post(
            "/new-password",
            &[("csrf", csrf), ("password", "My-own-password-2")],
        )
        .await;
    assert_eq!(chosen.status(), StatusCode::OK);
    assert_eq!(visitor.page("/tasks").await.status(), StatusCode::OK);
    assert_eq!(
        visitor.sign_in("ann", TEMPORARY).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn sixty_guesses_at_once_are_five() {
    let stage = Stage::ready(1).await;
    stage.create_reviewer("ann", true).await;
    let mut guesses = tokio::task::JoinSet::new();
    for number in 0..60 {
        let guess = Visitor::new(&stage);
        guesses.spawn(async move {
            guess
                .sign_in("ann", &format!("Guess-{number}"))
                .await
                .status()
        });
    }
    let statuses = guesses.join_all().await;
    let tried = statuses
        .iter()
        .filter(|status| **status == StatusCode::UNAUTHORIZED);
    assert_eq!(tried.count(), 5);
}

#[tokio::test]
async fn another_session_of_the_temporary_password_chooses_nothing_after_the_owner() {
    let stage = Stage::ready(1).await;
    stage.create_reviewer("ann", true).await;
    set_password(&stage, TEMPORARY, false).await;
    let (owner, thief) = (Visitor::new(&stage), Visitor::new(&stage));
    let mut csrf = Vec::new();
    for visitor in [&owner, &thief] {
        let body: Value = visitor
            .sign_in("ann", TEMPORARY)
            .await
            .json()
            .await
            .unwrap();
        csrf.push(body["csrf"].as_str().unwrap().to_owned());
    }
    let form = [
        ("csrf", csrf[0].as_str()),
        ("password", "My-own-password-2"),
    ];
    assert_eq!(
        owner.post("/new-password", &form).await.status(),
        StatusCode::OK
    );
    let form = [
        ("csrf", csrf[1].as_str()),
        ("password", "Stolen-password-3"),
    ];
    let refused = thief.post("/new-password", &form).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(owner.page("/tasks").await.status(), StatusCode::OK);
    let signed_in = Visitor::new(&stage)
        .sign_in("ann", "My-own-password-2")
        .await;
    assert_eq!(signed_in.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_administrators_new_password_ends_the_users_sessions() {
    let stage = Stage::ready(1).await;
    stage.create_reviewer("ann", true).await;
    for password in [PASSWORD, "Another-horse-2"] {
        let ann = Visitor::signed_in(&stage, "ann").await;
        assert_eq!(ann.page("/tasks").await.status(), StatusCode::OK);
        // The same password again is a new one, too.
        set_password(&stage, password, true).await;
        assert_eq!(ann.page("/tasks").await.headers()[LOCATION], "/signin");
    }
}

#[tokio::test]
async fn a_deleted_users_session_is_not_the_next_users_of_that_name() {
    let stage = Stage::ready(1).await;
    stage.create_reviewer("ann", true).await;
    let ann = Visitor::signed_in(&stage, "ann").await;
    let delete = stage.cognito.admin_delete_user().user_pool_id(&stage.pool);
    delete.username("ann").send().await.unwrap();
    assert_eq!(ann.page("/tasks").await.headers()[LOCATION], "/signin");
    stage.create_reviewer("ann", true).await;
    assert_eq!(ann.page("/tasks").await.headers()[LOCATION], "/signin");
}

#[tokio::test]
async fn a_task_uis_template_stands_behind_the_portals_guard() {
    let stage = Stage::ready(1).await;
    let ui = stage.sagemaker.describe_human_task_ui();
    let ui = ui.human_task_ui_name("reviews").send().await.unwrap();
    let url = ui.ui_template().unwrap().url().unwrap().to_owned();
    let response = reqwest::get(url).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert!(response.headers().contains_key(CONTENT_SECURITY_POLICY));
}
