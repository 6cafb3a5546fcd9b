//! Runs a day: what starts by itself is bounded, and a person releases what waits.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use aws_sdk_sagemaker::types::PipelineExecutionStatus as Status;
use start_pipeline::{Outcome, Wake};

use super::pipeline::{EMPTY, ended, executions, starter, version, with_pipeline};
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
