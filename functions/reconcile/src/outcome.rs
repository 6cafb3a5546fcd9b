//! What an event came to.

use policy::notice::Matter;
use serde::Serialize;

/// What was found, as much of it as an event may hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename = "Reconciled")]
pub struct Outcome {
    pub resent: Vec<Resent>,
    /// Given up by a function, for a person to look at.
    pub stuck: Vec<String>,
    /// Executions of our pipeline that no run refers to.
    pub orphans: Vec<String>,
    /// How many of these the event had no room for: `resent`, `stuck` and `orphans` together.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
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
        let sentences = |is_wanted: fn(&Matter) -> bool| -> Vec<String> {
            let wanted = self.matters.iter().filter(|matter| is_wanted(matter));
            wanted.map(Matter::sentence).collect()
        };
        let mut left_out = 0;
        Outcome {
            stuck: bounded(sentences(Matter::is_stuck), &mut left_out),
            orphans: bounded(sentences(Matter::is_orphan), &mut left_out),
            resent: bounded(self.resent, &mut left_out),
            left_out,
            notice,
        }
    }

    pub fn count(&self, is_wanted: fn(&Matter) -> bool) -> usize {
        let wanted = self.matters.iter().filter(|matter| is_wanted(matter));
        wanted.count()
    }
}

/// Bytes that each list of the outcome may take as JSON. All three, the notice and Lambda's record around them stay
/// below the 256 KB of an event (the EventBridge user guide, "PutEvents event entry size"): a larger one would be
/// refused, and its notice lost.
const MOST_BYTES: usize = 60_000;

/// The first ones that there is room for; the rest is counted.
fn bounded<T: Serialize>(all: Vec<T>, left_out: &mut usize) -> Vec<T> {
    let number = all.len();
    let mut bytes = 0;
    let fits = all.into_iter().take_while(|one| {
        // A text always becomes JSON; what did not would not be sent either.
        bytes += serde_json::to_vec(one).map_or(MOST_BYTES, |json| json.len() + 1);
        bytes <= MOST_BYTES
    });
    let fits: Vec<T> = fits.collect();
    *left_out += number - fits.len();
    fits
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}
