//! The matters that a person must learn of, and when each is told.

use std::time::Duration;

use contracts::constraints::Violation;

use crate::content_name::content_name;

/// A matter that a person must learn of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    /// A model version passed the gate in manual mode, or the gate left the decision open, and it is not compared with the
    /// champion.
    Undecided { version: i32, passed: bool },
    /// A model version was compared with the champion, and a person decides about it.
    Compared { version: i32, reason: String },
    /// A model version waits for a decision for too long.
    Waits { version: i32, reason: String },
    /// The run on a dataset version was given up.
    Run {
        version: u32,
        attempt: u32,
        reason: String,
    },
    /// A study was given up.
    Study {
        study: String,
        reason: String,
        /// The one that begins it again.
        command: String,
    },
    /// A dataset version waits because the day's runs are used up.
    EnoughRuns { version: u32, runs: u32 },
    /// An upload is unlike the dataset's constraints, and the version with it waits.
    Held {
        version: u32,
        key: String,
        violations: Vec<Violation>,
    },
    /// The current run's execution runs for too long.
    Execution { id: String, reason: String },
    /// An execution that no run refers to.
    Orphan { id: String },
    /// The deployment of a model version was given up.
    Deployment { version: i32, reason: String },
    /// The deployment of a model version was refused, and is tried again by itself.
    Paused { version: i32, reason: String },
    /// The endpoint changes for too long.
    Endpoint { reason: String },
    /// The pin names a model version that is not approved.
    Pin { version: i32 },
    /// A model version was live or on its way, and was taken back.
    Withdrawn { version: i32, mark: String },
    /// An uploaded file that its function does not come to an end with.
    Upload { key: String },
    /// A human loop that was given up.
    HumanLoop { name: String, reason: String },
    /// Questions to reviewers, of which the oldest has waited for too long.
    Reviews { open: usize, waited: Duration },
}

/// The subject of [`Matter::Reviews`].
pub const REVIEWS: &str = "reviews";

/// What still is so is told again after this time.
pub const AGAIN: Duration = Duration::from_secs(24 * 3600);

impl Matter {
    /// Names the matter among all others, so that it is told once.
    pub fn subject(&self) -> String {
        match self {
            Self::Undecided { version, .. }
            | Self::Compared { version, .. }
            | Self::Waits { version, .. } => format!("decision-{version}"),
            Self::Run {
                version, attempt, ..
            } => format!("run-{version}-{attempt}"),
            Self::Study { study, .. } => format!("study-{study}"),
            Self::EnoughRuns { version, .. } => format!("release-{version}"),
            Self::Held { version, .. } => format!("held-{version}"),
            Self::Execution { id, .. } => format!("execution-{id}"),
            Self::Orphan { id } => format!("orphan-{id}"),
            Self::Deployment { version, .. } | Self::Paused { version, .. } => {
                format!("deployment-{version}")
            }
            Self::Endpoint { .. } => "endpoint".to_owned(),
            Self::Pin { version } => format!("pin-{version}"),
            Self::Withdrawn { version, .. } => format!("withdrawn-{version}"),
            Self::Upload { key } => format!("upload-{}", upload_id(key)),
            Self::HumanLoop { name, .. } => format!("human-loop-{name}"),
            Self::Reviews { .. } => REVIEWS.to_owned(),
        }
    }

    /// A model version that people approve or reject.
    pub fn is_decided_on_a_page(&self) -> bool {
        matches!(
            self,
            Self::Undecided { .. } | Self::Compared { .. } | Self::Waits { .. }
        )
    }

    /// Given up or too late, and so told by `stuck`: neither a question that has just come up nor news.
    pub fn is_stuck(&self) -> bool {
        !matches!(
            self,
            Self::Undecided { .. }
                | Self::Compared { .. }
                | Self::EnoughRuns { .. }
                | Self::Held { .. }
                | Self::Orphan { .. }
                | Self::Withdrawn { .. }
                | Self::Reviews { .. }
        )
    }

    /// An execution that no run refers to.
    pub fn is_orphan(&self) -> bool {
        matches!(self, Self::Orphan { .. })
    }

    /// Whether a person is told at all: what is tried again by itself stands in status alone.
    pub fn is_told(&self) -> bool {
        !matches!(self, Self::Paused { .. })
    }

    /// Whether a person is told again: what was withdrawn or given up stays so and asks for nothing.
    pub fn is_told_again(&self) -> bool {
        !matches!(
            self,
            Self::Withdrawn { .. } | Self::HumanLoop { .. } | Self::Study { .. }
        )
    }
}

/// An upload in a command: a key may have blanks and quotes.
pub fn upload_id(key: &str) -> String {
    content_name(&[key.as_bytes()])
}
