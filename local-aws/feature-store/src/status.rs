//! A group's status.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    Creating,
    Created,
    CreateFailed,
    Deleting,
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Self::Creating => "Creating",
            Self::Created => "Created",
            Self::CreateFailed => "CreateFailed",
            Self::Deleting => "Deleting",
        }
    }

    /// Whether the controller leads on from it.
    pub fn is_passing(self) -> bool {
        matches!(self, Self::Creating | Self::Deleting)
    }
}
