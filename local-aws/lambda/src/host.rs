//! Where functions run: sandboxes that are kept for the next invocation.
//!
//! In memory only: a sandbox is worth nothing after a restart, what was queued is in the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::function::Deployed;
use super::process::{Fingerprint, Sandbox};
use local_core::wire::AwsError;

/// Lambda has a thousand for the account. Two of each is what a laptop bears and still shows that
/// a function must not rely on being alone.
const DEFAULT_CONCURRENCY: u64 = 2;

/// Every sandbox of one cloud.
#[derive(Default)]
pub struct Host {
    pools: Mutex<HashMap<String, Arc<Pool>>>,
}

/// The sandboxes of one function.
pub(super) struct Pool {
    reserved: Option<u64>,
    slots: Arc<Semaphore>,
    /// Each with the moment since which it is idle.
    idle: Mutex<Vec<(OffsetDateTime, Sandbox)>>,
}

/// How many invocations of a function may run at once.
pub(super) fn concurrency(reserved: Option<u64>) -> usize {
    usize::try_from(reserved.unwrap_or(DEFAULT_CONCURRENCY)).unwrap_or(Semaphore::MAX_PERMITS)
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
                let pool = Arc::new(Pool::new(reserved));
                pools.insert(key, pool.clone());
                pool
            }
        }
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

impl Pool {
    fn new(reserved: Option<u64>) -> Self {
        Self {
            reserved,
            slots: Arc::new(Semaphore::new(concurrency(reserved))),
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
