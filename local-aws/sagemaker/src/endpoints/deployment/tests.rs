use serde_json::json;

use super::*;
use local_core::world::World;

/// A canary of half the requests for 60 seconds, then 30 until the old fleet ends; within 600.
fn deployment(phase: Phase, step: u32, started: Timestamp, phase_started: Timestamp) -> Deployment {
    let config = serde_json::from_value(json!({
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": {
                "Type": "CANARY",
                "WaitIntervalInSeconds": 60,
                "CanarySize": { "Type": "CAPACITY_PERCENT", "Value": 50 },
            },
            "TerminationWaitInSeconds": 30,
            "MaximumExecutionTimeoutInSeconds": 600,
        },
    }));
    Deployment {
        phase_started,
        guarded: Some(Guarded {
            config: config.unwrap(),
            step,
        }),
        ..Deployment::new("next".to_owned(), Vec::new(), phase, started)
    }
}

#[test]
fn a_step_follows_when_its_time_is_over_and_no_alarm_rings() {
    let now = Timestamp::now(&World::default());
    let ago = |seconds: f64| now.plus_seconds(-seconds);
    let next =
        |phase, step, seconds| deployment(phase, step, ago(200.0), ago(seconds)).next(now, None);
    assert_eq!(next(Phase::Creating, 0, 200.0), Ok(None));
    assert_eq!(next(Phase::ActivatingTraffic, 1, 0.0), Ok(Some(Step::Bake)));
    assert_eq!(next(Phase::Baking, 1, 59.0), Ok(None));
    assert_eq!(next(Phase::Baking, 1, 60.0), Ok(Some(Step::Shift)));
    assert_eq!(next(Phase::Baking, 2, 29.0), Ok(None));
    assert_eq!(next(Phase::Baking, 2, 30.0), Ok(Some(Step::Complete)));
}

#[test]
fn an_alarm_takes_a_deployment_back_while_it_bakes_and_so_does_its_time_limit() {
    let now = Timestamp::now(&World::default());
    let ago = |seconds: f64| now.plus_seconds(-seconds);
    for step in [1, 2] {
        // Before the step that is due.
        let baking = deployment(Phase::Baking, step, ago(200.0), ago(60.0));
        let reason = baking.next(now, Some("errors")).unwrap_err();
        assert_eq!(reason, "the alarm errors rings");
    }
    for phase in [Phase::Creating, Phase::ActivatingTraffic, Phase::Baking] {
        let late = deployment(phase, 1, ago(600.0), ago(0.0));
        let reason = late.next(now, None).unwrap_err();
        assert_eq!(reason, "the deployment has not ended within 600 seconds");
    }
}
