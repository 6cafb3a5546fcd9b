//! Where functions run: sandboxes that are kept for the next invocation.
//!
//! In memory only: a sandbox is worth nothing after a restart, what was queued is in the store.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::function::Deployed;
use super::process::Sandbox;
use super::runtime_api::Channel;
use crate::cloud::Cloud;
use crate::wire::AwsError;

/// Lambda has a thousand for the account. Two of each is what a laptop bears and still shows that
/// a function must not rely on being alone.
const DEFAULT_CONCURRENCY: u64 = 2;

/// Every sandbox of one cloud.
#[derive(Default)]
pub(crate) struct Host {
    pools: Mutex<HashMap<String, Arc<Pool>>>,
    channels: Channels,
}

/// Living sandboxes by their random names.
#[derive(Clone, Default)]
pub(super) struct Channels(Arc<Mutex<HashMap<String, Arc<Channel>>>>);

/// The sandboxes of one function.
pub(super) struct Pool {
    concurrency: u64,
    slots: Arc<Semaphore>,
    idle: Mutex<Vec<Sandbox>>,
}

/// What a sandbox was started from; another configuration or a new build needs a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fingerprint {
    pub revision_id: String,
    pub binary: PathBuf,
    pub built: Option<SystemTime>,
}

impl Fingerprint {
    pub fn of(cloud: &Cloud, deployed: &Deployed) -> Self {
        let folder = cloud.settings.functions_dir.clone().unwrap_or_default();
        let binary = folder.join(&deployed.function.package);
        let built = std::fs::metadata(&binary)
            .and_then(|file| file.modified())
            .ok();
        Self {
            revision_id: deployed.revision_id.clone(),
            binary,
            built,
        }
    }
}

impl Host {
    pub(super) fn pool(&self, deployed: &Deployed) -> Arc<Pool> {
        let function = &deployed.function;
        let concurrency = function
            .reserved_concurrent_executions
            .unwrap_or(DEFAULT_CONCURRENCY);
        let mut pools = lock(&self.pools);
        let pool = pools
            .entry(format!("{}/{}", function.region, function.name))
            .or_default();
        if pool.concurrency != concurrency {
            *pool = Arc::new(Pool {
                concurrency,
                slots: Arc::new(Semaphore::new(
                    usize::try_from(concurrency).unwrap_or(Semaphore::MAX_PERMITS),
                )),
                idle: Mutex::default(),
            });
        }
        pool.clone()
    }

    pub(super) fn channels(&self) -> &Channels {
        &self.channels
    }

    /// Ends every idle sandbox. A process at work ends with its invocation.
    pub(crate) fn stop(&self) {
        lock(&self.pools).clear();
    }
}

impl Channels {
    pub fn register(&self, channel: &Arc<Channel>) {
        lock(&self.0).insert(channel.id.clone(), channel.clone());
    }

    pub fn unregister(&self, channel: &Channel) {
        lock(&self.0).remove(&channel.id);
    }

    pub fn find(&self, id: &str) -> Option<Arc<Channel>> {
        lock(&self.0).get(id).cloned()
    }
}

impl Default for Pool {
    /// Nobody's: replaced before it is used, because no function has this concurrency and a slot.
    fn default() -> Self {
        Self {
            concurrency: u64::MAX,
            slots: Arc::new(Semaphore::new(0)),
            idle: Mutex::default(),
        }
    }
}

impl Pool {
    /// Waits for a slot, as the asynchronous queue does.
    pub async fn slot(&self) -> OwnedSemaphorePermit {
        self.slots
            .clone()
            .acquire_owned()
            .await
            .expect("the semaphore is never closed")
    }

    /// A slot now; a function whose reserved concurrency is used up throttles its callers.
    pub async fn slot_or_throttle(&self, reserved: bool) -> Result<OwnedSemaphorePermit, AwsError> {
        if !reserved {
            return Ok(self.slot().await);
        }
        self.slots.clone().try_acquire_owned().map_err(|_| {
            AwsError::new(429, "TooManyRequestsException", "Rate Exceeded.").with_member(
                "Reason",
                "ReservedFunctionConcurrentInvocationLimitExceeded",
            )
        })
    }

    /// A living sandbox of this build and configuration. Others that are idle end here.
    pub fn take(&self, fingerprint: &Fingerprint) -> Option<Sandbox> {
        let mut idle = lock(&self.idle);
        idle.retain_mut(|sandbox| sandbox.fingerprint == *fingerprint && sandbox.is_alive());
        idle.pop()
    }

    pub fn give_back(&self, sandbox: Sandbox) {
        lock(&self.idle).push(sandbox);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
