//! The single flight against a reference model, for events of every kind in every order.

use proptest::prelude::*;

use super::*;

/// One thing that may happen to the loop, in any order, any number of times.
#[derive(Debug, Clone)]
enum Happening {
    Upload,
    /// Another model is approved, which makes the run's evaluation outdated.
    Approve,
    /// A study of the run's version ends with a winner.
    Win,
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
            1 => Just(Happening::Upload), 1 => Just(Happening::Approve), 1 => Just(Happening::Win), 2 => Just(Happening::Wake),
            2 => Just(Happening::Count), 2 => Just(Happening::Call),
            1 => Just(Happening::Succeed), 1 => Just(Happening::Fail),
            3 => Just(Happening::Fault)], 0..60)
    ) {
        let mut world = World::default();
        for happening in happenings {
            world.happen(&happening);
            prop_assert!(world.running() <= 1);
        }
        // Let it come to rest: every watcher makes its call, and every execution succeeds.
        for _ in 0..6 {
            world.happen(&Happening::Count);
            while !world.calls.is_empty() {
                world.happen(&Happening::Call);
            }
            world.happen(&Happening::Succeed);
            world.happen(&Happening::Wake);
            prop_assert!(world.running() <= 1);
        }
        for version in 1..=world.newest {
            let started = world.started.iter().filter(|started| **started == version);
            prop_assert!(started.count() <= 4, "one run, one with the winner, one repeated evaluation of each");
        }
        if let Some(run) = &world.run {
            let is_due = world.won.contains(&run.version) && run.state == RunState::Succeeded;
            prop_assert!(!is_due || world.adopted.contains(&run.version));
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
    outdated: bool,
    /// Versions that have a winner, and those that were claimed with it.
    won: Vec<u32>,
    adopted: Vec<u32>,
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
            Happening::Approve => self.outdated = true,
            Happening::Win => {
                let version = self.run.as_ref().map(|run| run.version);
                self.won.extend(version);
            }
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
            let observed = Observed {
                dataset: "reviews",
                pipeline_created: 1,
                newest,
                execution,
                definition_hash: "d",
                evaluation_outdated: self.outdated,
                winner_waits: self.run.as_ref().is_some_and(|run| {
                    self.won.contains(&run.version) && !self.adopted.contains(&run.version)
                }),
                today: TODAY,
            };
            match next(self.run.as_ref(), observed, BOUNDS) {
                Step::Claim { version, attempt } => {
                    let claimed = run(version, None, RunState::Active);
                    self.run = Some(Run { attempt, ..claimed });
                    self.outdated = false;
                }
                Step::EvaluateAgain { attempt } => {
                    let again = self.run.as_ref().unwrap();
                    self.run = Some(Run {
                        attempt,
                        evaluated_again: true,
                        ..run(again.version, None, RunState::Active)
                    });
                    self.outdated = false;
                }
                Step::Adopt { attempt } => {
                    let before = self.run.as_ref().unwrap();
                    self.adopted.push(before.version);
                    self.run = Some(Run {
                        attempt,
                        ..run(before.version, None, RunState::Active)
                    });
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
                Step::Wait | Step::Idle | Step::EnoughToday { .. } | Step::Stuck { .. } => return,
            }
        }
    }
}
