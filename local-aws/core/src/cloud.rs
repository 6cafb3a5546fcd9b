//! What every service sees: the store, the world, the settings and the journal.

use std::sync::{Arc, OnceLock};

use crate::account::ACCOUNT;
use crate::journal::Journal;
use crate::memory::Memory;
use crate::settings::Settings;
use crate::store::{Store, StoreError};
use crate::world::World;

/// One small AWS.
pub struct Cloud {
    pub store: Store,
    pub world: World,
    pub settings: Settings,
    /// Unlocks `/_local/reset` for a caller that saw it printed.
    pub local_token: String,
    /// What the bus delivered lately.
    pub journal: Journal,
    memory: Memory,
    endpoint_url: OnceLock<String>,
    portal_url: OnceLock<String>,
}

impl Cloud {
    pub fn open(settings: Settings) -> Result<Self, StoreError> {
        let store = Store::open(&settings.state_dir)?;
        if let Some(commit) = settings.stop_after_commit {
            store.stop_after(commit);
        }
        let world = settings.seed.map_or_else(World::default, World::seeded);
        let local_token = world.dice("core/local-token").hex(32);
        Ok(Self {
            store,
            world,
            settings,
            local_token,
            journal: Journal::default(),
            memory: Memory::default(),
            endpoint_url: OnceLock::new(),
            portal_url: OnceLock::new(),
        })
    }

    /// Where clients reach this cloud, without a final slash: `http://127.0.0.1:PORT`.
    pub fn endpoint_url(&self) -> &str {
        self.endpoint_url.get().map_or(IN_PROCESS, String::as_str)
    }

    /// Where people reach the worker portal. An origin of its own: its pages cannot drive AWS.
    pub fn portal_url(&self) -> &str {
        self.portal_url.get().map_or(IN_PROCESS, String::as_str)
    }

    /// `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
    pub fn arn(&self, service: &str, region: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{region}:{ACCOUNT}:{resource}")
    }

    /// A service's own value in memory, made at the first call.
    pub fn memory<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.memory.of()
    }

    /// Called once, right after the ports are bound and before the first request.
    pub fn set_urls(&self, endpoint_url: String, portal_url: String) {
        let _ = self.endpoint_url.set(endpoint_url);
        let _ = self.portal_url.set(portal_url);
    }
}

/// The endpoint of a cloud without a socket; only the in-process connector serves it.
const IN_PROCESS: &str = "http://127.0.0.1";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::principal::Principal;

    #[test]
    fn clouds_of_one_seed_draw_the_same_whatever_else_is_drawn_between() {
        let ids = |others: usize| {
            let folder = tempfile::tempdir().unwrap();
            let mut settings = Settings::new(folder.path());
            settings.seed = Some(7);
            let cloud = Cloud::open(settings).unwrap();
            let mut ids = vec![cloud.local_token.clone()];
            for _ in 0..5 {
                for _ in 0..others {
                    cloud.world.dice("test/another").hex(50);
                }
                ids.push(cloud.world.dice("test/id").uuid());
            }
            ids.push(cloud.credentials_for(&Principal::user()).access_key_id);
            ids
        };
        assert_eq!(ids(0), ids(3));
    }
}
