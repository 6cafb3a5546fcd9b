//! Where the comparisons of two models lie.

use crate::moment::Moment;

/// The comparison of two models that runs, or ran last.
pub const ROLLOUT: &str = "state/rollout.json";
/// Below it lies a folder for each comparison.
pub const ROLLOUTS: &str = "rollouts/";

/// A comparison that has ended, as it ended.
pub fn ended_rollout(id: &str) -> String {
    format!("{ROLLOUTS}{id}/rollout.json")
}

/// A comparison that ended with its champion, and may be begun again.
pub fn broken_off_rollout(id: &str, started_at: Moment) -> String {
    format!("{ROLLOUTS}{id}/broken-off/{}.json", started_at.0)
}

/// All records that are kept of a version's comparisons lie below folders that begin with this.
pub fn rollouts_of(version: i32) -> String {
    format!("{ROLLOUTS}{version:08}-")
}

/// Whether the key is that of an ended comparison.
pub fn is_ended_rollout(key: &str) -> bool {
    key.ends_with("/rollout.json")
}

/// Rows of one batch.
pub fn rollout_rows(id: &str, batch: u32) -> String {
    format!("{ROLLOUTS}{id}/rows/{batch:08}.jsonl")
}

/// The folder that the batch's job writes into.
pub fn rollout_scores_prefix(id: &str, batch: u32) -> String {
    format!("{ROLLOUTS}{id}/scores/{batch:08}/")
}

pub fn rollout_scores(id: &str, batch: u32) -> String {
    rollout_scores_prefix(id, batch) + ROLLOUT_SCORES
}

/// What the job calls it.
pub const ROLLOUT_SCORES: &str = "scores.jsonl";
