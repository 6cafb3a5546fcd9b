//! Writes the reason of a failed run, which `status` shows.

use anyhow::Result;
use contracts::keys;
use contracts::run::Failure;
use loop_state::execution::Execution;
use loop_state::objects::{self, Found};
use policy::failure;

use crate::Deps;

pub fn failure(arn: &str, execution: &Execution) -> Failure {
    Failure {
        execution_arn: arn.to_owned(),
        step: execution.failed_step.clone(),
        reason: execution.failure_reason.clone(),
        class: failure::class(&execution.status, &execution.failure_reason),
    }
}

/// Writes the explanation, over that of an earlier retry. Losing a race is no matter: it was lost
/// to the same explanation of the same failure.
pub async fn record(deps: &Deps, failure: &Failure) -> Result<()> {
    let id = failure.execution_arn.rsplit('/').next().unwrap_or_default();
    let key = keys::failure(id);
    match objects::read::<Failure>(&deps.bucket, &key).await? {
        Some(Found { value, .. }) if value == *failure => Ok(()),
        Some(Found { etag, .. }) => objects::replace(&deps.bucket, &key, failure, &etag)
            .await
            .map(drop),
        None => objects::create(&deps.bucket, &key, failure).await.map(drop),
    }
}
