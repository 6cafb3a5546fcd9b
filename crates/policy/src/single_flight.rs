//! At most one pipeline execution at a time, and no trigger lost.

use contracts::pipeline;
use contracts::run::{FailureClass, Run, RunState};

use crate::desired::Package;
use crate::failure;

/// An execution as DescribePipelineExecution tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Execution<'a> {
    pub status: &'a str,
    pub failure_reason: &'a str,
    /// Tells one failure of an execution from the next.
    pub last_modified_time: &'a str,
}

/// The status of an execution that does not exist any more, which SageMaker has no word for.
pub const MISSING: &str = "Missing";

/// What watch-pipeline does about a failed execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    No,
    /// Count this failure by compare-and-set, then call.
    Count,
    /// It is counted; make the same call again, in case the first was never made.
    Repeat,
}

/// Executions of the same dataset version, retries of one execution, and runs a day that start by themselves, at
/// most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub attempts: u32,
    pub retries: u32,
    pub runs_a_day: u32,
}

impl Bounds {
    /// One number for attempts and retries, as the template's MaximumAttempts is.
    pub fn each(most: u32) -> Self {
        Self {
            attempts: most,
            retries: most,
            runs_a_day: u32::MAX,
        }
    }

    pub fn a_day(self, runs: u32) -> Self {
        Self {
            runs_a_day: runs,
            ..self
        }
    }
}

/// What to do next. Every step but the last four is followed by another look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Compare-and-set the run to this version and attempt.
    Claim {
        version: u32,
        attempt: u32,
    },
    /// The run's model waits for a decision that its evaluation no longer supports. Compare-and-set
    /// the run to the same version's next attempt: the step cache has the training, so that only the
    /// evaluation is repeated.
    EvaluateAgain {
        attempt: u32,
    },
    /// A study has ended with a winner for the run's version. Compare-and-set the run to the same version's next
    /// attempt, with the winner's parameters.
    Adopt {
        attempt: u32,
    },
    /// Start the claimed execution (again: its token makes that idempotent), then compare-and-set
    /// its ARN in.
    Start,
    /// Compare-and-set the run's end in.
    Conclude(RunState),
    /// The execution runs, or watch-pipeline retries it: its end will wake us.
    Wait,
    /// Nothing new.
    Idle,
    /// This version waits: as many runs as may start by themselves on one day have started today. A person may
    /// release it.
    EnoughToday {
        version: u32,
        runs: u32,
    },
    Stuck {
        reason: String,
    },
}

/// What is known besides the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observed<'a> {
    pub dataset: &'a str,
    /// Its newest version.
    pub newest: Option<u32>,
    /// The active run's execution.
    pub execution: Option<Execution<'a>>,
    /// Of the pipeline as it stands now: after a permanent failure a changed definition is worth the
    /// next attempt.
    pub definition_hash: &'a str,
    /// When it was created, in seconds.
    pub pipeline_created: i64,
    /// The day, UTC.
    pub today: &'a str,
    /// The run's model waits for a decision, and [`incumbents_changed`] since its evaluation.
    pub evaluation_outdated: bool,
    /// [`crate::tuning::waiting`] has a study for the run.
    pub winner_waits: bool,
}

pub fn next(run: Option<&Run>, observed: Observed, bounds: Bounds) -> Step {
    match due(run, observed, bounds) {
        Step::Claim { version, attempt } => {
            let runs = run.map_or(0, |run| run.runs_on(observed.today));
            if runs >= bounds.runs_a_day {
                Step::EnoughToday { version, runs }
            } else {
                Step::Claim { version, attempt }
            }
        }
        other => other,
    }
}

/// The next step, whatever has started today.
fn due(run: Option<&Run>, observed: Observed, bounds: Bounds) -> Step {
    let Observed {
        dataset,
        newest,
        execution,
        definition_hash,
        pipeline_created,
        evaluation_outdated,
        winner_waits,
        today: _,
    } = observed;
    let claim = |attempt| newest.map(|version| Step::Claim { version, attempt });
    // A run of a pipeline that was deleted has neither execution nor model any more.
    let Some(run) = run.filter(|run| run.is_of_pipeline(pipeline_created)) else {
        return claim(1).unwrap_or(Step::Idle);
    };
    match &run.state {
        RunState::Active => match (&run.execution_arn, execution) {
            (None, _) => Step::Start,
            (Some(_), None) => Step::Wait,
            (Some(_), Some(execution)) => conclude(run, execution, bounds),
        },
        ended => {
            // Versions of two datasets are not in order.
            let is_newer = |newest| !run.is_of_dataset(dataset) || newest > run.version;
            if newest.is_some_and(is_newer) {
                return claim(1).unwrap_or(Step::Idle);
            }
            // Only the newest version is claimed, and its manifest may have been removed.
            let is_newest = newest == Some(run.version);
            match ended {
                RunState::Stuck { reason }
                    if run.definition_hash == definition_hash || !is_newest =>
                {
                    Step::Stuck {
                        reason: reason.clone(),
                    }
                }
                RunState::Stuck { reason } if run.attempt >= bounds.attempts => {
                    let reason = format!("{reason} ({} attempts made)", run.attempt);
                    Step::Stuck { reason }
                }
                RunState::Stuck { .. } => Step::Claim {
                    version: run.version,
                    attempt: run.attempt + 1,
                },
                RunState::Succeeded if winner_waits && is_newest => Step::Adopt {
                    attempt: run.attempt + 1,
                },
                RunState::Succeeded
                    if evaluation_outdated && is_newest && may_evaluate_again(run) =>
                {
                    Step::EvaluateAgain {
                        attempt: run.attempt + 1,
                    }
                }
                RunState::Succeeded | RunState::Active => Step::Idle,
            }
        }
    }
}

/// Whether another evaluation is possible at all: once for a dataset version.
pub fn may_evaluate_again(run: &Run) -> bool {
    run.state == RunState::Succeeded && !run.evaluated_again
}

/// True if the champion has changed since the evaluation, or its anchor is no longer approved. An
/// unchanged champion implies an unchanged anchor. A run whose model is the champion itself needs no
/// other evaluation.
pub fn incumbents_changed(run: &Run, packages: &[Package], champion: Option<&Package>) -> bool {
    let given = |name: &str| {
        let arn = run.parameters.get(name).map(String::as_str);
        arn.filter(|arn| *arn != pipeline::NONE)
    };
    let champion = champion.map(|champion| champion.arn.as_str());
    let is_approved = |arn: &str| {
        packages
            .iter()
            .any(|known| known.approved && known.arn == arn)
    };
    if champion.is_some() && run.model_package_arn.as_deref() == champion {
        return false;
    }
    given(pipeline::CHAMPION_MODEL_PACKAGE) != champion
        || given(pipeline::ANCHOR_MODEL_PACKAGE).is_some_and(|anchor| !is_approved(anchor))
}

/// Whether watch-pipeline should retry the run's execution in place.
pub fn retry(run: &Run, execution: Execution, bounds: Bounds) -> Retry {
    if run.state != RunState::Active || execution.status != "Failed" {
        Retry::No
    } else if run.retried_failure.as_deref() == Some(execution.last_modified_time) {
        Retry::Repeat
    } else if run.retries < bounds.retries
        && failure::class(execution.status, execution.failure_reason) == FailureClass::Transient
    {
        Retry::Count
    } else {
        Retry::No
    }
}

fn conclude(run: &Run, execution: Execution, bounds: Bounds) -> Step {
    let Execution {
        status,
        failure_reason,
        ..
    } = execution;
    match status {
        "Succeeded" => Step::Conclude(RunState::Succeeded),
        "Failed" | "Stopped" if retry(run, execution, bounds) != Retry::No => Step::Wait,
        "Failed" | "Stopped" => {
            let reason = match failure::class(status, failure_reason) {
                FailureClass::Stopped => "the execution was stopped".to_owned(),
                FailureClass::Transient => {
                    format!("{failure_reason} (after {} retries)", run.retries)
                }
                FailureClass::Permanent => failure_reason.to_owned(),
            };
            Step::Conclude(RunState::Stuck { reason })
        }
        MISSING => Step::Conclude(RunState::Stuck {
            reason: failure_reason.to_owned(),
        }),
        // Executing, Stopping, and statuses that SageMaker may add.
        _ => Step::Wait,
    }
}

#[cfg(test)]
mod tests;
