use super::*;

mod world;

const TODAY: &str = "2026-11-28";

const BOUNDS: Bounds = Bounds {
    attempts: 3,
    retries: 2,
    runs_a_day: 4,
};

fn run(version: u32, arn: Option<&str>, state: RunState) -> Run {
    Run {
        dataset: "reviews".into(),
        pipeline_created: 1,
        day: String::new(),
        runs_of_day: 0,
        version,
        version_id: format!("v{version}"),
        attempt: 1,
        definition_hash: "d".into(),
        parameters: [].into(),
        client_request_token: "t".into(),
        execution_arn: arn.map(str::to_owned),
        retries: 0,
        retried_failure: None,
        model_package_arn: None,
        evaluated_again: false,
        asked: [].into(),
        earlier_model_package_arn: None,
        studies: Vec::new(),
        state,
    }
}

fn execution(status: &'static str, failure_reason: &'static str) -> Option<Execution<'static>> {
    Some(Execution {
        status,
        failure_reason,
        last_modified_time: "t1",
    })
}

fn stuck(reason: &str) -> RunState {
    RunState::Stuck {
        reason: reason.into(),
    }
}

#[track_caller]
fn check(
    run: Option<Run>,
    newest: Option<u32>,
    execution: Option<Execution>,
    definition: &str,
    expected: Step,
) {
    let observed = Observed {
        dataset: "reviews",
        pipeline_created: 1,
        newest,
        execution,
        definition_hash: definition,
        evaluation_outdated: false,
        winner_waits: false,
        today: TODAY,
    };
    assert_eq!(next(run.as_ref(), observed, BOUNDS), expected);
}

#[test]
fn a_version_is_claimed_started_awaited_and_concluded() {
    check(None, None, None, "d", Step::Idle);
    check(
        None,
        Some(1),
        None,
        "d",
        Step::Claim {
            version: 1,
            attempt: 1,
        },
    );
    check(
        Some(run(1, None, RunState::Active)),
        Some(1),
        None,
        "d",
        Step::Start,
    );
    let active = run(1, Some("arn"), RunState::Active);
    check(
        Some(active.clone()),
        Some(1),
        execution("Executing", ""),
        "d",
        Step::Wait,
    );
    let done = Step::Conclude(RunState::Succeeded);
    check(Some(active), Some(1), execution("Succeeded", ""), "d", done);
    check(
        Some(run(1, Some("arn"), RunState::Succeeded)),
        Some(1),
        None,
        "d",
        Step::Idle,
    );
}

#[test]
fn a_newer_version_waits_for_the_run_and_then_is_claimed() {
    let active = run(1, Some("arn"), RunState::Active);
    check(
        Some(active),
        Some(3),
        execution("Executing", ""),
        "d",
        Step::Wait,
    );
    let claim = Step::Claim {
        version: 3,
        attempt: 1,
    };
    check(
        Some(run(1, Some("arn"), RunState::Succeeded)),
        Some(3),
        None,
        "d",
        claim.clone(),
    );
    check(
        Some(run(1, Some("arn"), stuck("why"))),
        Some(3),
        None,
        "d",
        claim,
    );
}

#[test]
fn a_capacity_fault_is_left_to_the_retry_until_the_bound() {
    let fault = execution("Failed", "CapacityError: none left");
    let mut active = run(1, Some("arn"), RunState::Active);
    assert_eq!(retry(&active, fault.unwrap(), BOUNDS), Retry::Count);
    check(Some(active.clone()), Some(1), fault, "d", Step::Wait);
    active.retries = 2;
    assert_eq!(retry(&active, fault.unwrap(), BOUNDS), Retry::No);
    let given_up = stuck("CapacityError: none left (after 2 retries)");
    check(Some(active), Some(1), fault, "d", Step::Conclude(given_up));
}

#[test]
fn the_last_retry_is_awaited_while_its_failure_still_stands() {
    let fault = execution("Failed", "CapacityError: none left");
    let counted = Run {
        retries: 2,
        retried_failure: Some("t1".into()),
        ..run(1, Some("arn"), RunState::Active)
    };
    assert_eq!(retry(&counted, fault.unwrap(), BOUNDS), Retry::Repeat);
    // A version that waits must not be claimed: the retry may be under way.
    check(Some(counted.clone()), Some(2), fault, "d", Step::Wait);
    let failed_again = fault.map(|execution| Execution {
        last_modified_time: "t2",
        ..execution
    });
    assert_eq!(retry(&counted, failed_again.unwrap(), BOUNDS), Retry::No);
    let given_up = stuck("CapacityError: none left (after 2 retries)");
    check(
        Some(counted),
        Some(2),
        failed_again,
        "d",
        Step::Conclude(given_up),
    );
}

#[test]
fn a_permanent_failure_is_stuck_until_the_definition_changes_within_the_bound() {
    let mut failed = run(1, Some("arn"), stuck("AlgorithmError: x"));
    let same = Step::Stuck {
        reason: "AlgorithmError: x".into(),
    };
    check(Some(failed.clone()), Some(1), None, "d", same);
    let again = Step::Claim {
        version: 1,
        attempt: 2,
    };
    check(Some(failed.clone()), Some(1), None, "changed", again);
    failed.attempt = 3;
    let over = Step::Stuck {
        reason: "AlgorithmError: x (3 attempts made)".into(),
    };
    check(Some(failed), Some(1), None, "changed", over);
}

#[test]
fn a_stopped_execution_is_not_started_again_by_itself() {
    let active = run(1, Some("arn"), RunState::Active);
    let end = Step::Conclude(stuck("the execution was stopped"));
    check(Some(active), Some(1), execution("Stopped", ""), "d", end);
}

#[test]
fn an_outdated_evaluation_is_repeated_once_whatever_the_attempts_and_after_no_newer_version() {
    let outdated = |run: &Run, newest| {
        let observed = Observed {
            dataset: "reviews",
            pipeline_created: 1,
            newest: Some(newest),
            execution: None,
            definition_hash: "d",
            evaluation_outdated: true,
            winner_waits: false,
            today: TODAY,
        };
        next(Some(run), observed, BOUNDS)
    };
    let ended = run(1, Some("arn"), RunState::Succeeded);
    assert_eq!(outdated(&ended, 1), Step::EvaluateAgain { attempt: 2 });
    let newer = Step::Claim {
        version: 2,
        attempt: 1,
    };
    assert_eq!(outdated(&ended, 2), newer);
    let repeated = Run {
        evaluated_again: true,
        attempt: 2,
        ..ended.clone()
    };
    assert_eq!(outdated(&repeated, 1), Step::Idle);
    let started_by_hand = Run {
        attempt: BOUNDS.attempts,
        ..ended
    };
    let attempt = BOUNDS.attempts + 1;
    assert_eq!(
        outdated(&started_by_hand, 1),
        Step::EvaluateAgain { attempt }
    );
    let stuck = run(1, Some("arn"), stuck("why"));
    assert!(matches!(outdated(&stuck, 1), Step::Stuck { .. }));
}

#[test]
fn a_version_that_is_not_the_newest_is_neither_claimed_nor_evaluated_again() {
    for newest in [None, Some(1)] {
        let observed = Observed {
            dataset: "reviews",
            pipeline_created: 1,
            newest,
            execution: None,
            definition_hash: "changed",
            evaluation_outdated: true,
            winner_waits: false,
            today: TODAY,
        };
        let succeeded = run(2, Some("arn"), RunState::Succeeded);
        assert_eq!(next(Some(&succeeded), observed, BOUNDS), Step::Idle);
        let failed = run(2, Some("arn"), stuck("why"));
        let reason = "why".to_owned();
        let step = next(Some(&failed), observed, BOUNDS);
        assert_eq!(step, Step::Stuck { reason });
    }
}

#[test]
fn another_champion_or_an_anchor_that_was_given_up_makes_an_evaluation_outdated() {
    let package = |arn: &str, approved| Package {
        version: 1,
        arn: arn.into(),
        created: 0,
        approved,
    };
    let [a, b] = ["a", "b"].map(|arn| package(arn, true));
    let evaluated = |champion: &str, anchor: &str| Run {
        parameters: [
            (pipeline::CHAMPION_MODEL_PACKAGE, champion),
            (pipeline::ANCHOR_MODEL_PACKAGE, anchor),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
        ..run(1, Some("arn"), RunState::Succeeded)
    };
    let both = [a.clone(), b.clone()];
    assert!(!incumbents_changed(&evaluated("none", "none"), &[], None));
    assert!(incumbents_changed(
        &evaluated("none", "none"),
        &both,
        Some(&a)
    ));
    assert!(!incumbents_changed(&evaluated("a", "b"), &both, Some(&a)));
    assert!(incumbents_changed(&evaluated("a", "b"), &both, Some(&b)));
    assert!(incumbents_changed(&evaluated("a", "b"), &both, None));
    let itself = Run {
        model_package_arn: Some("b".into()),
        ..evaluated("a", "none")
    };
    assert!(!incumbents_changed(&itself, &both, Some(&b)));
    let given_up = [a.clone(), package("b", false)];
    assert!(incumbents_changed(
        &evaluated("a", "b"),
        &given_up,
        Some(&a)
    ));
}

#[test]
fn a_run_of_another_pipeline_or_of_another_dataset_does_not_hold_the_newest_version_back() {
    let observed = |execution| Observed {
        dataset: "reviews",
        newest: Some(1),
        execution,
        definition_hash: "d",
        pipeline_created: 2,
        evaluation_outdated: false,
        winner_waits: false,
        today: TODAY,
    };
    let claim = Step::Claim {
        version: 1,
        attempt: 1,
    };
    let earlier = Run {
        pipeline_created: 1,
        ..run(7, Some("arn"), RunState::Active)
    };
    let missing = execution(MISSING, "arn does not exist any more");
    assert_eq!(next(Some(&earlier), observed(missing), BOUNDS), claim);
    for state in [RunState::Succeeded, stuck("why")] {
        let other = Run {
            dataset: "complaints".into(),
            pipeline_created: 2,
            ..run(7, Some("arn"), state)
        };
        assert_eq!(next(Some(&other), observed(None), BOUNDS), claim);
    }
    // One execution at a time, whatever it trains.
    let other = Run {
        dataset: "complaints".into(),
        pipeline_created: 2,
        ..run(7, Some("arn"), RunState::Active)
    };
    let executing = execution("Executing", "");
    assert_eq!(next(Some(&other), observed(executing), BOUNDS), Step::Wait);
    assert!(matches!(
        next(Some(&other), observed(missing), BOUNDS),
        Step::Conclude(RunState::Stuck { .. })
    ));
}

#[test]
fn a_version_waits_for_the_next_day_where_the_days_runs_are_used_up() {
    let ended = |day: &str, runs_of_day| Run {
        day: day.into(),
        runs_of_day,
        ..run(1, Some("e"), RunState::Succeeded)
    };
    let claimed = Step::Claim {
        version: 2,
        attempt: 1,
    };
    let enough = Step::EnoughToday {
        version: 2,
        runs: 4,
    };
    check(Some(ended(TODAY, 3)), Some(2), None, "d", claimed.clone());
    check(Some(ended(TODAY, 4)), Some(2), None, "d", enough);
    check(Some(ended("2026-11-27", 4)), Some(2), None, "d", claimed);
    check(Some(ended(TODAY, 4)), Some(1), None, "d", Step::Idle);
}
