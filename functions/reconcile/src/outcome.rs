//! What an event came to.

use policy::notice::Matter;
use serde::Serialize;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename = "Reconciled")]
pub struct Outcome {
    pub resent: Vec<Resent>,
    /// Given up by a function, for a person to look at.
    pub stuck: Vec<String>,
    /// Executions of our pipeline that no run refers to.
    pub orphans: Vec<String>,
    /// What a person is told now: the template's rule sends it to the topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

/// What was sent once more, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resent {
    pub function: String,
    pub reason: String,
}

/// What the looks find, one after another.
#[derive(Debug, Default)]
pub struct Found {
    pub resent: Vec<Resent>,
    pub matters: Vec<Matter>,
}

impl Found {
    pub fn into_outcome(self, notice: Option<String>) -> Outcome {
        let sentences = |is_wanted: fn(&Matter) -> bool| {
            let wanted = self.matters.iter().filter(|matter| is_wanted(matter));
            wanted.map(Matter::sentence).collect()
        };
        Outcome {
            stuck: sentences(Matter::is_stuck),
            orphans: sentences(|matter| matches!(matter, Matter::Orphan { .. })),
            resent: self.resent,
            notice,
        }
    }
}
