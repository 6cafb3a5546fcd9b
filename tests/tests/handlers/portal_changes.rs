//! Answers that are changed, tasks that are skipped, and a reviewer's own answers.

use axum::http::StatusCode;
use contracts::keys;
use contracts::task::{Output, Task};
use loop_state::tasks;
use policy::task::{CHANGE_SECONDS, LIFETIME_SECONDS, SKIP_REASONS};
use serde_json::json;

use super::review_portal::{ADA, GRACE, Portal, SENTIMENT};

const OTHER: &str = r#"{"sentiment":{"label":"-1"}}"#;

impl Portal {
    async fn output(&self, human_loop: &str) -> Output {
        let key = keys::task_output(human_loop);
        self.stage.people.setup.read(&key).await.unwrap()
    }

    async fn submitted(&self, human_loop: &str) -> String {
        let answers = self.output(human_loop).await.human_answers;
        answers[0].answer_content["sentiment"]["label"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

#[tokio::test]
pub async fn a_reviewer_changes_an_answer_for_ten_minutes_and_the_output_is_the_newest() {
    let portal = Portal::new().await;
    let human_loop = portal.stage.ask("a warm coat").await;
    let mut ada = portal.signed_in(&portal.pages(), ADA).await;
    let mut grace = portal.signed_in(&portal.pages(), GRACE).await;
    let (task, submit) = (
        format!("/tasks/{human_loop}"),
        format!("/tasks/{human_loop}/submit"),
    );
    ada.get(&task).await;
    ada.post(&submit, &[("answer", SENTIMENT)]).await;
    let first = portal.output(&human_loop).await;

    let shown = ada.get(&task).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    assert_eq!(shown.body["given"]["label"], "Happy");
    assert_eq!(shown.body["input"]["initialValue"], "1");
    assert_eq!(grace.get(&task).await.status, StatusCode::GONE);
    let changed = ada.post(&submit, &[("answer", OTHER)]).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(portal.submitted(&human_loop).await, "-1");
    let newest = portal.output(&human_loop).await;
    assert_eq!(newest.human_answers.len(), 1);
    let submitted = |output: &Output| tasks::output::submitted(output).unwrap().to_owned();
    assert!(submitted(&newest) > submitted(&first));
    assert_eq!(tasks::open(portal.stage.bucket()).await.unwrap(), [""; 0]);

    // Whoever closes what was before the change leaves the newest.
    let ended = portal.stage.task(&human_loop).await;
    let before = Task {
        answer: Some(contracts::task::Answer {
            content: json!({"sentiment": {"label": "1"}}),
            submitted_at: ended.end.as_ref().unwrap().at,
            ..ended.answer.clone().unwrap()
        }),
        ..ended.clone()
    };
    let late = tasks::close(portal.stage.bucket(), &before);
    late.await.unwrap();
    assert_eq!(portal.submitted(&human_loop).await, "-1");

    portal.stage.wait(CHANGE_SECONDS);
    let late = ada.post(&submit, &[("answer", SENTIMENT)]).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST, "{}", late.body);
    assert_eq!(ada.get(&task).await.status, StatusCode::GONE);
    assert_eq!(portal.submitted(&human_loop).await, "-1");
}

#[tokio::test]
pub async fn a_crash_after_a_change_leaves_a_mark_and_reconcile_writes_the_output() {
    let portal = Portal::new().await;
    let stage = &portal.stage;
    super::reconcile::pipeline(&stage.people.setup).await;
    let human_loop = stage.ask("a warm coat").await;
    let done = stage.answer(&human_loop, "ann", "1").await;
    // What the portal had written when it died: the mark and the changed task.
    let worker = super::portal::worker("ann");
    let content = json!({"sentiment": {"label": "-1"}});
    let now = stage.clock().moment();
    let changed = policy::task::change(&done, &worker, &content, now).unwrap();
    let setup = &stage.people.setup;
    setup.put(&keys::open_task(&human_loop, &[]), "").await;
    let text = serde_json::to_string(&changed).unwrap();
    setup.put(&keys::task(&human_loop), text).await;
    super::human_loops::sent(&stage.reconciler()).await;
    assert_eq!(portal.submitted(&human_loop).await, "-1");
}

#[tokio::test]
pub async fn a_skipped_task_is_anothers_and_keeps_what_was_said() {
    let portal = Portal::new().await;
    let human_loop = portal.stage.ask("ein warmer Mantel").await;
    let mut ada = portal.signed_in(&portal.pages(), ADA).await;
    let mut grace = portal.signed_in(&portal.pages(), GRACE).await;
    let task = format!("/tasks/{human_loop}");
    let skip = format!("{task}/skip");
    let shown = ada.get(&task).await;
    assert_eq!(shown.body["skip_reasons"], json!(SKIP_REASONS));
    let silent = ada.post(&skip, &[("reason", ""), ("words", " ")]).await;
    assert_eq!(silent.status, StatusCode::BAD_REQUEST, "{}", silent.body);
    let said = [("reason", SKIP_REASONS[0]), ("words", "German")];
    let skipped = ada.post(&skip, &said).await;
    assert_eq!(skipped.status, StatusCode::OK, "{}", skipped.body);
    assert!(skipped.body["next"].is_null());
    assert_eq!(ada.get(&task).await.status, StatusCode::GONE);
    let list = ada.get("/tasks").await;
    assert_eq!(list.body["tasks"], json!([]));
    assert_eq!(list.body["progress"], json!({"open": 0, "today": 0}));
    let again = ada.post(&skip, &said).await;
    assert_eq!(again.status, StatusCode::OK, "sent twice it is one skip");

    assert_eq!(grace.get(&task).await.status, StatusCode::OK);
    let kept = portal.stage.task(&human_loop).await.skips;
    let [skip] = &kept[..] else {
        panic!("{kept:?}")
    };
    assert_eq!(skip.reason, format!("{}: German", SKIP_REASONS[0]));
    // So it is found without reading all tasks.
    let marks = portal.stage.people.setup.keys(keys::SKIPPED_TASKS).await;
    assert_eq!(marks, [keys::skipped_task(&skip.worker.id, &human_loop)]);
    // Back to the list, for her, too.
    let back = grace.post(&format!("{task}/return"), &[]).await;
    assert_eq!(back.status, StatusCode::OK);
    assert_eq!(portal.stage.task(&human_loop).await.claim, None);
    let list = grace.get("/tasks").await;
    assert_eq!(list.body["tasks"][0]["id"], human_loop.as_str());

    // Nobody else answers in time: in the next loop she does not get it either.
    portal.stage.wait(LIFETIME_SECONDS);
    super::reconcile::pipeline(&portal.stage.people.setup).await;
    super::human_loops::sent(&portal.stage.reconciler()).await;
    let again = portal.stage.collect(&human_loop).await;
    let collect_labels::Outcome::AskedAgain { human_loop } = again else {
        panic!("{again:?}")
    };
    let mut ada = portal.signed_in_again(ADA).await;
    let mut grace = portal.signed_in_again(GRACE).await;
    assert_eq!(ada.get("/tasks").await.body["tasks"], json!([]));
    let refused = ada.get(&format!("/tasks/{human_loop}")).await;
    assert_eq!(refused.status, StatusCode::GONE);
    let told = refused.body["message"].as_str().unwrap();
    assert!(told.contains("or skipped it"), "{told}");
    let list = grace.get("/tasks").await;
    assert_eq!(list.body["tasks"][0]["id"], human_loop.as_str());
}

#[tokio::test]
async fn own_answers_are_the_newest_twenty_with_what_the_reviewer_chose() {
    let portal = Portal::new().await;
    let mut ada = portal.signed_in(&portal.pages(), ADA).await;
    let long = "a coat ".repeat(100);
    let mut texts: Vec<String> = (0..21).map(|number| format!("coat {number}")).collect();
    texts.push(long.clone());
    for text in &texts {
        let human_loop = portal.stage.ask(text).await;
        ada.get(&format!("/tasks/{human_loop}")).await;
        let submit = format!("/tasks/{human_loop}/submit");
        let answered = ada.post(&submit, &[("answer", SENTIMENT)]).await;
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.body);
    }
    let answers = ada.get("/answers").await.body;
    assert_eq!(answers["in_all"], texts.len());
    assert_eq!(
        answers["progress"],
        json!({"open": 0, "today": texts.len()})
    );
    let newest = answers["newest"].as_array().unwrap();
    assert_eq!(newest.len(), 20);
    let given = newest.iter().find(|given| {
        let text = given["text"].as_str().unwrap();
        text.ends_with('…') && long.starts_with(text.trim_end_matches('…'))
    });
    assert_eq!(given.unwrap()["label"], "Happy");
    let mut grace = portal.signed_in(&portal.pages(), GRACE).await;
    let answers = grace.get("/answers").await.body;
    assert_eq!(
        (&answers["in_all"], &answers["newest"]),
        (&json!(0), &json!([]))
    );
}
