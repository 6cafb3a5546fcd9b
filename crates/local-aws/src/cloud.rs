//! What every service sees: the store, the world, the settings and who is calling.

mod credentials;
mod settings;

use std::sync::{Arc, OnceLock};

pub use credentials::{Credentials, Principal};
pub use settings::{ACCOUNT, DEFAULT_REGION, Settings};

use crate::store::{Store, StoreError};
use crate::world::World;
use crate::{events, lambda};

/// One small AWS.
pub struct Cloud {
    pub store: Store,
    pub world: World,
    pub settings: Settings,
    /// Unlocks `/_local/reset` for whoever saw it printed.
    pub local_token: String,
    /// What the bus delivered lately.
    pub deliveries: events::Log,
    pub(crate) functions: lambda::Host,
    endpoint_url: OnceLock<String>,
    portal_url: OnceLock<String>,
}

/// One request, as an operation gets it.
#[derive(Clone)]
pub struct Call {
    pub cloud: Arc<Cloud>,
    /// The region that the request is signed for.
    pub region: String,
    pub principal: Principal,
    pub request_id: String,
}

impl Cloud {
    pub fn open(settings: Settings) -> Result<Self, StoreError> {
        let store = Store::open(&settings.state_dir)?;
        let world = World::default();
        let local_token = world.random_hex(32);
        Ok(Self {
            store,
            world,
            settings,
            local_token,
            deliveries: events::Log::default(),
            functions: lambda::Host::default(),
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

    pub(crate) fn set_urls(&self, endpoint_url: String, portal_url: String) {
        // Set once, right after the ports are bound and before anybody can ask.
        let _ = self.endpoint_url.set(endpoint_url);
        let _ = self.portal_url.set(portal_url);
    }
}

/// The endpoint of a cloud without a socket; only the in-process connector serves it.
const IN_PROCESS: &str = "http://127.0.0.1";

impl Call {
    /// An ARN in the call's region and account.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        self.cloud.arn(service, &self.region, resource)
    }
}
