//! Ends of the portal's tasks that no event told, and that no answer made.

use collect_labels::Outcome;
use contracts::event::HumanLoop;
use contracts::keys;
use contracts::review::{HumanLoopRecord, Label};
use contracts::task::EndStatus;
use loop_state::{Reviewers, tasks};
use policy::task::{LIFETIME_SECONDS, Refusal};
use policy::text::row_hash;

use super::human_loops::sent;
use super::portal::Stage;
use super::reconcile;
use super::review::{People, SAMPLE_LOOP, predict, serve};
use super::setup::event;

#[tokio::test]
pub async fn a_lost_end_event_is_found_and_what_a_crash_left_half_ended_is_closed() {
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    reconcile::pipeline(setup).await;
    let human_loop = stage.ask("so so").await;
    assert_eq!(sent(&stage.reconciler()).await, "", "it is open");
    let done = stage.answer(&human_loop, "ann", "0").await;
    let lost = sent(&stage.reconciler()).await;
    assert!(lost.contains("collect-labels"), "{lost}");

    // The portal died between the end and the output.
    let output = tasks::output_key(&done).unwrap();
    let bucket = stage.bucket();
    loop_state::objects::delete(bucket, &output).await.unwrap();
    setup.put(&keys::open_task(&human_loop, &[]), "").await;
    for _ in 0..2 {
        let lost = sent(&stage.reconciler()).await;
        assert!(lost.contains("collect-labels"), "{lost}");
        assert_eq!(setup.keys(&output).await.len(), 1, "it is closed");
    }
    let labelled = stage.collect(&human_loop).await;
    assert!(matches!(labelled, Outcome::Labelled { .. }), "{labelled:?}");
    tasks::told(bucket, &done).await.unwrap();
    assert_eq!(sent(&stage.reconciler()).await, "");
}

#[tokio::test]
pub async fn a_changed_answer_that_no_event_told_is_found_though_its_text_has_a_label() {
    let stage = Stage::new().await;
    reconcile::pipeline(&stage.people.setup).await;
    let human_loop = stage.ask("so so").await;
    stage.answer(&human_loop, "ann", "0").await;
    stage.collect(&human_loop).await;
    assert_eq!(sent(&stage.reconciler()).await, "", "it has its label");

    // The portal changed the answer and died before it told so.
    stage.change(&human_loop, "ann", "1").await;
    let lost = sent(&stage.reconciler()).await;
    assert!(lost.contains("collect-labels"), "{lost}");
    stage.collect(&human_loop).await;
    let reconciler = stage.reconciler();
    let reviewers = reconciler.reviewers.as_ref().unwrap();
    reviewers.told(&human_loop).await.unwrap();
    assert_eq!(tasks::open(stage.bucket()).await.unwrap(), [""; 0]);
    let label: Label = stage
        .people
        .setup
        .read(&keys::label(&row_hash("so so")))
        .await
        .unwrap();
    assert_eq!(label.label, "1");
}

#[tokio::test]
pub async fn an_overdue_task_takes_no_answer_is_expired_and_asked_again_within_the_bound() {
    let stage = Stage::new().await;
    reconcile::pipeline(&stage.people.setup).await;
    let mut human_loop = stage.ask("so so").await;
    for attempt in 1..=2 {
        stage.wait(LIFETIME_SECONDS - 60);
        stage.take(&human_loop, "ann").await.unwrap();
        assert_eq!(sent(&stage.reconciler()).await, "", "there is time");
        stage.wait(61);
        let late = stage.submit(&human_loop, "ann", "0").await;
        assert_eq!(late, Err(Refusal::Overdue));
        assert_eq!(stage.collect(&human_loop).await, Outcome::StillOpen);

        let due = sent(&stage.reconciler()).await;
        assert!(due.contains("collect-labels"), "{due}");
        let expired = stage.task(&human_loop).await;
        let status = expired.end.as_ref().map(|end| &end.status);
        assert!(
            matches!(status, Some(EndStatus::Failed { .. })),
            "{status:?}"
        );
        assert_eq!(tasks::output_key(&expired), None);
        tasks::told(stage.bucket(), &expired).await.unwrap();
        let late = stage.submit(&human_loop, "ann", "0").await;
        assert_eq!(late, Err(Refusal::Overdue));
        match stage.collect(&human_loop).await {
            Outcome::AskedAgain { human_loop: again } if attempt == 1 => {
                assert_eq!(stage.collect(&human_loop).await, Outcome::Superseded);
                let open = tasks::open(stage.bucket()).await.unwrap();
                assert_eq!(open.last(), Some(&again));
                human_loop = again;
            }
            Outcome::Stuck { reason } if attempt == 2 => {
                assert!(
                    reason.contains("Expired: no answer came in time"),
                    "{reason}"
                );
            }
            outcome => panic!("attempt {attempt}: {outcome:?}"),
        }
    }
}

#[tokio::test]
async fn a_stopped_task_stays_stopped() {
    let stage = Stage::new().await;
    let silent = stage.ask("silent").await;
    let setup = &stage.people.setup;
    let reviewers = Reviewers::new(&setup.config, &setup.bucket, &stage.people.reviewers);
    for _ in 0..2 {
        reviewers.stop(&silent).await.unwrap();
        assert_eq!(stage.take(&silent, "bob").await, Err(Refusal::Stopped));
        assert_eq!(stage.collect(&silent).await, Outcome::Stopped);
    }
    let unknown = reviewers.stop("unknown").await.unwrap_err();
    assert_eq!(unknown.to_string(), "unknown: there is no such task");
}

#[tokio::test]
async fn what_a2i_was_asked_before_an_update_is_asked_in_the_portal_after_it() {
    let mut people = People::new().await;
    serve(&people.setup).await;
    let asked = predict(&people.predictor(0.0, 9), &["unsure"]).await;
    assert_eq!(asked.predictions.len(), 1);
    let key = keys::human_loop(&row_hash("unsure"));
    let record: HumanLoopRecord = people.setup.read(&key).await.unwrap();
    people.stop(&record.human_loop).await;

    people.reviewers = contracts::names::review_portal(super::setup::STACK);
    let again = people.collect(&record.human_loop).await;
    let Outcome::AskedAgain { human_loop } = again else {
        panic!("{again:?}")
    };
    let open = tasks::open(&people.setup.bucket).await.unwrap();
    assert_eq!(open, [human_loop]);
    assert_eq!(
        people.collect(&record.human_loop).await,
        Outcome::Superseded
    );
}

#[tokio::test]
async fn an_event_of_another_stacks_portal_and_one_for_a_stack_without_reviewers_are_not_ours() {
    let stage = Stage::new().await;
    let human_loop = stage.ask("so so").await;
    let ended = |stack: &str| {
        let replace = [
            (SAMPLE_LOOP, human_loop.as_str()),
            ("review-portal/reviewloop", stack),
        ];
        event::<aws_lambda_events::eventbridge::EventBridgeEvent<HumanLoop>>(
            "portal-human-loop-stopped",
            &replace,
        )
    };
    let collector = stage.collector();
    let foreign = collect_labels::handle(&collector, ended("review-portal/another"));
    assert_eq!(foreign.await.unwrap(), Outcome::NotOurs);
    let mut nobody = stage.collector();
    nobody.reviewers = None;
    let ours = || ended("review-portal/reviewloop");
    let outcome = collect_labels::handle(&nobody, ours());
    assert_eq!(outcome.await.unwrap(), Outcome::NotOurs);
    let outcome = collect_labels::handle(&collector, ours());
    assert_eq!(outcome.await.unwrap(), Outcome::StillOpen);
}
