//! What an event came to.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    Provided {
        physical_resource_id: String,
    },
    Removed {
        physical_resource_id: String,
    },
    /// Not ours, or gone already: left alone.
    Kept {
        physical_resource_id: String,
    },
    /// It asks for an answer to an address that is none of S3's: nothing was done, and no answer was sent.
    Refused {
        reason: String,
    },
    /// CloudFormation was told so.
    Failed {
        reason: String,
    },
}

impl Outcome {
    pub fn provided(physical_resource_id: impl Into<String>) -> Self {
        Self::Provided {
            physical_resource_id: physical_resource_id.into(),
        }
    }

    pub fn removed(physical_resource_id: impl Into<String>) -> Self {
        Self::Removed {
            physical_resource_id: physical_resource_id.into(),
        }
    }

    pub fn kept(physical_resource_id: impl Into<String>) -> Self {
        Self::Kept {
            physical_resource_id: physical_resource_id.into(),
        }
    }
}
