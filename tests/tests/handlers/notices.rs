//! reconcile tells a person what waits for them: once, and again while it lasts.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use contracts::dataset::Origin;
use contracts::keys;
use contracts::notice::Told;
use contracts::review::{HumanLoopInput, HumanLoopRecord};
use contracts::run::{Run, RunState};
use contracts::verdict::{METADATA_DECISION, METADATA_VERDICT_URI, METADATA_WITHDRAWN};
use policy::text::row_hash;
use reconcile::handle;
use time::{Duration, OffsetDateTime};

use super::gate::evaluation;
use super::reconcile::{deps, pipeline, stuck_run, with_pipeline};
use super::review::People;
use super::setup::{Setup, event};

/// What the topic is sent now.
async fn told(setup: &Setup) -> Option<String> {
    let wake: EventBridgeEvent = event("scheduled-reconcile", &[]);
    handle(&deps(setup), wake).await.unwrap().notice
}

#[tokio::test]
async fn a_note_that_fails_holds_back_no_notice_that_was_noted_before() {
    let mut setup = with_pipeline().await;
    stuck_run(&setup, "one class").await;
    setup
        .put(keys::PIN, r#"{"version":9,"reason":"sale"}"#)
        .await;
    let denied = ("AccessDenied", "not now");
    let refusing = super::refusing::config(
        &setup,
        "reconcile",
        "told/pin-9.json?x-id=PutObject",
        denied,
        1,
    );
    let works = std::mem::replace(&mut setup.config, refusing);
    let first = told(&setup).await.expect("the run is told");
    assert!(
        first.contains("one class") && !first.contains("pin"),
        "{first}"
    );
    setup.config = works;
    let second = told(&setup).await.expect("the pin is told");
    assert!(
        second.contains("the pin names version 9") && !second.contains("one class"),
        "{second}"
    );
}

#[tokio::test]
async fn a_stuck_run_is_told_once_and_again_after_a_day_until_it_is_over() {
    let setup = with_pipeline().await;
    let run = stuck_run(&setup, "AlgorithmError: one \"class\"").await;
    let notice = "dataset version 1: AlgorithmError: one 'class' -> reviewloop start";
    assert_eq!(told(&setup).await.as_deref(), Some(notice));
    assert_eq!(told(&setup).await, None, "the same event again");
    let key = keys::told("run-1-1");
    let first: Told = setup.read(&key).await.unwrap();
    assert_eq!(first.notice, notice);

    setup.put(&key, json_a_day_before(&first)).await;
    assert_eq!(told(&setup).await.as_deref(), Some(notice));
    assert_eq!(told(&setup).await, None);
    let again: Told = setup.read(&key).await.unwrap();
    assert!(again.told_at > again.first_told_at, "{again:?}");

    let over = Run {
        state: RunState::Succeeded,
        ..run
    };
    setup
        .put(keys::RUN, serde_json::to_vec(&over).unwrap())
        .await;
    assert_eq!(told(&setup).await, None);
    assert_eq!(setup.keys(keys::TOLD).await, [""; 0]);
}

/// The function's clock is the machine's, so the note is made older instead.
fn json_a_day_before(told: &Told) -> Vec<u8> {
    let before = Told {
        first_told_at: OffsetDateTime::UNIX_EPOCH,
        told_at: OffsetDateTime::UNIX_EPOCH,
        ..told.clone()
    };
    serde_json::to_vec(&before).unwrap()
}

#[tokio::test]
async fn two_that_look_at_once_tell_once() {
    let setup = with_pipeline().await;
    stuck_run(&setup, "AlgorithmError: one \"class\"").await;
    let (one, other) = tokio::join!(told(&setup), told(&setup));
    assert!(one.is_some() != other.is_some(), "{one:?} {other:?}");
}

#[tokio::test]
pub async fn a_version_that_waits_for_a_decision_and_one_that_was_withdrawn_are_told() {
    let setup = with_pipeline().await;
    let arn = setup.register(&evaluation(140, None), false).await;
    let update = setup.sagemaker.update_model_package();
    let update = update.model_package_arn(&arn);
    update
        .customer_metadata_properties(METADATA_VERDICT_URI, "s3://b/verdicts/00000001/x.json")
        .customer_metadata_properties(METADATA_DECISION, "Approved")
        .send()
        .await
        .unwrap();
    let notice = told(&setup).await.unwrap();
    assert!(
        notice.starts_with(
            "model version 1 passed the gate and waits for your decision -> reviewloop model 1 |"
        ),
        "{notice}"
    );
    assert_eq!(told(&setup).await, None);

    setup.reject(&arn).await;
    let update = setup.sagemaker.update_model_package();
    let update = update.model_package_arn(&arn);
    update
        .customer_metadata_properties(METADATA_WITHDRAWN, "rolled back")
        .send()
        .await
        .unwrap();
    assert_eq!(
        told(&setup).await.as_deref(),
        Some("model version 1 was withdrawn from the endpoint (rolled back) -> reviewloop model 1")
    );
    let key = keys::told("withdrawn-1");
    assert_eq!(setup.keys(keys::TOLD).await, std::slice::from_ref(&key));
    // It asks for nothing, so it is told once.
    let first: Told = setup.read(&key).await.unwrap();
    setup.put(&key, json_a_day_before(&first)).await;
    assert_eq!(told(&setup).await, None);
}

#[tokio::test]
async fn a_withdrawal_is_told_however_many_later_versions_were_rejected() {
    let setup = with_pipeline().await;
    let first = setup.register(&evaluation(140, None), false).await;
    setup.reject(&first).await;
    for _ in 0..6 {
        let later = setup.register(&evaluation(140, None), false).await;
        setup.reject(&later).await;
    }
    assert_eq!(told(&setup).await, None);
    let update = setup.sagemaker.update_model_package();
    let update = update.model_package_arn(&first);
    let update = update.customer_metadata_properties(METADATA_WITHDRAWN, "failed");
    update.send().await.unwrap();
    let notice = told(&setup).await.expect("it is told");
    assert!(
        notice.starts_with("model version 1 was withdrawn"),
        "{notice}"
    );
}

/// A human loop that was given up, asked this many days ago.
async fn given_up(setup: &Setup, text: &str, days_ago: i64, reason: String) {
    let asked_at = OffsetDateTime::now_utc() - Duration::days(days_ago);
    let record = HumanLoopRecord {
        human_loop: format!("{}-{text}", row_hash(text)),
        input: HumanLoopInput {
            context: [].into(),
            task_object: text.into(),
            initial_value: "1".into(),
            labels: ["-1", "0", "1"].map(str::to_owned).into(),
            origin: Origin::Uncertain,
            text_hash: row_hash(text),
        },
        predicted: "1".into(),
        probabilities: [].into(),
        inclusion_probability: None,
        attempts: 3,
        answers: Vec::new(),
        repairs: 0,
        asked_at,
        stopped: false,
        postponed: false,
        stuck: Some(reason),
    };
    let key = keys::human_loop(&row_hash(text));
    setup.put(&key, serde_json::to_vec(&record).unwrap()).await;
}

/// reconcile of a stack with human review.
async fn reviewed() -> (People, reconcile::Deps) {
    let people = People::new().await;
    pipeline(&people.setup).await;
    let deps = people.reconciler();
    (people, deps)
}

async fn look(deps: &reconcile::Deps) -> reconcile::Outcome {
    handle(deps, event("scheduled-reconcile", &[]))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_human_loop_that_was_given_up_is_told_once_and_for_a_week() {
    let (people, deps) = reviewed().await;
    let setup = &people.setup;
    given_up(setup, "old", 8, "asked 3 times".into()).await;
    given_up(setup, "new", 3, "asked 3 times".into()).await;
    let notice = look(&deps).await.notice.expect("one is told");
    let name = format!("{}-new", row_hash("new"));
    assert_eq!(
        notice,
        format!(
            "the human loop {name} was given up, its text has no label: asked 3 times -> reviewloop logs collect-labels"
        )
    );
    let key = keys::told(&format!("human-loop-{name}"));
    assert_eq!(setup.keys(keys::TOLD).await, std::slice::from_ref(&key));
    let first: Told = setup.read(&key).await.unwrap();
    setup.put(&key, json_a_day_before(&first)).await;
    assert_eq!(look(&deps).await.notice, None);
}

#[tokio::test]
async fn an_outcome_with_more_than_an_event_holds_is_cut_and_counts_the_rest() {
    let (people, deps) = reviewed().await;
    for number in 0..60 {
        let reason = "\"long\" ".repeat(700);
        given_up(&people.setup, &format!("text {number}"), 1, reason).await;
    }
    let outcome = look(&deps).await;
    assert!(outcome.stuck.len() > 5, "{}", outcome.stuck.len());
    assert_eq!(outcome.stuck.len() + outcome.left_out, 60);
    assert!(outcome.notice.is_some());
    let event = serde_json::to_string(&outcome).unwrap();
    assert!(event.len() < 200_000, "{}", event.len());
    assert!(event.contains("\"left_out\":"), "{event}");
}
