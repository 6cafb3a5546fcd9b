//! What an earlier process left unfinished, or could not finish, is taken up before anything else.

use anyhow::Context as _;

use super::call::Context;
use super::course::{CREATION, UPDATE};
use super::deletion::delete;
use super::removal::{Refused, clean_up, remove_leftovers};
use super::rollback::roll_back;
use super::stack::Stack;
use super::status::Status;

/// An interrupted creation goes on with the deployment that calls this. An interrupted update is rolled back:
/// this template may be another one.
pub(super) async fn resume(context: &Context) -> anyhow::Result<()> {
    let Some(stack) = Stack::find(&context.cloud) else {
        return Ok(());
    };
    let cause = stack.reason.as_deref().or(Some("it was interrupted"));
    match stack.status {
        Status::RollbackInProgress | Status::RollbackFailed => {
            let rolled_back = roll_back(context, &CREATION, (stack.status, cause)).await;
            rolled_back.context("roll the failed creation back")
        }
        Status::UpdateInProgress
        | Status::UpdateRollbackInProgress
        | Status::UpdateRollbackFailed => {
            let rolled_back = roll_back(context, &UPDATE, (stack.status, cause)).await;
            rolled_back.context("roll the failed update back")
        }
        Status::UpdateCompleteCleanupInProgress => {
            clean_up(context, Status::UpdateComplete).await;
            Ok(())
        }
        Status::UpdateRollbackCompleteCleanupInProgress => {
            clean_up(context, Status::UpdateRollbackComplete).await;
            Ok(())
        }
        // A custom resource may wait for a start that runs functions.
        complete if complete.is_complete() => {
            remove_leftovers(context, Refused::IsForgotten).await;
            Ok(())
        }
        Status::DeleteInProgress => delete(context).await,
        _ => Ok(()),
    }
}
