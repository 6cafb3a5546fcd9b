//! The end of a stack's models: all that the loop made of them outside CloudFormation.
//!
//! Each look begins the deletion of what it finds, in this order, and the next one sees what is left of it:
//!
//! 1. executions of the pipeline are stopped, and their jobs with them; the endpoint is deleted;
//! 2. once both are gone, endpoint configs and models, which the endpoint had, and model packages, which an
//!    execution may still have registered. CloudFormation deletes no model package group with packages in it.
//!
//! Looking until a look finds nothing also covers what a function that still runs makes meanwhile. What it makes after the
//! last look stays: CloudFormation deletes the functions first, and none runs for much more than a minute.

mod endpoint;
mod executions;
mod hosted;
mod packages;

use anyhow::Result;
use loop_state::refusal::Refusal;

use crate::patience::{Left, until_nothing_is_left};
use crate::{Deps, Outcome};

pub async fn delete(deps: &Deps, id: &str, stack: &str) -> Result<Outcome> {
    let found = until_nothing_is_left(deps, async || look(deps, stack).await).await?;
    Ok(if found {
        Outcome::removed(id)
    } else {
        Outcome::kept(id)
    })
}

async fn look(deps: &Deps, stack: &str) -> Result<Left, Refusal> {
    let mut left = executions::stop(deps, stack).await?;
    left.extend(endpoint::delete(deps, stack).await?);
    if left.is_empty() {
        left.extend(hosted::delete_configs(deps, stack).await?);
        left.extend(hosted::delete_models(deps, stack).await?);
        left.extend(packages::delete(deps, stack).await?);
    }
    Ok(left)
}
