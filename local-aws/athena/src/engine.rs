//! The engine: a program that runs statements over HTTP on loopback, one process for each key that it works with.
//!
//! It is obtained and started at the first statement, and ended when it has had none for a while. It keeps nothing.

mod process;
mod protocol;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use local_core::Cloud;
use process::Process;

pub use process::{Lease, Owner};
pub use protocol::{Answer, Column, Request, run, stop};

#[derive(Default)]
struct Engines(Mutex<HashMap<Owner, Arc<Slot>>>);

/// The place of one engine. Who waits for its start holds it, so that no second one is started.
#[derive(Default)]
struct Slot(tokio::sync::Mutex<Option<Process>>);

impl Engines {
    fn slot(&self, owner: &Owner) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.entry(owner.clone()).or_default().clone()
    }
}

/// An engine that answers, started if there is none. It lives at least as long as the lease.
pub async fn lease(cloud: &Cloud, owner: &Owner) -> Result<Lease, String> {
    let slot = cloud.memory::<Engines>().slot(owner);
    let mut process = slot.0.lock().await;
    if let Some(lease) = process.as_mut().and_then(|process| process.lease(cloud)) {
        return Ok(lease);
    }
    *process = None;
    let mut started = Process::start(cloud, owner).await?;
    let lease = started.lease(cloud);
    *process = Some(started);
    lease.ok_or_else(|| "the SQL engine ended at once; its log says why".to_owned())
}

/// Ends the engines that have had nothing to do for a while.
pub fn end_idle(cloud: &Cloud) {
    let engines = cloud.memory::<Engines>();
    let mut slots = engines.0.lock().unwrap_or_else(PoisonError::into_inner);
    let now = cloud.world.now();
    slots.retain(|_, slot| match slot.0.try_lock() {
        Ok(mut process) => process
            .as_mut()
            .is_some_and(|process| !process.is_idle(now)),
        // Somebody starts it.
        Err(_) => true,
    });
}

/// Ends all of them, with the cloud.
pub fn end_all(cloud: &Cloud) {
    let engines = cloud.memory::<Engines>();
    engines
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clear();
}
