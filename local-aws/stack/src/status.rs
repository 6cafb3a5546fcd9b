//! CloudFormation's status names, of the stack and of its resources.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Source: the CloudFormation API reference, `StackStatus` of `Stack` and `ResourceStatus` of
/// `StackEvent`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    CreateInProgress,
    #[default]
    CreateComplete,
    CreateFailed,
    UpdateInProgress,
    UpdateCompleteCleanupInProgress,
    UpdateComplete,
    UpdateFailed,
    RollbackInProgress,
    RollbackComplete,
    RollbackFailed,
    UpdateRollbackInProgress,
    UpdateRollbackCompleteCleanupInProgress,
    UpdateRollbackComplete,
    UpdateRollbackFailed,
    DeleteInProgress,
    DeleteComplete,
    DeleteSkipped,
    DeleteFailed,
    ImportComplete,
}

impl Status {
    /// Of a resource: what was asked of its service was done.
    pub fn is_settled(self) -> bool {
        matches!(
            self,
            Self::CreateComplete | Self::UpdateComplete | Self::ImportComplete
        )
    }

    /// Of a stack: a deployment ended well, or was rolled back to one that did.
    pub fn is_complete(self) -> bool {
        matches!(
            self,
            Self::CreateComplete
                | Self::UpdateComplete
                | Self::UpdateRollbackComplete
                | Self::ImportComplete
        )
    }

    /// Of a stack: something is under way.
    pub fn is_in_progress(self) -> bool {
        self.to_string().ends_with("_IN_PROGRESS")
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn a_status_has_cloudformations_name() {
        let status = Status::UpdateRollbackCompleteCleanupInProgress;
        let name = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS";
        assert_eq!(status.to_string(), name);
        assert!(status.is_in_progress());
        assert!(!Status::UpdateRollbackFailed.is_in_progress());
    }
}
