//! What an event came to.

use contracts::features::Export;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome")]
pub enum Outcome {
    NotOurs,
    /// The group has a newer version's rows, or is getting them.
    Older {
        version: u32,
    },
    /// Another invocation has claimed the group for a newer version meanwhile, or has noted this one first.
    Overtaken {
        version: u32,
    },
    /// A version of more rows than one Lambda has the time for.
    TooLarge {
        version: u32,
        reason: String,
    },
    /// A `replay`, and no version was exported yet.
    NothingExported,
    Exported(Export),
}
