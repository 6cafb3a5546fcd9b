//! Where the comparisons of two models lie.

use crate::moment::Moment;

/// The comparison of two models that runs, or ran last.
pub const ROLLOUT: &str = "state/rollout.json";
/// Below it lies a folder for each comparison.
pub const ROLLOUTS: &str = "rollouts/";

/// Below it lies a folder with the rewards of each comparison.
pub const REWARDS: &str = "rewards/";

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

/// An empty object for each request that was drawn in a comparison and has a reward: a listing is the whole evidence.
pub fn rollout_reward(id: &str, reward: &RolloutReward) -> String {
    let RolloutReward {
        challenger_share,
        variant,
        rewarded,
        inference_id,
    } = reward;
    let prefix = rollout_rewards(id);
    format!("{prefix}{challenger_share}/{variant}/{rewarded}/{inference_id}")
}

pub fn rollout_rewards(id: &str) -> String {
    format!("{REWARDS}{id}/")
}

/// What the key of a reward says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RolloutReward<'a> {
    /// With which the challenger was drawn.
    pub challenger_share: f64,
    /// The variant that was drawn.
    pub variant: &'a str,
    pub rewarded: bool,
    pub inference_id: &'a str,
}

pub fn parse_rollout_reward(key: &str) -> Option<RolloutReward<'_>> {
    let mut parts = key.strip_prefix(REWARDS)?.split('/').skip(1);
    Some(RolloutReward {
        challenger_share: parts.next()?.parse().ok()?,
        variant: parts.next()?,
        rewarded: parts.next()?.parse().ok()?,
        inference_id: parts.next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rewards_key_says_what_it_is() {
        let reward = RolloutReward {
            challenger_share: 0.07,
            variant: "challenger",
            rewarded: true,
            inference_id: "019acd",
        };
        let key = rollout_reward("2-over-1", &reward);
        assert_eq!(key, "rewards/2-over-1/0.07/challenger/true/019acd");
        assert_eq!(parse_rollout_reward(&key), Some(reward));
        assert_eq!(parse_rollout_reward("rollouts/2-over-1/rollout.json"), None);
    }
}
