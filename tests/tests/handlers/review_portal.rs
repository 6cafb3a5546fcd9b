//! The review portal as a function: its pages over Cognito and the bucket, under its own role.

use accounts::Members;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::types::ExplicitAuthFlowsType;
use axum::Router;
use axum::http::StatusCode;
use contracts::{keys, names};
use policy::task::LEASE_SECONDS;
use review_portal::{Config, Deps, router};

use super::portal::Stage;
use super::provisioning::provision;
use super::review::pool;
use super::setup::{STACK, Setup};
use super::visitor::Visitor;

pub const ADA: &str = "ada@example.com";
pub const GRACE: &str = "grace@example.com";
const MAILED: &str = "Mailed-by-Cognito-1";
const CHOSEN: &str = "Chosen-by-herself-1";

pub const SENTIMENT: &str = r#"{"sentiment":{"label":"1"}}"#;

pub struct Portal {
    pub stage: Stage,
    pool: String,
    client: String,
}

impl Portal {
    pub async fn new() -> Self {
        let stage = Stage::new().await;
        let setup = &stage.people.setup;
        let (pool, _) = pool(setup).await;
        let portal = Self {
            client: client(setup, &pool).await,
            stage,
            pool,
        };
        portal.reviewers(&[ADA, GRACE]).await;
        for email in [ADA, GRACE] {
            mail(portal.setup(), &portal.pool, email).await;
        }
        portal
    }

    fn setup(&self) -> &Setup {
        &self.stage.people.setup
    }

    /// The stack's parameter `ReviewerEmails` is these.
    async fn reviewers(&self, emails: &[&str]) {
        let named = emails.join(",");
        let sample = [
            ("us-east-1_ExamplePo", self.pool.as_str()),
            ("ada@example.com,grace@example.com", &named),
        ];
        let (outcome, _) =
            provision(self.setup(), "custom-resource-reviewers-update", &sample).await;
        assert!(
            matches!(outcome, provision_stack::Outcome::Provided { .. }),
            "{outcome:?}"
        );
    }

    pub fn pages(&self) -> Router {
        self.pages_over(&self.setup().bucket.name)
    }

    fn pages_over(&self, bucket: &str) -> Router {
        let config = Config {
            bucket: bucket.to_owned(),
            reviewers: names::review_portal(STACK),
            members: Members {
                user_pool_id: self.pool.clone(),
                client_id: self.client.clone(),
                group: "reviewers".to_owned(),
            },
        };
        let mut deps = Deps::new(&self.setup().of("review-portal"), config);
        deps.clock = self.stage.clock();
        router(deps)
    }

    pub async fn signed_in(&self, pages: &Router, email: &str) -> Visitor {
        signed_in(pages, email).await
    }

    /// With the password that was chosen.
    pub async fn signed_in_again(&self, email: &str) -> Visitor {
        let mut visitor = Visitor::new(&self.pages());
        let signed = visitor.sign_in(email, CHOSEN).await;
        assert_eq!(signed.status, StatusCode::OK, "{}", signed.body);
        visitor
    }
}

/// The client that pages of a stack sign people in by.
pub async fn client(setup: &Setup, pool: &str) -> String {
    let cognito = Client::new(&setup.config);
    let client = cognito.create_user_pool_client().user_pool_id(pool);
    let client = client
        .client_name("portal")
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserPasswordAuth)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth);
    let client = client.send().await.unwrap().user_pool_client.unwrap();
    client.client_id.unwrap()
}

/// The password of an invitation that was mailed.
pub async fn mail(setup: &Setup, pool: &str, email: &str) {
    let cognito = Client::new(&setup.config);
    let set = cognito.admin_set_user_password().user_pool_id(pool);
    let set = set.username(email).password(MAILED).permanent(false);
    set.send().await.unwrap();
}

/// Somebody who has signed in and chosen a password, at these pages.
pub async fn signed_in(pages: &Router, email: &str) -> Visitor {
    let mut visitor = Visitor::new(pages);
    let first = visitor.sign_in(email, MAILED).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    assert_eq!(first.body["new_password_required"], true);
    let chosen = visitor.post("/new-password", &[("password", CHOSEN)]).await;
    assert_eq!(chosen.status, StatusCode::OK, "{}", chosen.body);
    visitor
}

#[tokio::test]
pub async fn an_answer_on_the_portals_pages_becomes_a_label() {
    let portal = Portal::new().await;
    let human_loop = portal.stage.ask("a warm coat").await;
    let mut ada = portal.signed_in(&portal.pages(), ADA).await;

    let tasks = ada.get("/tasks").await;
    assert_eq!(tasks.body["tasks"][0]["human_loop"], human_loop.as_str());
    let task = ada.get(&format!("/tasks/{human_loop}")).await;
    assert_eq!(task.body["input"]["taskObject"], "a warm coat");
    let submit = format!("/tasks/{human_loop}/submit");
    let wrong = [("answer", r#"{"sentiment":{"label":"7"}}"#)];
    let refused = ada.post(&submit, &wrong).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
    // The second time as after an answer that did not arrive.
    for _ in 0..2 {
        let answered = ada.post(&submit, &[("answer", SENTIMENT)]).await;
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.body);
    }

    let outcome = portal.stage.collect(&human_loop).await;
    assert!(
        matches!(outcome, collect_labels::Outcome::Labelled { .. }),
        "{outcome:?}"
    );
    let junk = ada.get("/tasks/anything").await;
    assert_eq!(junk.status, StatusCode::GONE);
    let claims = portal.setup().keys(keys::CLAIMED_TASKS).await;
    assert!(
        claims.iter().all(|it| !it.contains("anything")),
        "{claims:?}"
    );
    assert_eq!(
        ada.get("/tasks").await.body["tasks"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[tokio::test]
async fn a_stranger_a_wrong_password_and_a_page_of_another_origin_get_nothing() {
    let portal = Portal::new().await;
    let human_loop = portal.stage.ask("a warm coat").await;
    let pages = portal.pages();
    let mut stranger = Visitor::new(&pages);
    for (email, password) in [(ADA, "wrong"), ("nobody@example.com", MAILED)] {
        let refused = stranger.sign_in(email, password).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{email}");
    }
    let task = format!("/tasks/{human_loop}");
    assert_eq!(stranger.get(&task).await.status, StatusCode::UNAUTHORIZED);
    let mut ada = portal.signed_in(&pages, ADA).await;
    ada.origin = "https://elsewhere.example.com".to_owned();
    let refused = ada
        .post(&format!("{task}/submit"), &[("answer", SENTIMENT)])
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(portal.stage.task(&human_loop).await.answer, None);
}

#[tokio::test]
async fn the_session_is_a_cookie_of_this_host_alone_and_ends_with_the_sign_out() {
    let portal = Portal::new().await;
    let pages = portal.pages();
    portal.signed_in(&pages, ADA).await;
    let mut ada = Visitor::new(&pages);
    let signed = ada.sign_in(ADA, CHOSEN).await;
    let cookie = signed.cookies.first().unwrap();
    assert!(cookie.starts_with("__Host-"), "{cookie}");
    assert!(
        cookie.contains("Secure") && cookie.contains("HttpOnly"),
        "{cookie}"
    );
    let mut copied = ada.clone();
    assert_eq!(ada.get("/tasks").await.status, StatusCode::OK);
    ada.post("/signout", &[]).await;
    assert_eq!(copied.get("/tasks").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
pub async fn a_reviewer_who_is_removed_in_the_middle_of_a_task_is_signed_out_and_another_answers_it()
 {
    let portal = Portal::new().await;
    let human_loop = portal.stage.ask("a warm coat").await;
    let pages = portal.pages();
    let mut ada = portal.signed_in(&pages, ADA).await;
    let mut grace = portal.signed_in(&pages, GRACE).await;
    let (task, submit) = (
        format!("/tasks/{human_loop}"),
        format!("/tasks/{human_loop}/submit"),
    );
    assert_eq!(ada.get(&task).await.status, StatusCode::OK);
    portal.reviewers(&[GRACE]).await;
    let refused = ada.post(&submit, &[("answer", SENTIMENT)]).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        ada.sign_in(ADA, CHOSEN).await.status,
        StatusCode::UNAUTHORIZED
    );

    assert_eq!(grace.get(&task).await.status, StatusCode::GONE);
    portal.stage.wait(LEASE_SECONDS);
    assert_eq!(grace.get(&task).await.status, StatusCode::OK);
    let answered = grace.post(&submit, &[("answer", SENTIMENT)]).await;
    assert_eq!(answered.status, StatusCode::OK, "{}", answered.body);
}

#[tokio::test]
async fn an_answer_after_the_lease_counts_unless_another_reviewer_has_the_task() {
    let portal = Portal::new().await;
    let pages = portal.pages();
    let mut ada = portal.signed_in(&pages, ADA).await;
    let mut grace = portal.signed_in(&pages, GRACE).await;
    for (text, is_taken, status) in [
        ("a warm coat", false, StatusCode::OK),
        ("a thin coat", true, StatusCode::GONE),
    ] {
        let human_loop = portal.stage.ask(text).await;
        let task = format!("/tasks/{human_loop}");
        assert_eq!(ada.get(&task).await.status, StatusCode::OK);
        portal.stage.wait(LEASE_SECONDS);
        if is_taken {
            assert_eq!(grace.get(&task).await.status, StatusCode::OK);
        }
        let answered = ada
            .post(&format!("{task}/submit"), &[("answer", SENTIMENT)])
            .await;
        assert_eq!(answered.status, status, "{text}: {}", answered.body);
    }
}

#[tokio::test]
async fn a_portal_whose_bucket_cannot_be_reached_says_so_and_loses_nothing() {
    let portal = Portal::new().await;
    let human_loop = portal.stage.ask("a warm coat").await;
    let mut ada = portal.signed_in(&portal.pages_over("nowhere"), ADA).await;
    assert_eq!(
        ada.get("/tasks").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    let submit = format!("/tasks/{human_loop}/submit");
    let kept = ada.post(&submit, &[("answer", SENTIMENT)]).await;
    assert_eq!(kept.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(portal.stage.task(&human_loop).await.answer, None);
}
