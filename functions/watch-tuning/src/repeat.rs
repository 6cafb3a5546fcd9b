//! One training with another seed: a fault of the service gives it another attempt.

use anyhow::Result;
use aws_sdk_sagemaker::primitives::DateTime;
use aws_sdk_sagemaker::types::TrainingJobStatus as Status;
use contracts::run::FailureClass;
use loop_state::trainings::{self, Training};
use policy::failure;

use crate::Deps;

/// Attempts of one training. Giving up at the first would lose the whole search.
const ATTEMPTS: u32 = 3;

pub enum Repeat {
    /// To be created by this name; the attempt before has ended then.
    Due {
        name: String,
        before: Option<DateTime>,
    },
    Running,
    Ended {
        score: f64,
        job: Box<Training>,
    },
    Failed {
        reason: String,
    },
}

/// `name` is the job's, by its attempt.
pub async fn look(deps: &Deps, name: impl Fn(u32) -> String) -> Result<Repeat> {
    let (mut attempt, mut before) = (1, None);
    loop {
        let name = name(attempt);
        let Some(job) = trainings::describe(&deps.sagemaker, &name).await? else {
            return Ok(Repeat::Due { name, before });
        };
        let because = job.failure_reason().unwrap_or("it was stopped");
        match &job.training_job_status {
            Some(Status::Completed) => {
                return Ok(match trainings::score(&job) {
                    Some(score) => Repeat::Ended {
                        score,
                        job: Box::new(job),
                    },
                    None => Repeat::Failed {
                        reason: format!("{name} has no score"),
                    },
                });
            }
            Some(status @ (Status::Failed | Status::Stopped)) => {
                let class = failure::class(status.as_str(), because);
                if class != FailureClass::Transient || attempt == ATTEMPTS {
                    let reason = format!("{name} did not end well: {because}");
                    return Ok(Repeat::Failed { reason });
                }
                (attempt, before) = (attempt + 1, job.training_end_time);
            }
            _ => return Ok(Repeat::Running),
        }
    }
}
