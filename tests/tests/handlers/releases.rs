//! Runs a day: what starts by itself is bounded, and a person releases what waits.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_sdk_sagemaker::types::PipelineExecutionStatus as Status;
use contracts::keys;
use contracts::run::Run;
use start_pipeline::{Outcome, Wake};

use super::manifests::version;
use super::pipeline::{EMPTY, ended, executions, starter, with_pipeline};
use super::reconcile;
use super::setup::{Setup, event};

const ENOUGH: Outcome = Outcome::EnoughToday {
    version: 2,
    runs: 1,
};

async fn woken(setup: &Setup, wake: Wake) -> Outcome {
    let mut deps = starter(setup);
    deps.config.bounds = deps.config.bounds.a_day(1);
    start_pipeline::handle(&deps, wake).await.unwrap()
}

async fn release(setup: &Setup, version: u32) -> Outcome {
    let wake = serde_json::json!({ "start": { "release": version } });
    woken(setup, serde_json::from_value(wake).unwrap()).await
}

async fn noticed(setup: &Setup) -> Option<String> {
    let mut deps = reconcile::deps(setup);
    deps.config.bounds = deps.config.bounds.a_day(1);
    let wake: EventBridgeEvent = event("scheduled-reconcile", &[]);
    let outcome = reconcile_function(&deps, wake).await;
    assert!(outcome.resent.is_empty(), "{outcome:?}");
    outcome.notice
}

async fn reconcile_function(
    deps: &::reconcile::Deps,
    wake: EventBridgeEvent,
) -> ::reconcile::Outcome {
    ::reconcile::handle(deps, wake).await.unwrap()
}

#[tokio::test]
async fn a_version_beyond_the_days_runs_waits_until_a_person_releases_it() {
    let setup = with_pipeline(EMPTY).await;
    let written = || event::<Wake>("dataset-version-written", &[]);
    version(&setup, 1).await;
    woken(&setup, written()).await;
    ended(&setup, Status::Succeeded).await;
    version(&setup, 2).await;
    for _ in 0..2 {
        assert_eq!(woken(&setup, written()).await, ENOUGH);
    }
    assert_eq!(executions(&setup).await.len(), 1);
    let notice = noticed(&setup).await.expect("a person is told");
    assert!(
        notice.contains("dataset version 2 waits") && notice.ends_with("reviewloop release 2"),
        "{notice}"
    );

    let older = release(&setup, 1).await;
    assert!(matches!(older, Outcome::Refused { .. }), "{older:?}");
    let released = release(&setup, 2).await;
    assert!(
        matches!(
            released,
            Outcome::Running { version: 2, .. } | Outcome::Idle
        ),
        "{released:?}"
    );
    ended(&setup, Status::Succeeded).await;
    assert_eq!(executions(&setup).await.len(), 2);
    let again = release(&setup, 2).await;
    assert!(matches!(again, Outcome::Refused { .. }), "{again:?}");
}

#[tokio::test]
async fn another_attempt_beyond_the_days_runs_is_released_too() {
    let setup = with_pipeline(EMPTY).await;
    let given_up = reconcile::stuck_run(&setup, "one class").await;
    version(&setup, 1).await;
    let today = starter(&setup).clock.now().date().to_string();
    // Worth another attempt: its pipeline had another definition.
    let given_up = Run {
        day: today,
        runs_of_day: 1,
        definition_hash: "another".into(),
        ..given_up
    };
    setup
        .put(keys::RUN, serde_json::to_vec(&given_up).unwrap())
        .await;
    let waits = Outcome::EnoughToday {
        version: 1,
        runs: 1,
    };
    let written = event::<Wake>("dataset-version-written", &[]);
    assert_eq!(woken(&setup, written).await, waits);
    let released = release(&setup, 1).await;
    assert!(!matches!(released, Outcome::Refused { .. }), "{released:?}");
    let run: Run = setup.read(keys::RUN).await.unwrap();
    assert_eq!((run.version, run.attempt), (1, 2));
    assert_eq!(run.runs_of_day, 1, "a person's run does not count");
}
