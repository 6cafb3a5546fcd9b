//! The next transitions of one execution, in one transaction.

use super::context::Context;
use super::definition::{self, Definition, StepKind};
use super::execution::{self, Execution, ExecutionStatus, StepResult, StepRun, StepStatus};
use super::plan::{self, Begun, Progress};
use super::retry::{self, ExceptionType};
use super::step_job::{self, Outcome};
use super::{event, pipeline, start_step};
use local_core::Cloud;
use local_core::store::Tx;
use local_core::timestamp::Timestamp;

/// Nothing is to be done now: the transaction is rolled back, and wakes no reader.
pub enum Rest {
    /// The execution is over or gone.
    Ended,
    /// A job or the execution must change first, or the next retry must be due.
    Until(Option<Timestamp>),
}

/// Moves an execution on; `Err` where it rests.
pub fn advance(cloud: &Cloud, tx: &Tx, region: &str, id: &str) -> Result<(), Rest> {
    let execution = execution::get(tx, region, id);
    let Some(mut execution) = execution.filter(|execution| !execution.status.is_final()) else {
        return Err(Rest::Ended);
    };
    let context = Context {
        cloud,
        tx,
        region,
        now: Timestamp::now(&cloud.world),
        principal: pipeline::principal(tx, region, &execution.pipeline_name),
    };
    let definition = pipeline::definition(tx, region, &execution.definition);
    let mut changed = context.look_at_jobs(&mut execution, &definition);
    if is_given_up(&execution) {
        changed |= context.stop_running(&mut execution);
    } else {
        changed |= context.begin_ready(&mut execution, &definition);
    }
    changed |= context.conclude(&mut execution, &definition);
    if !changed {
        let due = execution.steps.iter().filter_map(|s| s.retry_at).min();
        return Err(Rest::Until(due));
    }
    execution.modified = context.now;
    execution::put(tx, region, &execution);
    Ok(())
}

impl Context<'_> {
    /// Steps whose jobs have ended end, or are tried again.
    fn look_at_jobs(&self, execution: &mut Execution, definition: &Definition) -> bool {
        let mut changed = false;
        for index in 0..execution.steps.len() {
            let run = &execution.steps[index];
            if run.status.is_final() {
                continue;
            }
            if let Some(due) = run.retry_at {
                if due <= self.now && !is_given_up(execution) {
                    self.try_again(execution, definition, index);
                    changed = true;
                }
                continue;
            }
            let stopping = run.status == StepStatus::Stopping;
            let Some(result) = &run.result else {
                continue;
            };
            match step_job::outcome(self, result) {
                Outcome::Running => continue,
                Outcome::Completed => self.succeed(execution, index),
                Outcome::Stopped | Outcome::Failed(_) if stopping => {
                    self.end(execution, index, StepStatus::Stopped, None);
                }
                Outcome::Stopped => {
                    let reason = "ClientError: the step's job was stopped".to_owned();
                    self.end(execution, index, StepStatus::Failed, Some(reason));
                }
                Outcome::Failed(reason) => {
                    let exception = retry::classify(&reason);
                    self.fail(execution, definition, index, (reason, exception));
                }
            }
            changed = true;
        }
        changed
    }

    fn try_again(&self, execution: &mut Execution, definition: &Definition, index: usize) {
        let run = &mut execution.steps[index];
        run.retry_at = None;
        run.attempts += 1;
        let name = run.name.clone();
        let step = definition.step(&name).expect("a step that ran is defined");
        self.begin(execution, definition, step, index);
    }

    /// A failure that a retry policy names waits for its next attempt.
    fn fail(
        &self,
        execution: &mut Execution,
        definition: &Definition,
        index: usize,
        (reason, exception): (String, Option<ExceptionType>),
    ) {
        let run = &execution.steps[index];
        let policies = definition
            .step(&run.name)
            .map(|step| step.retries.as_slice())
            .unwrap_or_default();
        let elapsed = self.now.seconds_since(run.started);
        let wait = exception
            .and_then(|exception| retry::wait_seconds(policies, exception, run.attempts, elapsed));
        match wait {
            Some(seconds) => {
                tracing::info!(
                    pipeline_step = run.name,
                    reason,
                    seconds,
                    "a step waits for its retry"
                );
                execution.steps[index].retry_at = Some(self.now.plus_seconds(seconds));
            }
            None => self.end(execution, index, StepStatus::Failed, Some(reason)),
        }
    }

    fn succeed(&self, execution: &mut Execution, index: usize) {
        self.end(execution, index, StepStatus::Succeeded, None);
        let run = &execution.steps[index];
        if run.cache_hit.is_none() {
            start_step::remember(self, execution, run);
        }
    }

    fn stop_running(&self, execution: &mut Execution) -> bool {
        let mut changed = false;
        for index in 0..execution.steps.len() {
            let run = &execution.steps[index];
            if run.status.is_final() || run.status == StepStatus::Stopping {
                continue;
            }
            let result = run.result.as_ref().filter(|_| run.retry_at.is_none());
            let asked = result.map(|result| step_job::stop(self, result));
            let (status, reason) = match asked {
                Some(Ok(true)) => (StepStatus::Stopping, None),
                // Between two attempts there is no job to wait for.
                Some(Ok(false)) | None => (StepStatus::Stopped, None),
                // The job runs on.
                Some(Err(denial)) => (StepStatus::Failed, Some(denial.message)),
            };
            self.end(execution, index, status, reason);
            changed = true;
        }
        changed
    }

    fn begin_ready(&self, execution: &mut Execution, definition: &Definition) -> bool {
        let begun = begun(execution);
        let running = begun.values().filter(|p| **p == Progress::Running).count();
        let room = execution
            .parallelism
            .map_or(usize::MAX, |p| p.max_parallel_execution_steps)
            .saturating_sub(running);
        let mut changed = false;
        for step in plan::ready(definition, &begun).into_iter().take(room) {
            execution.steps.push(StepRun {
                name: step.name.clone(),
                kind: step.kind.name().to_owned(),
                display_name: step.display_name.clone(),
                description: step.description.clone(),
                status: StepStatus::Starting,
                started: self.now,
                ended: None,
                attempts: 1,
                retry_at: None,
                failure_reason: None,
                result: None,
                cache_key: None,
                cache_hit: None,
            });
            let index = execution.steps.len() - 1;
            self.emit(execution, index, None);
            self.begin(execution, definition, step, index);
            changed = true;
        }
        changed
    }

    /// Starts a step's job, or does at once what needs none.
    fn begin(
        &self,
        execution: &mut Execution,
        definition: &Definition,
        step: &definition::Step,
        index: usize,
    ) {
        match start_step::start(self, execution, definition, step) {
            Ok(started) => {
                let run = &mut execution.steps[index];
                run.result = Some(started.result);
                run.cache_key = started.cache_key;
                run.cache_hit = started.cache_hit;
                if run.cache_hit.is_some() {
                    return self.succeed(execution, index);
                }
                if run.status == StepStatus::Starting {
                    run.status = StepStatus::Executing;
                    self.emit(execution, index, Some(StepStatus::Starting));
                }
                match &step.kind {
                    StepKind::Processing | StepKind::Training | StepKind::Tuning => {}
                    StepKind::Fail => {
                        let message = match &execution.steps[index].result {
                            Some(StepResult::Fail { message }) => message.clone(),
                            _ => String::new(),
                        };
                        self.end(execution, index, StepStatus::Failed, Some(message));
                    }
                    _ => self.succeed(execution, index),
                }
            }
            Err(refusal) => {
                let explained = refusal.explained(execution, step);
                self.fail(execution, definition, index, explained);
            }
        }
    }

    /// Whether the execution ended now.
    fn conclude(&self, execution: &mut Execution, definition: &Definition) -> bool {
        let running = execution.steps.iter().any(|s| !s.status.is_final());
        if running {
            return false;
        }
        let status = if execution.status == ExecutionStatus::Stopping {
            ExecutionStatus::Stopped
        } else if is_given_up(execution) {
            execution.failure_reason =
                Some("Step failure: One or multiple steps failed.".to_owned());
            ExecutionStatus::Failed
        } else if plan::is_complete(definition, &begun(execution)) {
            ExecutionStatus::Succeeded
        } else {
            return false;
        };
        let previous = execution.status;
        execution.status = status;
        execution.ended = Some(self.now);
        tracing::info!(
            pipeline_execution.arn = execution.arn,
            status = status.name(),
            "a pipeline execution ended"
        );
        let event = event::execution_changed(self.cloud, self.region, execution, Some(previous));
        self.tx.emit(&event);
        true
    }

    fn end(
        &self,
        execution: &mut Execution,
        index: usize,
        status: StepStatus,
        reason: Option<String>,
    ) {
        let run = &mut execution.steps[index];
        let previous = run.status;
        run.status = status;
        run.failure_reason = reason.map(|reason| reason.chars().take(MOST_CHARACTERS).collect());
        if status.is_final() {
            run.ended = Some(self.now);
            run.retry_at = None;
        }
        self.emit(execution, index, Some(previous));
    }

    fn emit(&self, execution: &Execution, index: usize, previous: Option<StepStatus>) {
        let run = &execution.steps[index];
        let event = event::step_changed(self.cloud, self.region, execution, run, previous);
        self.tx.emit(&event);
    }
}

/// Whether no further step or attempt begins.
fn is_given_up(execution: &Execution) -> bool {
    let mut steps = execution.steps.iter();
    execution.status == ExecutionStatus::Stopping
        || steps.any(|step| step.status == StepStatus::Failed)
}

/// AWS's limit on a step's `FailureReason`.
const MOST_CHARACTERS: usize = 1024;

fn begun(execution: &Execution) -> Begun {
    execution
        .steps
        .iter()
        .map(|run| {
            let progress = match (run.status, &run.result) {
                (StepStatus::Succeeded, Some(StepResult::Condition { outcome })) => {
                    Progress::Decided(*outcome)
                }
                (StepStatus::Succeeded, _) => Progress::Succeeded,
                (StepStatus::Failed | StepStatus::Stopped, _) => Progress::Ended,
                _ => Progress::Running,
            };
            (run.name.clone(), progress)
        })
        .collect()
}
