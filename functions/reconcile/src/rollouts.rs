//! Versions that are compared with the champion: nobody is asked about them before the comparison ends.

use std::time::Duration;

use anyhow::Result;
use contracts::keys;
use loop_state::objects;
use policy::desired::Package;
use rollout::{Rollout, State};
use time::OffsetDateTime;

use crate::Deps;

/// Where a version that waits for a decision stands.
pub enum Stand {
    /// It is not compared.
    Alone,
    /// It is, or will be.
    Comparing,
    Compared {
        reason: String,
        since: Duration,
    },
}

/// shift-traffic begins a comparison when the gate has judged, and looks by its schedule besides.
const UNTIL_BEGUN: Duration = Duration::from_secs(3600);
/// A comparison ends soon after its deadline. Later than that it is stuck, and people are asked without it.
const AFTER_DEADLINE_MILLISECONDS: i64 = 24 * 3600 * 1000;

pub struct Rollouts<'a> {
    champion: Option<&'a Package>,
    is_any_active: bool,
    now: OffsetDateTime,
}

impl<'a> Rollouts<'a> {
    pub async fn look(
        deps: &Deps,
        champion: Option<&'a Package>,
        now: OffsetDateTime,
    ) -> Result<Self> {
        let champion = champion.filter(|_| deps.config.has_rollout);
        let current: Option<Rollout> = match champion {
            Some(_) => objects::read(&deps.bucket, keys::ROLLOUT)
                .await?
                .map(|found| found.value),
            None => None,
        };
        let milliseconds = now.unix_timestamp() * 1000;
        let is_active = |rollout: &Rollout| {
            rollout.is_active() && milliseconds < rollout.deadline.0 + AFTER_DEADLINE_MILLISECONDS
        };
        Ok(Self {
            champion,
            is_any_active: current.as_ref().is_some_and(is_active),
            now,
        })
    }

    /// Of a version by its number and the time of its registration, in seconds.
    pub async fn stand(&self, deps: &Deps, version: (i32, i64)) -> Result<Stand> {
        let Some(champion) = self.champion else {
            return Ok(Stand::Alone);
        };
        let id = rollout::id((champion.version, champion.created), version);
        let kept = objects::read::<Rollout>(&deps.bucket, &keys::ended_rollout(&id)).await?;
        if let Some(kept) = kept {
            return Ok(self.compared(&kept.value));
        }
        let registered = Duration::from_secs(
            (self.now.unix_timestamp() - version.1)
                .try_into()
                .unwrap_or_default(),
        );
        // One comparison at a time: the others wait for theirs, the newest first.
        let is_compared = self.is_any_active || registered < UNTIL_BEGUN;
        Ok(if is_compared {
            Stand::Comparing
        } else {
            Stand::Alone
        })
    }

    fn compared(&self, rollout: &Rollout) -> Stand {
        let State::Ended { reason, at, .. } = &rollout.state else {
            return Stand::Comparing;
        };
        let since = self.now.unix_timestamp() - at.0 / 1000;
        Stand::Compared {
            reason: format!("{}, {reason}", rollout::sentence::stands(rollout)),
            since: Duration::from_secs(since.try_into().unwrap_or_default()),
        }
    }
}
