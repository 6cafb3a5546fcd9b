//! shift-traffic: a challenger is compared with the champion on the audit's labels, and promoted or taken back.

use std::time::Duration;

use aws_sdk_sagemaker::types::ModelApprovalStatus as Status;
use aws_smithy_async::time::StaticTimeSource;
use contracts::dataset::Origin;
use contracts::keys;
use contracts::review::Label;
use contracts::verdict::Decision;
use loop_state::Clock;
use policy::gate::ApprovalMode;
use policy::text::row_hash;
use rollout::step::Batching;
use rollout::{End, Rollout, Strategy};
use shift_traffic::{Config, Deps, Outcome, handle};
use time::OffsetDateTime;

use super::gate::{self, evaluation};
use super::intake::ended;
use super::setup::{STACK, Setup, event, processing};
use super::{deployment, reconcile};

pub const JOB: &str = "reviewloop-rollout-aaaabbbbccccdd-1";

pub fn config(setup: &Setup) -> Config {
    Config {
        bucket: setup.bucket.name.clone(),
        hosted: deployment::hosted(setup),
        strategy: Some(Strategy::Shadow),
        approval_mode: ApprovalMode::Automatic,
        margin: 0.02,
        budget: 2_000,
        days: 7,
        rewards: 5_000,
        batching: Batching { rows: 50 },
        audit_rate: 0.02,
        processing: processing(),
    }
}

pub fn deps(setup: &Setup) -> Deps {
    Deps::new(&setup.of("shift-traffic"), config(setup))
}

/// The champion, approved by a person, and a challenger that the gate admits.
pub async fn pair(setup: &Setup) -> (String, String) {
    let champion = setup.register(&evaluation(140, None), false).await;
    setup.approve(&champion).await;
    let challenger = admitted(setup, &champion, false).await;
    (champion, challenger)
}

/// The next challenger, as the gate leaves it.
pub async fn admitted(setup: &Setup, champion: &str, refuses_ping: bool) -> String {
    let scores = evaluation(150, Some((champion, -0.01, 0.06)));
    let challenger = setup.register(&scores, refuses_ping).await;
    let mut gate = gate::deps(setup, ApprovalMode::Automatic);
    gate.config.has_rollout = true;
    let outcome = judge_model::handle(&gate, gate::registered(&challenger)).await;
    let judge_model::Outcome::Judged { decision, .. } = outcome.unwrap() else {
        panic!("not judged")
    };
    assert_eq!(decision, Decision::Approved);
    challenger
}

pub async fn look(deps: &Deps) -> Outcome {
    handle(deps, event("scheduled-retraining", &[]))
        .await
        .unwrap()
}

pub async fn record(setup: &Setup) -> Rollout {
    setup.read(keys::ROLLOUT).await.expect("a comparison")
}

pub async fn label(setup: &Setup, text: &str, origin: Origin, created_at: OffsetDateTime) {
    let label = Label {
        context: [].into(),
        text: text.to_owned(),
        label: "0".to_owned(),
        origin,
        inclusion_probability: (origin == Origin::Audit).then_some(0.02),
        predicted: "1".to_owned(),
        human_loop: "x".to_owned(),
        posterior: None,
        human_answers: Vec::new(),
        created_at,
    };
    let json = serde_json::to_vec(&label).unwrap();
    setup.put(&keys::label(&row_hash(text)), json).await;
}

/// So many labels of the audit; `hard` says of the first ones who is wrong.
pub async fn labels(setup: &Setup, of: &str, rows: usize, hard: &[(usize, &str)]) {
    let at = OffsetDateTime::now_utc() + Duration::from_secs(5);
    let mut hard = hard
        .iter()
        .flat_map(|(times, model)| std::iter::repeat_n(*model, *times));
    for number in 0..rows {
        let text = match hard.next() {
            Some(model) => format!("{of} {number} hard for the {model}"),
            None => format!("{of} {number}"),
        };
        label(setup, &text, Origin::Audit, at).await;
    }
}

/// Takes the batch that is due to its end; answers with the outcome after its scores were counted.
pub async fn scored(setup: &Setup, deps: &Deps) -> Outcome {
    let mut outcome = look(deps).await;
    // A job may be over before the look ends that created it.
    while let Some(batch) = record(setup).await.batch {
        let job = job(&record(setup).await, batch.attempt);
        ended(setup, &job).await;
        outcome = handle(
            deps,
            event("processing-job-rollout-completed", &[(JOB, &job)]),
        )
        .await
        .unwrap();
    }
    outcome
}

pub fn job(rollout: &Rollout, attempt: u32) -> String {
    policy::naming::rollout_job(STACK, &rollout.id, rollout.batches, attempt)
}

#[track_caller]
pub fn end(outcome: &Outcome) -> (End, &str) {
    match outcome {
        Outcome::Ended { end, reason, .. } => (*end, reason),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
pub async fn a_challenger_that_is_right_more_often_is_promoted_on_labelled_rows() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    assert_eq!(look(&deps).await, Outcome::NoChampion);
    let (champion, challenger) = pair(&setup).await;
    assert_eq!(
        setup.approval(&challenger).await.0,
        Status::PendingManualApproval
    );
    let Outcome::Comparing {
        challenger: 2,
        champion: 1,
        reason,
    } = look(&deps).await
    else {
        panic!("no comparison")
    };
    assert!(reason.contains("labels of the audit"), "{reason}");

    labels(&setup, "early", 60, &[(6, "champion")]).await;
    let Outcome::Comparing { reason, .. } = scored(&setup, &deps).await else {
        panic!("60 rows decide nothing")
    };
    assert!(reason.contains("more labels of the audit"), "{reason}");
    assert_eq!(record(&setup).await.looks.len(), 1);
    labels(&setup, "late", 240, &[(40, "champion"), (3, "challenger")]).await;
    let outcome = scored(&setup, &deps).await;
    let (decided, reason) = end(&outcome);
    assert_eq!(decided, End::Promoted);
    assert!(
        reason.starts_with(
            "better than the champion: on 300 labelled rows version 2 is 14.3 points more accurate than version 1 ("
        ),
        "{reason}"
    );

    let (status, description) = setup.approval(&challenger).await;
    assert_eq!(status, Status::Approved);
    let kept = format!("rollouts/{}/rollout.json", record(&setup).await.id);
    assert!(
        description.starts_with("Rollout passed, better") && description.ends_with(&kept),
        "{description}"
    );
    let kept: Rollout = setup.read(&kept).await.expect("kept");
    assert_eq!(kept, record(&setup).await);
    assert_eq!((kept.champion.arn, kept.counted.len()), (champion, 300));
    // The same events again.
    assert_eq!(look(&deps).await, Outcome::Idle);
}

#[tokio::test]
pub async fn a_challenger_that_is_right_less_often_is_rejected() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    let (_, challenger) = pair(&setup).await;
    labels(&setup, "a", 300, &[(50, "challenger"), (5, "champion")]).await;
    let outcome = scored(&setup, &deps).await;
    assert_eq!(end(&outcome).0, End::RolledBack);
    let (status, description) = setup.approval(&challenger).await;
    assert_eq!(status, Status::Rejected);
    assert!(
        description.starts_with("Rollout rejected, worse than the champion"),
        "{description}"
    );
    assert_eq!(look(&deps).await, Outcome::Idle);
}

#[tokio::test]
async fn another_champion_begins_another_comparison() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    let (champion, second) = pair(&setup).await;
    let third = admitted(&setup, &champion, false).await;
    // The newest one is compared first.
    labels(&setup, "a", 60, &[]).await;
    scored(&setup, &deps).await;
    assert_eq!(record(&setup).await.challenger.arn, third);
    setup.approve(&second).await;
    let Outcome::Comparing {
        challenger: 3,
        champion: 2,
        ..
    } = look(&deps).await
    else {
        panic!("it is not compared with the new champion")
    };
    // Rows that both saw count again: they are scored with another model.
    scored(&setup, &deps).await;
    let rollout = record(&setup).await;
    assert_eq!(
        (rollout.champion.arn, rollout.trial.evidence().rows()),
        (second, 60)
    );
}

#[tokio::test]
async fn a_champion_that_is_taken_back_hands_the_comparison_to_the_one_before() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    let (first, second) = pair(&setup).await;
    setup.approve(&second).await;
    let third = admitted(&setup, &second, false).await;
    labels(&setup, "a", 60, &[]).await;
    scored(&setup, &deps).await;
    // Withdrawn after a rollback of the endpoint.
    setup.reject(&second).await;
    scored(&setup, &deps).await;
    let rollout = record(&setup).await;
    assert_eq!(
        (&rollout.champion.arn, &rollout.challenger.arn),
        (&first, &third)
    );
    assert_eq!(rollout.trial.evidence().rows(), 60);

    // A person approves it again: the comparison goes on with the scores that there are.
    setup.approve(&second).await;
    scored(&setup, &deps).await;
    let rollout = record(&setup).await;
    assert_eq!((&rollout.champion.arn, rollout.batches), (&second, 1));
    assert_eq!(rollout.trial.evidence().rows(), 60);
}

#[tokio::test]
async fn what_was_decided_before_a_crash_stands_after_it() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    let (_, challenger) = pair(&setup).await;
    look(&deps).await;
    let decided = record(&setup)
        .await
        .decided(End::Promoted, "better".to_owned());
    setup
        .put(keys::ROLLOUT, serde_json::to_vec(&decided).unwrap())
        .await;
    // The registry has it already, so the challenger is the champion.
    setup.approve(&challenger).await;
    let outcome = look(&deps).await;
    assert_eq!(end(&outcome), (End::Promoted, "better"));
    assert_eq!(setup.keys("rollouts/").await.len(), 1);
    assert_eq!(look(&deps).await, Outcome::Idle);
}

#[tokio::test]
async fn a_persons_decision_ends_a_comparison() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    let (_, challenger) = pair(&setup).await;
    look(&deps).await;
    setup.reject(&challenger).await;
    let outcome = look(&deps).await;
    assert_eq!(
        end(&outcome),
        (End::DecidedByPerson, "version 2 is Rejected")
    );
    assert_eq!(look(&deps).await, Outcome::Idle);
}

#[tokio::test]
async fn a_comparison_that_takes_too_long_is_left_to_a_person() {
    let setup = Setup::new().await;
    let short = Config {
        days: 0,
        ..config(&setup)
    };
    let deps = Deps::new(&setup.of("shift-traffic"), short);
    let (_, challenger) = pair(&setup).await;
    let outcome = look(&deps).await;
    let (decided, reason) = end(&outcome);
    assert_eq!(decided, End::Inconclusive);
    assert_eq!(reason, "its time is over: no labelled row was compared yet");
    let (status, description) = setup.approval(&challenger).await;
    assert_eq!(status, Status::PendingManualApproval);
    assert!(
        description.starts_with("Rollout inconclusive, its time is over"),
        "{description}"
    );
    assert_eq!(look(&deps).await, Outcome::Idle);
}

#[tokio::test]
async fn in_manual_mode_a_comparison_recommends() {
    let setup = Setup::new().await;
    let manual = Config {
        approval_mode: ApprovalMode::Manual,
        ..config(&setup)
    };
    let deps = Deps::new(&setup.of("shift-traffic"), manual);
    let (_, challenger) = pair(&setup).await;
    labels(&setup, "a", 300, &[(50, "champion")]).await;
    let outcome = scored(&setup, &deps).await;
    assert_eq!(end(&outcome).0, End::Promoted);
    let (status, description) = setup.approval(&challenger).await;
    assert_eq!(status, Status::PendingManualApproval);
    assert!(description.starts_with("Rollout passed"), "{description}");
    assert_eq!(look(&deps).await, Outcome::Idle);
}

#[tokio::test]
async fn a_stack_without_a_rollout_compares_nothing() {
    let setup = Setup::new().await;
    let off = Config {
        strategy: None,
        ..config(&setup)
    };
    pair(&setup).await;
    let deps = Deps::new(&setup.of("shift-traffic"), off);
    assert_eq!(look(&deps).await, Outcome::Off);
    assert_eq!(setup.keys(keys::ROLLOUT).await, [""; 0]);
}

#[tokio::test]
async fn the_first_model_is_approved_by_the_gate() {
    let setup = Setup::new().await;
    let first = setup.register(&evaluation(140, None), false).await;
    let mut gate = gate::deps(&setup, ApprovalMode::Automatic);
    gate.config.has_rollout = true;
    judge_model::handle(&gate, gate::registered(&first))
        .await
        .unwrap();
    assert_eq!(setup.approval(&first).await.0, Status::Approved);
}

#[tokio::test]
pub async fn a_person_is_told_of_a_version_once_its_comparison_has_ended_without_a_verdict() {
    let setup = Setup::new().await;
    reconcile::pipeline(&setup).await;
    pair(&setup).await;
    deployment::deploy(&setup, "model-package-approved").await;
    deployment::settled(&setup).await;
    deployment::watch(&setup).await;
    let mut reconciler = reconcile::deps(&setup);
    reconciler.config.has_rollout = true;
    let told = async || {
        let wake = event("scheduled-reconcile", &[]);
        ::reconcile::handle(&reconciler, wake).await.unwrap().notice
    };
    assert_eq!(told().await, None, "it waits for its comparison");
    look(&deps(&setup)).await;
    assert_eq!(told().await, None);
    let mut deps = deps(&setup);
    deps.clock = later(&setup, 8 * 24);
    look(&deps).await;
    let notice = told().await.expect("a notice");
    assert!(
        notice.contains("model version 2 waits for your decision; its comparison with the champion: inconclusive"),
        "{notice}"
    );
}

/// A clock that is so many hours ahead. Requests are signed by the machine's.
pub fn later(setup: &Setup, hours: u64) -> Clock {
    let time = OffsetDateTime::now_utc() + Duration::from_secs(hours * 3600);
    let config = setup.config.to_builder();
    Clock::new(
        &config
            .time_source(StaticTimeSource::new(time.into()))
            .build(),
    )
}
