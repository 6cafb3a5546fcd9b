//! Requests under way to each serving process: one that is to end answers them first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use local_core::Cloud;
use tokio::sync::Notify;

/// SageMaker's limit on one invocation.
pub const LIMIT: Duration = Duration::from_secs(60);

/// How many, by the server's id.
#[derive(Default)]
struct Requests {
    counts: Mutex<HashMap<String, u32>>,
    ended: Notify,
}

/// One request, until it is answered.
pub struct Underway {
    requests: Arc<Requests>,
    server: String,
}

/// Whoever has begun looks afterwards whether the server is still listed: from then on it is waited for.
pub fn begin(cloud: &Cloud, server: &str) -> Underway {
    let requests = cloud.memory::<Requests>();
    *requests.counts().entry(server.to_owned()).or_default() += 1;
    Underway {
        requests,
        server: server.to_owned(),
    }
}

/// Completes when a server that gets no more requests has answered all that it got.
pub async fn answered(cloud: &Cloud, server: &str) {
    let requests = cloud.memory::<Requests>();
    loop {
        let ended = requests.ended.notified();
        tokio::pin!(ended);
        // From here on no end is missed.
        ended.as_mut().enable();
        if !requests.counts().contains_key(server) {
            return;
        }
        ended.await;
    }
}

impl Requests {
    fn counts(&self) -> std::sync::MutexGuard<'_, HashMap<String, u32>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        let mut counts = self.requests.counts();
        if let Some(count) = counts.get_mut(&self.server) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.server);
            }
        }
        drop(counts);
        self.requests.ended.notify_waiters();
    }
}
