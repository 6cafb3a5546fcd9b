//! reconcile reminds of questions that nobody answers, whichever service has them.

use contracts::keys;
use loop_state::human_loops;
use reconcile::{Deps, handle};
use time::OffsetDateTime;

use super::portal::{Stage, question};
use super::reconcile::pipeline;
use super::review::People;
use super::setup::event;

const HOUR: i32 = 3600;

async fn told(deps: &Deps) -> Option<String> {
    let wake = event("scheduled-reconcile", &[]);
    handle(deps, wake).await.unwrap().notice
}

#[tokio::test]
pub async fn questions_that_wait_for_more_than_a_day_are_told_once_a_day_until_they_are_answered() {
    let stage = Stage::new().await;
    let setup = &stage.people.setup;
    pipeline(setup).await;
    let first = stage.ask("so so").await;
    stage.wait(23 * HOUR);
    let second = stage.ask("fine").await;
    assert_eq!(told(&stage.reconciler()).await, None);
    stage.wait(2 * HOUR);
    let notice = "2 reviews wait for an answer, the oldest for 1 day -> reviewloop reviewers";
    assert_eq!(told(&stage.reconciler()).await.as_deref(), Some(notice));
    assert_eq!(
        told(&stage.reconciler()).await,
        None,
        "the same event again"
    );

    stage.wait(24 * HOUR);
    let notice = "2 reviews wait for an answer, the oldest for 2 days -> reviewloop reviewers";
    assert_eq!(told(&stage.reconciler()).await.as_deref(), Some(notice));
    assert_eq!(told(&stage.reconciler()).await, None);

    // The reminder is one matter: with other questions it is told again a day later, not sooner.
    for human_loop in [first, second] {
        stage.answer(&human_loop, "ann", "0").await;
        stage.collect(&human_loop).await;
    }
    let new = stage.ask("new").await;
    assert_eq!(told(&stage.reconciler()).await, None);
    stage.wait(25 * HOUR);
    let notice = "1 review has waited for an answer for 1 day -> reviewloop reviewers";
    assert_eq!(told(&stage.reconciler()).await.as_deref(), Some(notice));
    stage.answer(&new, "ann", "0").await;
    stage.collect(&new).await;
    stage.wait(24 * HOUR);
    assert_eq!(told(&stage.reconciler()).await, None);
    assert_eq!(setup.keys(keys::TOLD).await, [""; 0]);
}

#[tokio::test]
async fn loops_of_augmented_ai_that_wait_are_told_alike() {
    let (people, stage) = (People::new().await, Stage::new().await);
    pipeline(&people.setup).await;
    let mut deps = people.reconciler();
    let asking = people.collector();
    let reviewers = asking.reviewers.as_ref().unwrap();
    for text in ["so so", "fine"] {
        let now = OffsetDateTime::UNIX_EPOCH;
        let asked = human_loops::ask(reviewers, &asking.bucket, question(text), None, now).await;
        asked.unwrap();
    }
    assert_eq!(told(&deps).await, None);
    // A clock that is ahead.
    stage.wait(50 * HOUR);
    deps.clock = stage.clock();
    let notice = "2 reviews wait for an answer, the oldest for 2 days -> reviewloop reviewers";
    assert_eq!(told(&deps).await.as_deref(), Some(notice));
    assert_eq!(told(&deps).await, None);
}
