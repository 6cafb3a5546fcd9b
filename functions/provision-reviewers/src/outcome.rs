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
    /// It asks for an answer to an address that is not CloudFormation's: nothing was done, and nobody was
    /// told.
    Refused {
        reason: String,
    },
    /// CloudFormation was told so.
    Failed {
        reason: String,
    },
}
