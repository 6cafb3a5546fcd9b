//! The rewards of requests that were drawn in a comparison: record-feedback writes a key for each, which says all of it.

use anyhow::{Context, Result};
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use contracts::keys::{self, RolloutReward};
use loop_state::objects;
use rollout::{Rewarded, Rollout, Slot, Tally};

use crate::Deps;

/// All of them, counted anew: a thousand by one listing's page.
pub async fn tally(deps: &Deps, rollout: &Rollout) -> Result<Tally> {
    let mut tally = Tally::default();
    for key in objects::list(&deps.bucket, &keys::rollout_rewards(&rollout.id)).await? {
        let reward = keys::parse_rollout_reward(&key).and_then(rewarded);
        let reward = reward.with_context(|| format!("{key} is not the key of a reward"))?;
        tally.add(reward);
    }
    Ok(tally)
}

fn rewarded(reward: RolloutReward<'_>) -> Option<Rewarded> {
    Some(Rewarded {
        slot: match reward.variant {
            CHAMPION_VARIANT => Slot::Champion,
            CHALLENGER_VARIANT => Slot::Challenger,
            _ => return None,
        },
        challenger_share: reward.challenger_share,
        rewarded: reward.rewarded,
    })
}
