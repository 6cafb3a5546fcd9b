//! The unit of a comparison's evidence.

use std::fmt;

/// Evidence of one kind says nothing to a trial of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// Labelled rows, which both models score.
    Labels,
    /// Requests with a reward, each answered by one of the two.
    Rewards,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Counts::Labels => "labels",
            Counts::Rewards => "rewards",
        })
    }
}
