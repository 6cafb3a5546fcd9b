//! Several reviewers' answers to one text, each a human loop of its own.

use collect_labels::Outcome;
use contracts::answers::AnsweredTexts;
use contracts::keys;
use contracts::review::Label;
use policy::labelling::LEAST_POSTERIOR;
use policy::review::Caps;
use policy::task::{LIFETIME_SECONDS, Refusal};
use policy::text::row_hash;

use super::human_loops::sent;
use super::portal::Stage;
use super::reconcile::pipeline;

/// Each reviewer has answered something, so that each is expected to answer again.
async fn known(stage: &Stage, reviewers: &[&str]) {
    for sub in reviewers {
        let human_loop = stage.ask(&format!("{sub}'s first")).await;
        let mut newest = human_loop;
        stage.answer(&newest, sub, "1").await;
        while let Outcome::AskedAgain { human_loop } = stage.collect(&newest).await {
            newest = human_loop;
            let other = if *sub == "ann" { "bob" } else { "ann" };
            stage.answer(&newest, other, "1").await;
        }
    }
}

async fn asked_again(stage: &Stage, human_loop: &str) -> String {
    match stage.collect(human_loop).await {
        Outcome::AskedAgain { human_loop } => human_loop,
        other => panic!("{other:?}"),
    }
}

async fn label(stage: &Stage, text: &str) -> Label {
    let key = keys::label(&row_hash(text));
    stage.people.setup.read(&key).await.unwrap()
}

fn workers(label: &Label) -> usize {
    let mut workers: Vec<&str> = label
        .human_answers
        .iter()
        .map(|it| it.worker.as_str())
        .collect();
    workers.sort_unstable();
    workers.dedup();
    workers.len()
}

#[tokio::test]
pub async fn a_second_reviewer_is_asked_who_sees_nothing_of_the_first_and_both_make_the_label() {
    let stage = Stage::new().await;
    known(&stage, &["ann", "bob", "cem"]).await;
    let first = stage.ask("so so").await;
    stage.answer(&first, "ann", "0").await;
    let second = asked_again(&stage, &first).await;
    // Told again of the first loop's end, nothing is asked twice.
    assert_eq!(stage.collect(&first).await, Outcome::Superseded);
    let task = stage.task(&second).await;
    assert_eq!(task.answer, None);
    assert_eq!(task.input, stage.task(&first).await.input);
    assert_eq!(stage.take(&second, "ann").await, Err(Refusal::Answered));

    stage.answer(&second, "bob", "0").await;
    let text_hash = row_hash("so so");
    let labelled = Outcome::Labelled {
        text_hash: text_hash.clone(),
        label: "0".into(),
    };
    assert_eq!(stage.collect(&second).await, labelled);
    let label = label(&stage, "so so").await;
    assert_eq!(workers(&label), 2);
    assert!(label.posterior.unwrap() >= LEAST_POSTERIOR, "{label:?}");
    let remembered: AnsweredTexts = stage.people.setup.read(keys::ANSWERS).await.unwrap();
    let newest = remembered.texts.last().unwrap();
    assert_eq!(
        (&newest.text_hash, &newest.answers),
        (&text_hash, &label.human_answers)
    );
    assert_eq!(
        stage.collect(&second).await,
        Outcome::AlreadyLabelled { text_hash }
    );
}

#[tokio::test]
async fn two_who_disagree_are_followed_by_a_third_and_the_majority_is_the_label() {
    let stage = Stage::new().await;
    known(&stage, &["ann", "bob", "cem", "dan"]).await;
    let mut newest = stage.ask("torn").await;
    for (sub, answer) in [("ann", "0"), ("bob", "1"), ("cem", "0")] {
        stage.answer(&newest, sub, answer).await;
        newest = asked_again(&stage, &newest).await;
    }
    stage.answer(&newest, "dan", "0").await;
    let outcome = stage.collect(&newest).await;
    assert!(matches!(outcome, Outcome::Labelled { label, .. } if label == "0"));
    assert_eq!(workers(&label(&stage, "torn").await), 4);
}

#[tokio::test]
async fn where_nobody_answers_any_more_the_answers_that_there_are_make_the_label() {
    let stage = Stage::new().await;
    known(&stage, &["ann", "bob"]).await;
    let first = stage.ask("so so").await;
    stage.answer(&first, "ann", "0").await;
    let second = asked_again(&stage, &first).await;
    stage.wait(LIFETIME_SECONDS);
    reconcile_expires(&stage, &second).await;
    let outcome = stage.collect(&second).await;
    assert!(matches!(outcome, Outcome::Labelled { label, .. } if label == "0"));
    let label = label(&stage, "so so").await;
    assert!(label.posterior.unwrap() < LEAST_POSTERIOR, "{label:?}");
}

#[tokio::test]
async fn answers_that_were_given_before_a_text_was_stopped_count() {
    let stage = Stage::new().await;
    known(&stage, &["ann", "bob"]).await;
    let first = stage.ask("so so").await;
    stage.answer(&first, "ann", "0").await;
    let second = asked_again(&stage, &first).await;
    let reconciler = stage.reconciler();
    let reviewers = reconciler.reviewers.as_ref().unwrap();
    reviewers.stop(&second).await.unwrap();
    let outcome = stage.collect(&second).await;
    assert!(matches!(outcome, Outcome::Labelled { label, .. } if label == "0"));
}

#[tokio::test]
async fn reviewers_who_disagree_with_nobody_left_to_ask_wait_for_another_reviewer() {
    let stage = Stage::new().await;
    known(&stage, &["ann", "bob"]).await;
    let first = stage.ask("torn").await;
    stage.answer(&first, "ann", "0").await;
    let second = asked_again(&stage, &first).await;
    stage.answer(&second, "bob", "1").await;
    for _ in 0..2 {
        assert_eq!(stage.collect(&second).await, Outcome::Disputed);
    }
    // It has no label, and tells of the reviewers all the same.
    let remembered: AnsweredTexts = stage.people.setup.read(keys::ANSWERS).await.unwrap();
    let torn = remembered.texts.iter();
    let torn = torn.filter(|text| text.text_hash == row_hash("torn"));
    assert_eq!(torn.map(|text| text.answers.len()).collect::<Vec<_>>(), [2]);
    // Reconcile sends it again, because it is postponed, and once cem has come he is asked.
    known(&stage, &["cem"]).await;
    let third = asked_again(&stage, &second).await;
    stage.answer(&third, "cem", "0").await;
    let outcome = stage.collect(&third).await;
    assert!(matches!(outcome, Outcome::Labelled { label, .. } if label == "0"));
}

#[tokio::test]
async fn an_event_of_an_earlier_loop_that_comes_late_takes_no_answer_from_the_label() {
    let stage = Stage::new().await;
    known(&stage, &["ann", "bob", "cem"]).await;
    let first = stage.ask("torn").await;
    stage.answer(&first, "ann", "0").await;
    let second = asked_again(&stage, &first).await;
    stage.answer(&second, "bob", "1").await;
    let third = asked_again(&stage, &second).await;
    stage.answer(&third, "cem", "1").await;
    stage.collect(&third).await;
    let before = label(&stage, "torn").await;
    assert_eq!((before.label.as_str(), workers(&before)), ("1", 3));
    for late in [&first, &second, &third] {
        let text_hash = row_hash("torn");
        assert_eq!(
            stage.collect(late).await,
            Outcome::AlreadyLabelled { text_hash }
        );
        assert_eq!(label(&stage, "torn").await, before);
    }
}

#[tokio::test]
async fn an_expired_text_with_an_answer_has_its_label_whatever_the_day_has_left() {
    let stage = Stage::new().await;
    // Nothing else is due.
    pipeline(&stage.people.setup).await;
    known(&stage, &["ann", "bob"]).await;
    let first = stage.ask("so so").await;
    stage.answer(&first, "ann", "0").await;
    asked_again(&stage, &first).await;
    stage.wait(LIFETIME_SECONDS);
    let mut reconciler = stage.reconciler();
    reconciler.config.caps = Caps::new(0, 0.0, 0.0).unwrap();
    let sent = sent(&reconciler).await;
    assert!(sent.contains("collect-labels"), "{sent}");
}

/// The list expires what is overdue.
async fn reconcile_expires(stage: &Stage, human_loop: &str) {
    let reconciler = stage.reconciler();
    let reviewers = reconciler.reviewers.as_ref().unwrap();
    reviewers.list(&[human_loop.to_owned()]).await.unwrap();
}

/// What the portal does when a worker changes an answer.
async fn changes(stage: &Stage, human_loop: &str, answer: &str) {
    let mut task = stage.task(human_loop).await;
    task.answer.as_mut().unwrap().content["sentiment"]["label"] = answer.into();
    let output = loop_state::tasks::output::of(&task).unwrap();
    let key = keys::task_output(human_loop);
    let setup = &stage.people.setup;
    setup.put(&key, serde_json::to_vec(&output).unwrap()).await;
}

#[tokio::test]
async fn an_answer_that_is_changed_changes_the_label() {
    let stage = Stage::new().await;
    let human_loop = stage.ask("so so").await;
    stage.answer(&human_loop, "ann", "0").await;
    stage.collect(&human_loop).await;
    assert_eq!(label(&stage, "so so").await.label, "0");
    changes(&stage, &human_loop, "1").await;
    let outcome = stage.collect(&human_loop).await;
    assert!(matches!(outcome, Outcome::Labelled { label, .. } if label == "1"));
    assert_eq!(label(&stage, "so so").await.label, "1");
    let remembered: AnsweredTexts = stage.people.setup.read(keys::ANSWERS).await.unwrap();
    assert_eq!(remembered.texts.len(), 1);
    assert_eq!(remembered.texts[0].answers[0].label, "1");
}

#[tokio::test]
async fn an_answer_that_is_changed_while_another_reviewer_is_asked_counts_as_it_is_then() {
    let stage = Stage::new().await;
    known(&stage, &["ann", "bob"]).await;
    let first = stage.ask("so so").await;
    stage.answer(&first, "ann", "0").await;
    let second = asked_again(&stage, &first).await;
    changes(&stage, &first, "1").await;
    assert_eq!(stage.collect(&first).await, Outcome::Superseded);
    stage.answer(&second, "bob", "1").await;
    let outcome = stage.collect(&second).await;
    assert!(matches!(outcome, Outcome::Labelled { label, .. } if label == "1"));
    let answers = label(&stage, "so so").await.human_answers;
    assert!(
        answers.iter().all(|given| given.label == "1"),
        "{answers:?}"
    );
}
