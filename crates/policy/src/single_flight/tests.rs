use proptest::prelude::*;

use super::*;

const BOUNDS: Bounds = Bounds {
    attempts: 3,
    retries: 2,
};

fn run(version: u32, arn: Option<&str>, state: RunState) -> Run {
    Run {
        version,
        version_id: format!("v{version}"),
        attempt: 1,
        definition_hash: "d".into(),
        parameters: [].into(),
        client_request_token: "t".into(),
        execution_arn: arn.map(str::to_owned),
        retries: 0,
        state,
    }
}

fn version(number: u32) -> Option<Version<'static>> {
    Some(Version { number, id: "v" })
}

fn execution(status: &'static str, failure_reason: &'static str) -> Option<Execution<'static>> {
    Some(Execution {
        status,
        failure_reason,
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
    newest: Option<Version>,
    execution: Option<Execution>,
    definition: &str,
    expected: Step,
) {
    assert_eq!(
        next(run.as_ref(), newest, execution, definition, BOUNDS),
        expected
    );
}

#[test]
fn a_version_is_claimed_started_awaited_and_concluded() {
    check(None, None, None, "d", Step::Idle);
    check(
        None,
        version(1),
        None,
        "d",
        Step::Claim {
            version: 1,
            attempt: 1,
        },
    );
    check(
        Some(run(1, None, RunState::Active)),
        version(1),
        None,
        "d",
        Step::Start,
    );
    let active = run(1, Some("arn"), RunState::Active);
    check(
        Some(active.clone()),
        version(1),
        execution("Executing", ""),
        "d",
        Step::Wait,
    );
    let done = Step::Conclude(RunState::Succeeded);
    check(
        Some(active),
        version(1),
        execution("Succeeded", ""),
        "d",
        done,
    );
    check(
        Some(run(1, Some("arn"), RunState::Succeeded)),
        version(1),
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
        version(3),
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
        version(3),
        None,
        "d",
        claim.clone(),
    );
    check(
        Some(run(1, Some("arn"), stuck("why"))),
        version(3),
        None,
        "d",
        claim,
    );
}

#[test]
fn a_capacity_fault_is_left_to_the_retry_until_the_bound() {
    let fault = execution("Failed", "CapacityError: none left");
    let mut active = run(1, Some("arn"), RunState::Active);
    assert!(retry(&active, fault.unwrap(), BOUNDS));
    check(Some(active.clone()), version(1), fault, "d", Step::Wait);
    active.retries = 2;
    assert!(!retry(&active, fault.unwrap(), BOUNDS));
    let given_up = stuck("CapacityError: none left (after 2 retries)");
    check(
        Some(active),
        version(1),
        fault,
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
    check(Some(failed.clone()), version(1), None, "d", same);
    let again = Step::Claim {
        version: 1,
        attempt: 2,
    };
    check(Some(failed.clone()), version(1), None, "changed", again);
    failed.attempt = 3;
    let over = Step::Stuck {
        reason: "AlgorithmError: x (3 attempts made)".into(),
    };
    check(Some(failed), version(1), None, "changed", over);
}

#[test]
fn a_stopped_execution_is_not_started_again_by_itself() {
    let active = run(1, Some("arn"), RunState::Active);
    let end = Step::Conclude(stuck("the execution was stopped"));
    check(Some(active), version(1), execution("Stopped", ""), "d", end);
}

/// One thing that may happen to the loop, in any order, any number of times.
#[derive(Debug, Clone)]
enum Happening {
    Upload,
    Wake,
    Succeed,
    Fail,
    Fault,
}

proptest! {
    /// The reference model: a counter of running executions and the set of versions started.
    #[test]
    fn never_two_executions_at_a_time_and_the_newest_version_always_gets_its_turn(
        happenings in proptest::collection::vec(prop_oneof![
            Just(Happening::Upload), Just(Happening::Wake), Just(Happening::Succeed),
            Just(Happening::Fail), Just(Happening::Fault)], 0..60)
    ) {
        let mut world = World::default();
        for happening in happenings {
            world.happen(&happening);
            prop_assert!(world.running() <= 1);
        }
        // Let it come to rest: whatever runs succeeds.
        for _ in 0..4 {
            world.happen(&Happening::Succeed);
            world.happen(&Happening::Wake);
        }
        prop_assert_eq!(world.started.last().copied().unwrap_or(0), world.newest);
    }
}

#[derive(Default)]
struct World {
    newest: u32,
    run: Option<Run>,
    /// Status and reason of every execution ever started.
    executions: Vec<(&'static str, &'static str)>,
    started: Vec<u32>,
}

impl World {
    fn running(&self) -> usize {
        self.executions
            .iter()
            .filter(|execution| execution.0 == "Executing")
            .count()
    }

    fn happen(&mut self, happening: &Happening) {
        match happening {
            Happening::Upload => self.newest += 1,
            Happening::Succeed => self.end("Succeeded", ""),
            Happening::Fail => self.end("Failed", "AlgorithmError: x"),
            Happening::Fault => self.end("Failed", "CapacityError: x"),
            Happening::Wake => {}
        }
        self.wake();
    }

    fn end(&mut self, status: &'static str, reason: &'static str) {
        if let Some(last) = self
            .executions
            .last_mut()
            .filter(|last| last.0 == "Executing")
        {
            *last = (status, reason);
        }
    }

    fn wake(&mut self) {
        loop {
            let execution = self
                .executions
                .last()
                .filter(|_| {
                    self.run
                        .as_ref()
                        .is_some_and(|run| run.execution_arn.is_some())
                })
                .map(|&(status, failure_reason)| Execution {
                    status,
                    failure_reason,
                });
            if let (Some(run), Some(execution)) = (&mut self.run, execution)
                && retry(run, execution, BOUNDS)
            {
                run.retries += 1;
                self.executions.last_mut().unwrap().0 = "Executing";
                continue;
            }
            let newest = Some(Version {
                number: self.newest,
                id: "v",
            })
            .filter(|v| v.number > 0);
            match next(self.run.as_ref(), newest, execution, "d", BOUNDS) {
                Step::Claim { version, attempt } => {
                    let claimed = run(version, None, RunState::Active);
                    self.run = Some(Run { attempt, ..claimed });
                }
                Step::Start => {
                    self.executions.push(("Executing", ""));
                    let run = self.run.as_mut().unwrap();
                    run.execution_arn = Some("arn".into());
                    self.started.push(run.version);
                }
                Step::Conclude(state) => self.run.as_mut().unwrap().state = state,
                Step::Wait | Step::Idle | Step::Stuck { .. } => return,
            }
        }
    }
}
