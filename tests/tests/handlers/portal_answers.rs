//! The loop with the review portal's tasks: predict, people, collect-labels.

use collect_labels::Outcome;
use contracts::prediction::Review;
use contracts::review::{HumanLoopOutput, HumanLoopRecord, Label};
use contracts::task::{End, EndStatus, Moment, Task};
use contracts::{keys, names};
use futures::future::join_all;
use loop_state::{Bucket, tasks};
use policy::task::{self, LEASE_SECONDS, Refusal};
use policy::text::row_hash;
use serde_json::Value;

use super::portal::{Stage, question};
use super::review::{SAMPLE_LOOP, predict, serve};
use super::roles;
use super::setup::{REGION, STACK};

#[tokio::test]
pub async fn a_prediction_becomes_a_task_its_answer_a_label_and_its_event_twice_is_once() {
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    serve(setup).await;
    let deps = stage.predictor();
    let asked = predict(&deps, &["unsure"]).await;
    let Review::Started { human_loop } = asked.predictions[0].review.clone() else {
        panic!("{asked:?}")
    };
    let again = predict(&deps, &["Unsure "]).await;
    let asked = Review::AlreadyAsked {
        human_loop: human_loop.clone(),
    };
    assert_eq!(again.predictions[0].review, asked);
    let open = tasks::open(stage.bucket()).await.unwrap();
    assert_eq!(open, std::slice::from_ref(&human_loop));
    let task = stage.task(&human_loop).await;
    assert_eq!(task.input.task_object, "unsure");
    assert_eq!(task.reviewers, "review-portal/reviewloop");
    assert_eq!(stage.collect(&human_loop).await, Outcome::StillOpen);

    let done = stage.answer(&human_loop, "ann", "-1").await;
    assert_eq!(tasks::open(stage.bucket()).await.unwrap(), [""; 0]);
    let key = tasks::output_key(&done).unwrap();
    let output: HumanLoopOutput = setup.read(&key).await.unwrap();
    assert_eq!(output.human_answers.len(), 1);
    let output: Value = setup.read(&key).await.unwrap();
    let identity = &output["humanAnswers"][0]["workerMetadata"]["identityData"];
    assert_eq!(identity["sub"], "ann");

    let text_hash = row_hash("unsure");
    let labelled = Outcome::Labelled {
        text_hash: text_hash.clone(),
        label: "-1".into(),
    };
    assert_eq!(stage.collect(&human_loop).await, labelled);
    let again = Outcome::AlreadyLabelled {
        text_hash: text_hash.clone(),
    };
    assert_eq!(stage.collect(&human_loop).await, again);
    let label: Label = setup.read(&keys::label(&text_hash)).await.unwrap();
    let [given] = &label.human_answers[..] else {
        panic!("{label:?}")
    };
    assert_eq!(given.label, "-1");
    assert_eq!(
        (label.human_loop, label.predicted),
        (human_loop, "1".into())
    );
}

#[tokio::test]
async fn of_claims_at_once_exactly_one_wins_and_the_others_are_told() {
    let stage = Stage::new().await;
    let human_loop = stage.ask("so so").await;
    let workers = ["ann", "bob", "cem", "dan", "eve"];
    let claims = workers.map(|sub| stage.take(&human_loop, sub));
    let claims = join_all(claims).await;
    let (won, lost): (Vec<_>, Vec<_>) = claims.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 4));
    assert!(
        lost.iter().all(|lost| *lost == Err(Refusal::Taken)),
        "{lost:?}"
    );
    // And of answers at once: a form that was sent twice.
    let holder = won[0].as_ref().unwrap().claim.as_ref().unwrap();
    let sub = holder.worker.sub.as_str();
    let answers = [(); 3].map(|()| stage.submit(&human_loop, sub, "0"));
    let answers = join_all(answers).await;
    let (kept, repeated): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(kept.len(), 1);
    assert!(
        repeated.iter().all(|it| *it == Err(Refusal::Answered)),
        "{repeated:?}"
    );
    assert!(stage.task(&human_loop).await.answer.is_some());
}

#[tokio::test]
async fn whoever_lost_the_lease_does_not_answer_for_the_next() {
    let stage = Stage::new().await;
    let human_loop = stage.ask("so so").await;
    stage.take(&human_loop, "ann").await.unwrap();
    stage.wait(LEASE_SECONDS);
    let late = stage.submit(&human_loop, "ann", "0").await;
    assert_eq!(late, Err(Refusal::LeaseOver));
    stage.take(&human_loop, "bob").await.unwrap();
    let late = stage.submit(&human_loop, "ann", "0").await;
    assert_eq!(late, Err(Refusal::Taken));
    let done = stage.submit(&human_loop, "bob", "1").await.unwrap();
    assert_eq!(done.answer.unwrap().worker.sub, "bob");
}

#[tokio::test]
async fn an_open_list_names_what_is_open_and_a_mark_without_its_task_hides_nothing() {
    let stage = Stage::new().await;
    let (one, other) = (stage.ask("one").await, stage.ask("other").await);
    stage.answer(&one, "ann", "0").await;
    stage
        .people
        .setup
        .put(&keys::open_task("not-yet", &[]), "")
        .await;
    let mut open = tasks::open(stage.bucket()).await.unwrap();
    open.sort();
    let mut expected = [other.clone(), "not-yet".to_owned()];
    expected.sort();
    assert_eq!(open, expected);
    let read = tasks::read_open(stage.bucket()).await.unwrap();
    assert_eq!(read, [stage.task(&other).await]);
    let missing = stage.take("not-yet", "ann").await;
    assert_eq!(missing, Err(Refusal::Unknown));
}

#[tokio::test]
pub async fn a_task_that_could_not_be_written_is_started_again_and_one_that_asks_otherwise_is_refused()
 {
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    let human_loop = stage.ask("so so").await;
    // The task is lost, or the function died before it: the record alone is there.
    let key = keys::task(&human_loop);
    loop_state::objects::delete(stage.bucket(), &key)
        .await
        .unwrap();
    assert_eq!(stage.collect(&human_loop).await, Outcome::NotYetStarted);
    stage.wait(31 * 60);
    let repaired = stage.collect(&human_loop).await;
    assert!(
        matches!(repaired, Outcome::AskedAgain { .. }),
        "{repaired:?}"
    );
    assert_eq!(stage.task(&human_loop).await.input.task_object, "so so");

    let predictor = stage.predictor();
    let reviewers = predictor.reviewers.as_ref().unwrap();
    let record = keys::human_loop(&row_hash("so so"));
    let mut record: HumanLoopRecord = setup.read(&record).await.unwrap();
    assert!(reviewers.start(&record).await.is_ok(), "the same question");
    record.input.initial_value = "0".into();
    let refusal = reviewers.start(&record).await.unwrap_err();
    assert_eq!(refusal.kind, policy::refusal::Kind::Lasting);
    assert!(refusal.reason.contains("asks something else"), "{refusal}");
}

#[test]
fn a_tasks_end_is_told_as_the_samples_tell_it() {
    let s3 = aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::Config::builder()
            .behavior_version_latest()
            .region(aws_config::Region::new(REGION))
            .build(),
    );
    let name = roles::BUCKET.clone();
    let bucket = Bucket { s3, name };
    let created = Moment(1_794_677_856_740);
    let reviewers = names::review_portal(STACK);
    let task = task::new(
        SAMPLE_LOOP,
        &reviewers,
        question("so so").input,
        Vec::new(),
        created,
    );
    let told = |task: &Task| serde_json::to_value(tasks::output::event(&bucket, task).unwrap());
    let completed = End {
        at: created,
        status: EndStatus::Completed,
    };
    let completed = Task {
        end: Some(completed),
        ..task.clone()
    };
    let expired = task::expire(&task, task.deadline);
    let stopped = task::stop(&task, created);
    for (task, sample) in [
        (completed, "portal-human-loop-completed"),
        (expired, "portal-human-loop-expired"),
        (stopped, "portal-human-loop-stopped"),
    ] {
        let expected = &crate::source::event(sample)["detail"];
        assert_eq!(&told(&task).unwrap(), expected, "{sample}");
    }
    assert!(tasks::output::event(&bucket, &task).is_err(), "it is open");
}
