//! Where functions run: sandboxes that are kept for the next invocation.
//!
//! In memory only: a sandbox is worth nothing after a restart, what was queued is in the store.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use time::OffsetDateTime;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::function::Deployed;
use super::process::Sandbox;
use super::runtime_api::Channel;
use local_core::Cloud;
use local_core::wire::AwsError;

/// Lambda has a thousand for the account. Two of each is what a laptop bears and still shows that
/// a function must not rely on being alone.
const DEFAULT_CONCURRENCY: u64 = 2;

/// Every sandbox of one cloud.
#[derive(Default)]
pub struct Host {
    pools: Mutex<HashMap<String, Arc<Pool>>>,
    channels: Channels,
}

/// Living sandboxes by their random names.
#[derive(Clone, Default)]
pub(super) struct Channels(Arc<Mutex<HashMap<String, Arc<Channel>>>>);

/// The sandboxes of one function.
pub(super) struct Pool {
    reserved: Option<u64>,
    slots: Arc<Semaphore>,
    /// Each with the moment since which it is idle.
    idle: Mutex<Vec<(OffsetDateTime, Sandbox)>>,
}

/// How many invocations of a function may run at once.
pub(super) fn concurrency(deployed: &Deployed) -> usize {
    let reserved = deployed.function.reserved_concurrent_executions;
    usize::try_from(reserved.unwrap_or(DEFAULT_CONCURRENCY)).unwrap_or(Semaphore::MAX_PERMITS)
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
    /// The function's sandboxes; another reserved concurrency begins anew.
    pub(super) fn pool(&self, deployed: &Deployed) -> Arc<Pool> {
        let function = &deployed.function;
        let key = format!("{}/{}", function.region, function.name);
        let reserved = function.reserved_concurrent_executions;
        let mut pools = lock(&self.pools);
        match pools.get(&key) {
            Some(pool) if pool.reserved == reserved => pool.clone(),
            _ => {
                let pool = Arc::new(Pool::new(deployed));
                pools.insert(key, pool.clone());
                pool
            }
        }
    }

    pub(super) fn channels(&self) -> &Channels {
        &self.channels
    }

    /// Ends the sandboxes that are idle since that moment or longer. Answers since when the longest
    /// idle one of the rest is.
    pub(super) fn end_idle(&self, since: OffsetDateTime) -> Option<OffsetDateTime> {
        let pools: Vec<Arc<Pool>> = lock(&self.pools).values().cloned().collect();
        let oldest = pools.iter().filter_map(|pool| {
            let mut idle = lock(&pool.idle);
            idle.retain(|(idle_since, _)| *idle_since > since);
            idle.iter().map(|(idle_since, _)| *idle_since).min()
        });
        oldest.min()
    }

    /// Ends every idle sandbox. A process at work ends with its invocation.
    pub fn stop(&self) {
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

impl Pool {
    fn new(deployed: &Deployed) -> Self {
        Self {
            reserved: deployed.function.reserved_concurrent_executions,
            slots: Arc::new(Semaphore::new(concurrency(deployed))),
            idle: Mutex::default(),
        }
    }

    /// Waits for a slot, as the asynchronous queue does.
    pub async fn slot(&self) -> OwnedSemaphorePermit {
        let slot = self.slots.clone().acquire_owned().await;
        slot.expect("the semaphore is never closed")
    }

    /// For a caller who waits: a function whose reserved concurrency is used up throttles.
    pub async fn slot_for_caller(&self) -> Result<OwnedSemaphorePermit, AwsError> {
        if self.reserved.is_none() {
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
        idle.retain_mut(|(_, sandbox)| sandbox.fingerprint == *fingerprint && sandbox.is_alive());
        idle.pop().map(|(_, sandbox)| sandbox)
    }

    pub fn give_back(&self, sandbox: Sandbox, now: OffsetDateTime) {
        lock(&self.idle).push((now, sandbox));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
