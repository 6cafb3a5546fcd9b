use aws_sdk_sagemakera2iruntime::types::HumanLoopStatus;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_SECURITY_POLICY, HOST, LOCATION, ORIGIN};
use serde_json::{Value, json};

use super::stage::{PASSWORD, Stage};
use super::visitor::Visitor;

#[tokio::test]
async fn an_answer_becomes_output_json_and_an_event() {
    let stage = Stage::ready(1).await;
    stage.create_reviewer("ann", true).await;
    stage.start_loop("first", "<b>Nice</b> & warm").await;
    stage.start_loop("second", "Too small").await;

    let ann = Visitor::signed_in(&stage, "ann").await;
    let list = ann.json("/tasks").await;
    assert_eq!(list["tasks"].as_array().unwrap().len(), 2);
    let task = ann.json("/tasks/first").await;
    assert_eq!(task["input"]["taskObject"], "<b>Nice</b> & warm");
    assert_eq!((&task["position"], &task["total"]), (&json!(1), &json!(2)));
    let html = ann.frame("first").await.text().await.unwrap();
    assert!(
        html.contains("&lt;b&gt;Nice&lt;/b&gt; &amp; warm"),
        "{html}"
    );
    assert!(html.contains("/assets/crowd-elements.js") && !html.contains("assets.crowd.aws"));

    let answered: Value = ann.submit("first", "1").await.json().await.unwrap();
    assert_eq!(answered["next"], "second");
    assert_eq!(stage.loop_status("first").await, HumanLoopStatus::Completed);

    let output = stage.output("first").await;
    assert_eq!(output["inputContent"]["taskObject"], "<b>Nice</b> & warm");
    let answer = &output["humanAnswers"][0];
    assert_eq!(
        answer["answerContent"],
        json!({"sentiment": {"label": "1"}})
    );
    let identity = &answer["workerMetadata"]["identityData"];
    assert_eq!(identity["identityProviderType"], "Cognito");
    assert!(answer["timeSpentInSeconds"].is_f64() && answer["workerId"].is_string());

    let events = stage.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].source, "aws.sagemaker");
    assert_eq!(events[0].detail["humanLoopStatus"], "Completed");
    let uri = events[0].detail["humanLoopOutput"]["outputS3Uri"]
        .as_str()
        .unwrap();
    assert!(uri.starts_with("s3://answers/review/reviews/20"), "{uri}");
    assert!(uri.ends_with("/first/output.json"), "{uri}");

    assert_eq!(
        ann.submit("first", "1").await.status(),
        StatusCode::GONE,
        "answered once"
    );
    let last: Value = {
        ann.json("/tasks/second").await;
        ann.submit("second", "-1").await.json().await.unwrap()
    };
    assert_eq!(last["next"], Value::Null);
    assert!(
        ann.page("/tasks")
            .await
            .text()
            .await
            .unwrap()
            .contains("All done")
    );
}

#[tokio::test]
async fn two_answers_come_from_two_people() {
    let stage = Stage::ready(2).await;
    for name in ["ann", "bob", "eve"] {
        stage.create_reviewer(name, true).await;
    }
    stage.start_loop("a", "nice").await;
    let ann = Visitor::signed_in(&stage, "ann").await;
    let bob = Visitor::signed_in(&stage, "bob").await;
    let eve = Visitor::signed_in(&stage, "eve").await;
    ann.json("/tasks/a").await;
    bob.json("/tasks/a").await;
    assert_eq!(
        eve.page("/tasks/a").await.status(),
        StatusCode::GONE,
        "both places are taken"
    );
    let returned = bob.post("/tasks/a/return", &[("csrf", &bob.csrf)]).await;
    assert_eq!(returned.status(), StatusCode::OK);
    eve.json("/tasks/a").await;

    assert_eq!(ann.submit("a", "1").await.status(), StatusCode::OK);
    assert_eq!(stage.loop_status("a").await, HumanLoopStatus::InProgress);
    assert_eq!(
        ann.page("/tasks/a").await.status(),
        StatusCode::GONE,
        "nobody answers twice"
    );
    assert_eq!(
        bob.submit("a", "1").await.status(),
        StatusCode::GONE,
        "bob gave it back"
    );
    assert_eq!(eve.submit("a", "0").await.status(), StatusCode::OK);
    assert_eq!(stage.loop_status("a").await, HumanLoopStatus::Completed);
    let answers = stage.output("a").await["humanAnswers"].take();
    assert_eq!(answers[0]["answerContent"]["sentiment"]["label"], "1");
    assert_eq!(answers[1]["answerContent"]["sentiment"]["label"], "0");
    assert_ne!(answers[0]["workerId"], answers[1]["workerId"]);
}

#[tokio::test]
async fn only_members_of_a_team_with_the_right_password_come_in() {
    let stage = Stage::ready(1).await;
    stage.create_reviewer("ann", true).await;
    stage.create_reviewer("stranger", false).await;
    let visitor = Visitor::new(&stage);
    for (username, password) in [
        ("ann", "Wrong-horse-1"),
        ("stranger", PASSWORD),
        ("nobody", PASSWORD),
        ("", ""),
    ] {
        let refused = visitor.sign_in(username, password).await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "{username}");
    }
    for (path, sign_in) in [
        ("/", "/signin"),
        ("/tasks", "/signin"),
        ("/tasks/next", "/signin?task=next"),
        ("/tasks/a", "/signin?task=a"),
        ("/tasks/a/frame", "/signin"),
    ] {
        let response = visitor.page(path).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}");
        assert_eq!(response.headers()[LOCATION], sign_in, "{path}");
    }
}

#[tokio::test]
async fn no_other_page_drives_the_portal_and_a_task_is_locked_in() {
    let stage = Stage::ready(1).await;
    stage.create_reviewer("ann", true).await;
    stage.start_loop("a", "nice").await;
    let ann = Visitor::signed_in(&stage, "ann").await;

    let forged = ann
        .post("/tasks/a/submit", &[("csrf", "guess"), ("answer", "{}")])
        .await;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    let url = format!("{}/signout", ann.portal);
    for origin in ["http://evil.example", "null"] {
        let form = [("csrf", ann.csrf.as_str())];
        let request = ann.http.post(&url).header(ORIGIN, origin).form(&form);
        assert_eq!(
            request.send().await.unwrap().status(),
            StatusCode::FORBIDDEN,
            "{origin}"
        );
    }
    let rebound = ann
        .http
        .get(&url)
        .header(HOST, "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(rebound.status(), StatusCode::FORBIDDEN);

    let page = ann.page("/tasks/a").await;
    let policy = page.headers()[CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let alone = ann.page("/tasks/a/frame").await;
    assert_eq!(alone.status(), StatusCode::FORBIDDEN);
    let frame = ann.frame("a").await;
    let policy = frame.headers()[CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.starts_with("sandbox allow-scripts allow-forms;"),
        "{policy}"
    );
    assert!(
        policy.contains("form-action 'none'") && !policy.contains("connect-src"),
        "{policy}"
    );

    let not_an_answer = ann
        .post("/tasks/a/submit", &[("csrf", &ann.csrf), ("answer", "[]")])
        .await;
    assert_eq!(not_an_answer.status(), StatusCode::BAD_REQUEST);
}
