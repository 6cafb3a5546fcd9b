//! Where a human loop stands, whichever service has it.
//!
//! | A2I's status, the portal's task | state | what collect-labels makes of it |
//! |---|---|---|
//! | InProgress, Stopping; not ended | `Open` | nothing; its end is another event |
//! | Completed | `Answered` | the label, or another loop where it is not certain yet |
//! | Failed (an expired loop is one) | `Failed` | the label of earlier answers, or another loop |
//! | Stopped | `Stopped` | the label, where answers were given before; otherwise as `policy::review` says |
//! | ResourceNotFound; no task | `Gone` | the loop is started again under its name |

use std::collections::BTreeMap;
use std::fmt;

use contracts::task::Moment;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Gone,
    Open,
    Answered {
        output_key: String,
    },
    /// Expired, or the service failed: worth asking again.
    Failed {
        reason: String,
    },
    /// Earlier answers still count.
    Stopped {
        output_key: Option<String>,
        /// Who were asked, if that is known.
        reviewers: Option<String>,
    },
}

/// The same in a list, in A2I's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Since then.
    Open(Moment),
    Completed,
    Failed,
    Stopped,
}

/// Many loops.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loops {
    /// By the loops' names.
    pub listed: BTreeMap<String, Listed>,
    /// Those that have ended, and the event of that, or of a changed answer, was not sent. A2I has none.
    pub untold: Vec<String>,
}

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open(_) => "InProgress",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
        })
    }
}
