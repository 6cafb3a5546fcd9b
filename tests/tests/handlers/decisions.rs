//! decide-model: people approve or reject a model version on its pages, under the function's role.

use accounts::Members;
use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_sdk_sagemaker::types::ModelApprovalStatus as Status;
use axum::Router;
use axum::http::StatusCode;
use contracts::approval::{Approvals, Choice, Decided};
use contracts::keys;
use decide_model::{Config, Deps, router};
use policy::gate::ApprovalMode;

use super::gate::{evaluation, judge};
use super::provisioning::provision;
use super::reconcile;
use super::review::pool;
use super::review_portal::{ADA, GRACE, client, mail, signed_in};
use super::setup::{STACK, Setup, event};
use super::visitor::{Answer, Visitor};

struct Decisions {
    setup: Setup,
    members: Members,
}

impl Decisions {
    /// A stack whose approvers are two people, and a reviewer who is neither.
    async fn new() -> Self {
        let setup = reconcile::with_pipeline().await;
        let (pool, _) = pool(&setup).await;
        let cognito = aws_sdk_cognitoidentityprovider::Client::new(&setup.config);
        let group = cognito.create_group().user_pool_id(&pool);
        group.group_name("approvers").send().await.unwrap();
        let members = Members {
            client_id: client(&setup, &pool).await,
            user_pool_id: pool,
            group: "approvers".to_owned(),
        };
        let decisions = Self { setup, members };
        decisions
            .invite("approvers", &format!("{ADA},{GRACE}"))
            .await;
        decisions.invite("reviewers", "rob@example.com").await;
        decisions
    }

    async fn invite(&self, group: &str, emails: &str) {
        let pool = &self.members.user_pool_id;
        let group = format!("\"UserPoolGroup\": \"{group}\"");
        let sample = [
            ("us-east-1_ExamplePo", pool.as_str()),
            ("\"UserPoolGroup\": \"reviewers\"", &group),
            ("ada@example.com,grace@example.com", emails),
        ];
        let (outcome, _) =
            provision(&self.setup, "custom-resource-reviewers-update", &sample).await;
        assert!(
            matches!(outcome, provision_stack::Outcome::Provided { .. }),
            "{outcome:?}"
        );
        for email in emails.split(',') {
            mail(&self.setup, pool, email).await;
        }
    }

    fn pages(&self, approvers: usize) -> Router {
        let config = Config {
            bucket: self.setup.bucket.name.clone(),
            model_package_group: self.setup.group.clone(),
            members: self.members.clone(),
            approvers,
        };
        router(Deps::new(&self.setup.of("decide-model"), config))
    }

    /// A version that passed the gate and waits; its ARN.
    async fn judged(&self) -> String {
        let arn = self.setup.register(&evaluation(180, None), false).await;
        judge(&self.setup, ApprovalMode::Manual, &arn).await;
        arn
    }

    async fn votes(&self, version: i32) -> Approvals {
        self.setup.read(&keys::approvals(version)).await.unwrap()
    }
}

async fn decide(visitor: &mut Visitor, version: i32, choice: &str, reason: &str) -> Answer {
    let answer = format!(r#"{{"decision":{{"label":"{choice}"}},"reason":"{reason}"}}"#);
    let path = format!("/tasks/{version}/submit");
    visitor.post(&path, &[("answer", &answer)]).await
}

async fn listed(visitor: &mut Visitor) -> Vec<String> {
    let list = visitor.get("/tasks").await.body;
    let tasks = list["tasks"].as_array().unwrap().iter();
    tasks
        .map(|task| task["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
pub async fn two_people_approve_a_version_and_the_registry_says_who() {
    let decisions = Decisions::new().await;
    let arn = decisions.judged().await;
    // The gate has not judged this one: nobody is asked.
    let unjudged = decisions
        .setup
        .register(&evaluation(180, None), false)
        .await;
    let pages = decisions.pages(2);
    let (mut ada, mut grace) = (signed_in(&pages, ADA).await, signed_in(&pages, GRACE).await);

    assert_eq!(listed(&mut ada).await, ["1"]);
    let shown = ada.get("/tasks/1").await.body["input"].clone();
    assert_eq!(shown["headline"], "It passed the gate.");
    assert_eq!(shown["checks"][0]["mark"], "passed", "{shown}");
    // The second time as after an answer that did not arrive.
    for _ in 0..2 {
        let voted = decide(&mut ada, 1, "approve", "recalls are fine").await;
        assert_eq!(voted.status, StatusCode::OK, "{}", voted.body);
    }
    let (status, _) = decisions.setup.approval(&arn).await;
    assert_eq!(status, Status::PendingManualApproval);
    assert!(listed(&mut ada).await.is_empty(), "others are asked now");

    let shown = grace.get("/tasks/1").await.body["input"].clone();
    assert_eq!(shown["approvals"][0]["username"], ADA, "{shown}");
    let voted = decide(&mut grace, 1, "approve", "yes").await;
    assert_eq!(voted.status, StatusCode::OK, "{}", voted.body);
    let (status, why) = decisions.setup.approval(&arn).await;
    assert_eq!(status, Status::Approved);
    assert_eq!(
        why,
        format!("approved by {ADA}: recalls are fine; approved by {GRACE}: yes")
    );

    for visitor in [&mut ada, &mut grace] {
        let late = decide(visitor, 1, "reject", "no, wait").await;
        assert_eq!(late.status, StatusCode::GONE, "{}", late.body);
        let told = late.body["message"].as_str().unwrap();
        assert!(told.contains("Approved") && told.contains(ADA), "{told}");
    }
    for (path, why) in [
        ("/tasks/7", "There is no model version 7."),
        ("/tasks/2", "The gate has not judged model version 2 yet."),
    ] {
        let refused = ada.get(path).await;
        assert_eq!(refused.status, StatusCode::GONE, "{path}");
        assert_eq!(refused.body["message"], why);
    }
    let (status, _) = decisions.setup.approval(&unjudged).await;
    assert_eq!(status, Status::PendingManualApproval);
}

#[tokio::test]
async fn one_rejection_ends_it_and_a_version_that_waits_again_is_decided_anew() {
    let decisions = Decisions::new().await;
    let arn = decisions.judged().await;
    let pages = decisions.pages(2);
    let (mut ada, mut grace) = (signed_in(&pages, ADA).await, signed_in(&pages, GRACE).await);
    decide(&mut ada, 1, "approve", "fine").await;
    decide(&mut grace, 1, "reject", "the neutral class is weak").await;
    let (status, why) = decisions.setup.approval(&arn).await;
    assert_eq!(status, Status::Rejected);
    assert_eq!(
        why,
        format!("rejected by {GRACE}: the neutral class is weak")
    );

    let again = decisions.setup.sagemaker.update_model_package();
    let again = again.model_package_arn(&arn);
    let again = again.model_approval_status(Status::PendingManualApproval);
    again.send().await.unwrap();
    assert_eq!(listed(&mut grace).await, ["1"]);
    decide(&mut grace, 1, "approve", "with the new rows").await;
    let (status, _) = decisions.setup.approval(&arn).await;
    assert_eq!(status, Status::PendingManualApproval, "one of two");
    assert_eq!(decisions.votes(1).await.votes.len(), 3, "all are kept");
}

#[tokio::test]
async fn a_decision_that_a_crash_kept_from_the_registry_gets_there_when_anybody_looks() {
    for path in ["/tasks", "/tasks/1"] {
        let decisions = Decisions::new().await;
        let arn = decisions.judged().await;
        let mut ada = signed_in(&decisions.pages(2), ADA).await;
        decide(&mut ada, 1, "approve", "fine").await;
        let mut known = decisions.votes(1).await;
        known.decided = Some(Decided {
            choice: Choice::Approve,
            at: known.votes[0].at,
            description: format!("approved by {ADA}: fine"),
        });
        let stored = serde_json::to_vec(&known).unwrap();
        decisions.setup.put(&keys::approvals(1), stored).await;
        ada.get(path).await;
        let (status, why) = decisions.setup.approval(&arn).await;
        assert_eq!(status, Status::Approved, "{path}");
        assert!(why.contains(ADA), "{why}");
    }
}

#[tokio::test]
async fn looking_at_a_version_decides_nothing_though_fewer_approvals_are_asked_for_now() {
    let decisions = Decisions::new().await;
    let arn = decisions.judged().await;
    let mut ada = signed_in(&decisions.pages(2), ADA).await;
    decide(&mut ada, 1, "approve", "fine").await;
    let mut grace = signed_in(&decisions.pages(1), GRACE).await;
    assert_eq!(grace.get("/tasks/1").await.status, StatusCode::OK);
    decide(&mut grace, 1, "reject", "wait for\\nmore rows").await;
    let (status, why) = decisions.setup.approval(&arn).await;
    assert_eq!(status, Status::Rejected);
    assert_eq!(why, format!("rejected by {GRACE}: wait for more rows"));
}

#[tokio::test]
async fn nobody_is_asked_about_a_version_below_the_one_that_should_be_live() {
    let decisions = Decisions::new().await;
    let old = decisions.judged().await;
    let new = decisions.judged().await;
    let mut ada = signed_in(&decisions.pages(1), ADA).await;
    assert_eq!(listed(&mut ada).await, ["2", "1"], "the newest first");
    decide(&mut ada, 2, "approve", "better").await;
    assert_eq!(decisions.setup.approval(&new).await.0, Status::Approved);
    assert!(listed(&mut ada).await.is_empty());
    let late = decide(&mut ada, 1, "approve", "too").await;
    assert_eq!(late.status, StatusCode::GONE);
    let told = late.body["message"].as_str().unwrap();
    assert!(told.contains("version 2 is approved"), "{told}");
    let (status, _) = decisions.setup.approval(&old).await;
    assert_eq!(status, Status::PendingManualApproval);
}

#[tokio::test]
async fn a_form_without_a_reason_is_refused_and_a_reviewer_cannot_sign_in() {
    let decisions = Decisions::new().await;
    let arn = decisions.judged().await;
    let pages = decisions.pages(1);
    let mut ada = signed_in(&pages, ADA).await;
    for (choice, reason, missing) in [
        ("approve", " ", "Say why"),
        ("later", "x", "Choose whether"),
        ("reject", &"x".repeat(401), "at most 400"),
    ] {
        let refused = decide(&mut ada, 1, choice, reason).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
        let told = refused.body["message"].as_str().unwrap();
        assert!(told.contains(missing), "{told}");
    }
    let (status, _) = decisions.setup.approval(&arn).await;
    assert_eq!(status, Status::PendingManualApproval);

    let mut rob = Visitor::new(&pages);
    let first = rob.sign_in("rob@example.com", "Mailed-by-Cognito-1").await;
    assert_eq!(first.body["new_password_required"], true);
    let password = [("password", "Chosen-by-himself-1")];
    let refused = rob.post("/new-password", &password).await;
    assert_ne!(refused.status, StatusCode::OK, "{}", refused.body);
    assert_eq!(rob.get("/tasks").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
pub async fn a_notice_links_to_the_page_of_its_decision() {
    let decisions = Decisions::new().await;
    decisions.judged().await;
    let name = deployed(&decisions.setup);
    let lambda = aws_sdk_lambda::Client::new(&decisions.setup.config);
    let url = lambda.get_function_url_config().function_name(&name);
    let url = url.send().await.unwrap().function_url;
    let mut deps = reconcile::deps(&decisions.setup);
    deps.config.decide_function = Some(name);
    let wake: EventBridgeEvent = event("scheduled-reconcile", &[]);
    let notice = ::reconcile::handle(&deps, wake).await.unwrap().notice;
    let expected = format!(
        "model version 1 passed the gate and waits for your decision -> {url}tasks/1 | reviewloop model 1 | \
         reviewloop approve 1 --reason TEXT | reviewloop reject 1 --reason TEXT"
    );
    assert_eq!(notice, Some(expected));
}

/// decide-model, as the stack deploys it.
fn deployed(setup: &Setup) -> String {
    let name = contracts::names::function(STACK, "decide-model");
    let cloud = &setup.aws.cloud;
    let created_at = cloud.world.now();
    let function = local_lambda::Function {
        name: name.clone(),
        region: setup.aws.region().to_owned(),
        package: "decide-model".to_owned(),
        handler: "bootstrap".to_owned(),
        runtime: None,
        architectures: ["x86_64".to_owned()].into(),
        role: "arn:aws:iam::123456789012:role/reviewloop-DecideModelRole".to_owned(),
        timeout_seconds: 30,
        memory_mb: 128,
        environment: [].into(),
        maximum_retry_attempts: 2,
        maximum_event_age_seconds: 60,
        on_success: None,
        on_failure: None,
        dead_letter_queue: None,
        reserved_concurrent_executions: None,
        url: Some(local_lambda::FunctionUrl {
            is_public: true,
            created_at,
        }),
    };
    let deployed = cloud
        .store
        .write(|tx| local_lambda::deploy_function(cloud, tx, function));
    deployed.unwrap();
    name
}
