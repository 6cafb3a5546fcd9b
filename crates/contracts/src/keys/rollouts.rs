//! Where the comparisons of two models lie.

/// The comparison of two models that runs, or ran last.
pub const ROLLOUT: &str = "state/rollout.json";
/// Below it lies a folder for each comparison.
pub const ROLLOUTS: &str = "rollouts/";

/// A comparison that has ended, as it ended.
pub fn ended_rollout(id: &str) -> String {
    format!("{ROLLOUTS}{id}/rollout.json")
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
