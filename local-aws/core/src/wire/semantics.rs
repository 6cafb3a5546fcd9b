//! Where operations do otherwise than AWS's, as data: SEMANTICS.md is written from it.
//!
//! The members that an operation reads are not listed here: its request type says them. Raw
//! operations and Amazon S3's, which have none, list them in `honours`.

/// The notes of one crate on one API.
#[derive(Debug, Clone, Copy)]
pub struct Semantics {
    /// As in `apis`, or "Amazon S3".
    pub api: &'static str,
    /// What holds for the whole API.
    pub differs: &'static [&'static str],
    pub operations: &'static [Note],
}

/// What a reader must know of one operation.
#[derive(Debug, Clone, Copy)]
pub struct Note {
    pub operation: &'static str,
    /// The members that a raw operation reads.
    pub honours: &'static [&'static str],
    /// The members that it refuses by name, where its request type does not say so.
    pub refuses: &'static [&'static str],
    /// A sentence each.
    pub differs: &'static [&'static str],
}

impl Note {
    /// An operation that does otherwise than AWS's.
    pub const fn differs(operation: &'static str, differs: &'static [&'static str]) -> Self {
        Self {
            operation,
            honours: &[],
            refuses: &[],
            differs,
        }
    }

    /// An operation without a request type.
    pub const fn honours(operation: &'static str, honours: &'static [&'static str]) -> Self {
        Self {
            operation,
            honours,
            refuses: &[],
            differs: &[],
        }
    }
}
