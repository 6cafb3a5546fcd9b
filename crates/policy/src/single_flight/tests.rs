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
        retried_failure: None,
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

/// One thing that may happen to the loop, in any order, any number of times.
#[derive(Debug, Clone)]
enum Happening {
    Upload,
    /// start-pipeline looks.
    Wake,
    /// watch-pipeline counts a retry, and has not called yet.
    Count,
    /// The oldest of those calls is made.
    Call,
    Succeed,
    Fail,
    Fault,
}

proptest! {
    /// The reference model: a counter of running executions and the set of versions started.
    #[test]
    fn never_two_executions_at_a_time_and_the_newest_version_always_gets_its_turn(
        happenings in proptest::collection::vec(prop_oneof![
            1 => Just(Happening::Upload), 2 => Just(Happening::Wake),
            2 => Just(Happening::Count), 2 => Just(Happening::Call),
            1 => Just(Happening::Succeed), 1 => Just(Happening::Fail),
            3 => Just(Happening::Fault)], 0..60)
    ) {
        let mut world = World::default();
        for happening in happenings {
            world.happen(&happening);
            prop_assert!(world.running() <= 1);
        }
        // Let it come to rest: every watcher makes its call, and whatever runs succeeds.
        for _ in 0..4 {
            world.happen(&Happening::Count);
            while !world.calls.is_empty() {
                world.happen(&Happening::Call);
            }
            world.happen(&Happening::Succeed);
            world.happen(&Happening::Wake);
            prop_assert!(world.running() <= 1);
        }
        prop_assert_eq!(world.started.last().copied().unwrap_or(0), world.newest);
    }
}

struct Executed {
    status: &'static str,
    reason: &'static str,
    modified: String,
}

#[derive(Default)]
struct World {
    newest: u32,
    run: Option<Run>,
    /// Every execution ever started; a run's ARN is its place here.
    executions: Vec<Executed>,
    started: Vec<u32>,
    /// Retries counted and not yet called: execution and token.
    calls: Vec<(usize, u32)>,
    used_tokens: Vec<(usize, u32)>,
    clock: u32,
}

impl World {
    fn running(&self) -> usize {
        let running = |execution: &&Executed| execution.status == "Executing";
        self.executions.iter().filter(running).count()
    }

    fn happen(&mut self, happening: &Happening) {
        self.clock += 1;
        match happening {
            Happening::Upload => self.newest += 1,
            Happening::Wake => self.wake(),
            Happening::Count => self.count(),
            Happening::Call => self.call(),
            Happening::Succeed => self.end("Succeeded", ""),
            Happening::Fail => self.end("Failed", "AlgorithmError: x"),
            Happening::Fault => self.end("Failed", "CapacityError: x"),
        }
    }

    fn end(&mut self, status: &'static str, reason: &'static str) {
        let modified = self.clock.to_string();
        let last = self.executions.last_mut();
        if let Some(last) = last.filter(|last| last.status == "Executing") {
            *last = Executed {
                status,
                reason,
                modified,
            };
        }
    }

    /// The run's execution, and its place.
    fn execution(&self) -> Option<(usize, Execution<'_>)> {
        let place: usize = self.run.as_ref()?.execution_arn.as_ref()?.parse().unwrap();
        let executed = &self.executions[place];
        let execution = Execution {
            status: executed.status,
            failure_reason: executed.reason,
            last_modified_time: &executed.modified,
        };
        Some((place, execution))
    }

    fn count(&mut self) {
        let Some((place, execution)) = self.execution() else {
            return;
        };
        let modified = execution.last_modified_time.to_owned();
        let decision = retry(self.run.as_ref().unwrap(), execution, BOUNDS);
        let run = self.run.as_mut().unwrap();
        if decision == Retry::Count {
            run.retries += 1;
            run.retried_failure = Some(modified);
        }
        if decision != Retry::No {
            self.calls.push((place, run.retries));
        }
    }

    fn call(&mut self) {
        if self.calls.is_empty() {
            return;
        }
        let call = self.calls.remove(0);
        let failed = self.executions[call.0].status == "Failed";
        if failed && !self.used_tokens.contains(&call) {
            self.used_tokens.push(call);
            self.executions[call.0].status = "Executing";
        }
    }

    fn wake(&mut self) {
        loop {
            let execution = self.execution().map(|(_, execution)| execution);
            let newest = Some(self.newest).filter(|newest| *newest > 0);
            match next(self.run.as_ref(), newest, execution, "d", BOUNDS) {
                Step::Claim { version, attempt } => {
                    let claimed = run(version, None, RunState::Active);
                    self.run = Some(Run { attempt, ..claimed });
                }
                Step::Start => {
                    let run = self.run.as_mut().unwrap();
                    run.execution_arn = Some(self.executions.len().to_string());
                    self.started.push(run.version);
                    self.executions.push(Executed {
                        status: "Executing",
                        reason: "",
                        modified: self.clock.to_string(),
                    });
                }
                Step::Conclude(state) => self.run.as_mut().unwrap().state = state,
                Step::Wait | Step::Idle | Step::Stuck { .. } => return,
            }
        }
    }
}
