//! A deployment with guardrails: traffic moves in steps, each step bakes, and an alarm takes everything back.
//!
//! The endpoint's row says which step is reached and since when; a process that is killed goes on from there.

use std::time::Duration;

use futures::future::join;

use super::alarms;
use super::deployment::Step;
use super::fleet::{Fleet, missing};
use super::rows::{get, put};
use super::server::{self, SERVERS, Server};
use super::state::Endpoint;
use local_core::store::Tx;

/// Between two looks at the time and the alarms: all waits are whole seconds.
const TICK: Duration = Duration::from_secs(1);

/// Between two attempts to bring back a server of the old fleet.
const PAUSE: Duration = Duration::from_secs(5);

impl Fleet {
    /// Takes the next step when it is due. Meanwhile both fleets are kept whole; a new one that cannot be is taken back.
    pub async fn shift(&self) {
        let step = tokio::select! {
            biased;
            step = self.due() => step,
            reason = self.keep_both() => Err(reason),
        };
        match step {
            Ok(Step::Bake) => self.change(|tx, endpoint| {
                endpoint.bake(self.now());
                put(&self.cloud, tx, &self.region, endpoint);
            }),
            Ok(Step::Shift) => self.activate(),
            Ok(Step::Complete) => self.complete(&[]),
            Err(reason) => self.take_back(reason),
        }
    }

    /// The step that is due, or the reason to take the deployment back; never for one without guardrails.
    pub async fn due(&self) -> Result<Step, String> {
        loop {
            match self.cloud.store.read(|tx| self.next(tx)) {
                Ok(Some(step)) => return Ok(step),
                Ok(None) => self.cloud.world.sleep(TICK).await,
                Err(reason) => return Err(reason),
            }
        }
    }

    fn next(&self, tx: &Tx) -> Result<Option<Step>, String> {
        let Some((endpoint, servers)) = self.look(tx) else {
            return Ok(None);
        };
        let Some(pending) = &endpoint.pending else {
            return Ok(None);
        };
        let guarded = pending.guarded.as_ref();
        let rings = guarded.and_then(|each| alarms::ringing(tx, &self.region, &each.config));
        let step = pending.next(self.now(), rings)?;
        // After a restart the new fleet is not there yet, however long ago the step was due.
        let mut new = servers.iter().filter(|server| server.is_new);
        let is_whole = new.all(|server| server.serving)
            && missing(&pending.variants, &servers, true).is_empty();
        Ok(step.filter(|_| is_whole))
    }

    /// Brings back what is gone of either fleet, for as long as the new one can be: the reason otherwise.
    async fn keep_both(&self) -> String {
        let mut changes = self.cloud.store.changes_of(&[SERVERS.kind()]);
        loop {
            let read = self.cloud.store.read(|tx| self.look(tx));
            let Some((endpoint, servers)) = read else {
                return "the endpoint is gone".to_owned();
            };
            let new = endpoint.pending.iter();
            let new: Vec<_> = new.flat_map(|pending| &pending.variants).cloned().collect();
            let is_whole = missing(&endpoint.variants, &servers, false).is_empty()
                && missing(&new, &servers, true).is_empty();
            if is_whole {
                changes.changed().await;
                continue;
            }
            let old = self.restore(&endpoint.variants, &servers, false);
            let (old, new) = join(old, self.restore(&new, &servers, true)).await;
            if let Err(reason) = new {
                return reason;
            }
            if old.is_err() {
                self.cloud.world.sleep(PAUSE).await;
            }
        }
    }

    fn look(&self, tx: &Tx) -> Option<(Endpoint, Vec<Server>)> {
        let endpoint = get(tx, &self.region, &self.name)?;
        Some((endpoint, server::all(tx, &self.region, &self.name)))
    }
}
