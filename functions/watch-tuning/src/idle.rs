//! Repeats that are refused while none of them runs.
//!
//! A refusal that may pass is met again at every look. A quota of few instances lets the trainings run one after another;
//! a missing permission lets none run, which is told to a person after a day.

use std::time::Duration;

use anyhow::Result;
use aws_sdk_sagemaker::primitives::DateTime;
use contracts::tuning::Study;
use policy::waiting;

use crate::{Deps, search};

#[derive(Default)]
pub struct Idle {
    pub is_running: bool,
    /// Why the last of those that were refused was.
    pub refused: Option<String>,
    /// When the last of those that have ended did.
    pub ended: Option<DateTime>,
}

impl Idle {
    /// Says that nothing has run for too long.
    pub async fn too_long(self, deps: &Deps, study: &Study) -> Result<Option<String>> {
        let Some(refused) = self.refused.filter(|_| !self.is_running) else {
            return Ok(None);
        };
        let since = match self.ended {
            Some(ended) => Some(ended),
            None => search::ended(deps, study).await?,
        };
        let Some(since) = since else {
            return Ok(None);
        };
        let seconds = deps.clock.now().unix_timestamp() - since.secs();
        let waited = Duration::from_secs(seconds.try_into().unwrap_or_default());
        let subject = "no repeated training has run";
        let long = waiting::too_long(subject, waited, waiting::REPEAT);
        Ok(long.map(|long| format!("{long}: {refused}")))
    }
}
