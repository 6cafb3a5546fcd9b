//! The end of a stack's models: all that the loop made of them outside CloudFormation.
//!
//! Each look begins the deletion of what it finds, in this order, and the next one sees what is left of it:
//!
//! 1. executions of the pipeline are stopped, and their jobs with them, and so are studies and the jobs of functions; the
//!    endpoint is deleted;
//! 2. once all are gone, endpoint configs and models, which the endpoint had, and model packages, which an
//!    execution may still have registered. CloudFormation deletes no model package group with packages in it.
//!
//! Looking until a look finds nothing also covers what a function that still runs makes meanwhile. The last look is so
//! late that none runs any more: see [`LAST_INVOCATIONS`]. But for two: register-dataset may run for 15 minutes and
//! shift-traffic for five, and a processing job that one of them starts so late ends by itself.

mod endpoint;
mod executions;
mod hosted;
mod jobs;
mod packages;
mod studies;

use std::time::Duration;

use anyhow::Result;
use loop_state::refusal::Refusal;

use crate::patience::{Left, until_nothing_comes};
use crate::{Deps, Outcome};

/// How long the loop may go on making things after this deletion has begun. CloudFormation asks for it when the
/// functions that make them are deleted (`DependsOn` in the template): no invocation begins any more, and Lambda ends
/// one that runs at its timeout, a minute. A quarter of a minute more is for requests that are on their way, and until
/// SageMaker shows what they made.
pub const LAST_INVOCATIONS: Duration = Duration::from_secs(75);

pub async fn delete(deps: &Deps, id: &str, stack: &str) -> Result<Outcome> {
    let look = async || look(deps, stack).await;
    let found = until_nothing_comes(deps, LAST_INVOCATIONS, look).await?;
    Ok(if found {
        Outcome::removed(id)
    } else {
        Outcome::kept(id)
    })
}

async fn look(deps: &Deps, stack: &str) -> Result<Left, Refusal> {
    let mut left = executions::stop(deps, stack).await?;
    left.extend(studies::stop(deps, stack).await?);
    left.extend(jobs::stop(deps, stack).await?);
    left.extend(endpoint::delete(deps, stack).await?);
    if left.is_empty() {
        left.extend(hosted::delete_configs(deps, stack).await?);
        left.extend(hosted::delete_models(deps, stack).await?);
        left.extend(packages::delete(deps, stack).await?);
    }
    Ok(left)
}
