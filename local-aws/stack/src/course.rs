//! The two operations that can fail and be rolled back, as the statuses that the stack goes through.

use super::removal::Refused;
use super::status::Status;

/// ```text
/// started -> (clean_up ->) complete
///   failed: rolling_back -> (rolled_back_clean_up ->) rolled_back
///             failed: rollback_failed
/// ```
pub(super) struct Course {
    pub started: Status,
    pub clean_up: Status,
    pub complete: Status,
    pub rolling_back: Status,
    pub rolled_back_clean_up: Status,
    pub rolled_back: Status,
    pub rollback_failed: Status,
    /// What becomes of a resource that a rollback cannot delete.
    pub refused: Refused,
}

/// CloudFormation has no clean-up of a creation; here, one follows a creation that was interrupted and went
/// on with another template.
pub(super) const CREATION: Course = Course {
    started: Status::CreateInProgress,
    clean_up: Status::CreateInProgress,
    complete: Status::CreateComplete,
    rolling_back: Status::RollbackInProgress,
    rolled_back_clean_up: Status::RollbackInProgress,
    rolled_back: Status::RollbackComplete,
    rollback_failed: Status::RollbackFailed,
    refused: Refused::Stays,
};

pub(super) const UPDATE: Course = Course {
    started: Status::UpdateInProgress,
    clean_up: Status::UpdateCompleteCleanupInProgress,
    complete: Status::UpdateComplete,
    rolling_back: Status::UpdateRollbackInProgress,
    rolled_back_clean_up: Status::UpdateRollbackCompleteCleanupInProgress,
    rolled_back: Status::UpdateRollbackComplete,
    rollback_failed: Status::UpdateRollbackFailed,
    refused: Refused::IsForgotten,
};
