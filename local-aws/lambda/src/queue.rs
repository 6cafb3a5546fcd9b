//! The asynchronous queue: accepted events wait in the store until a function has taken them.
//!
//! Source: the Lambda developer guide, "How Lambda handles errors and retries with asynchronous
//! invocation".

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::destination::{Condition, give_up};
use super::function::Deployed;
use super::host::Host;
use super::invoke::{Invocation, Outcome, invoke};
use local_core::Cloud;
use local_core::driver::{Controller, Look, Work};
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;

const QUEUE: Table<Queued> = Table::new("lambda/queue");

/// Lambda's bound on an asynchronous payload.
const MAX_EVENT_BYTES: usize = 256 * 1024;

/// An event that a function has not yet taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Queued {
    pub function: String,
    pub request_id: String,
    /// JSON.
    pub payload: String,
    #[serde(with = "time::serde::rfc3339")]
    pub accepted_at: OffsetDateTime,
    /// Not before: the retry's delay.
    #[serde(with = "time::serde::rfc3339")]
    pub due_at: OffsetDateTime,
    /// How often the function has failed on it.
    pub failures: u64,
}

/// Accepts an event for a function, within the caller's transaction. Answers the request id.
pub fn enqueue(
    cloud: &Cloud,
    tx: &Tx,
    region: &str,
    function: &str,
    payload: &str,
) -> Result<String, AwsError> {
    let deployed = Deployed::find(cloud, tx, region, function)?;
    if payload.len() > MAX_EVENT_BYTES {
        let message = format!(
            "{} byte payload is too large for the Event invocation type (limit {MAX_EVENT_BYTES} bytes)",
            payload.len()
        );
        return Err(AwsError::new(413, "RequestTooLargeException", message));
    }
    let request_id = cloud.world.uuid();
    let now = cloud.world.now();
    let queued = Queued {
        function: deployed.function.name,
        request_id: request_id.clone(),
        payload: payload.to_owned(),
        accepted_at: now,
        due_at: now,
        failures: 0,
    };
    // Numbered, so that the queue keeps the order of the commits; after a reset the numbers begin
    // again, so the request's id makes the name nobody else's.
    let number = tx.count(QUEUE.kind());
    QUEUE.put(tx, region, &format!("{number:016}-{request_id}"), &queued);
    Ok(request_id)
}

/// Whether an accepted event still waits, runs, or will be tried again.
pub fn is_queued(tx: &Tx, region: &str, request_id: &str) -> bool {
    QUEUE
        .list(tx, region)
        .iter()
        .any(|(_, queued)| queued.request_id == request_id)
}

/// Region and name.
type Key = (String, String);

/// Tries each accepted event when it is due.
pub(super) const CONTROLLER: Controller = Controller {
    name: "lambda queue",
    wakes_on: &[QUEUE.kind()],
    look: |cloud, busy| {
        let now = cloud.world.now();
        let mut look = Look::default();
        for (region, name, queued) in cloud.store.read(|tx| QUEUE.list_everywhere(tx)) {
            let key = format!("{region}/{name}");
            if busy.contains(&key) {
                continue;
            }
            if queued.due_at > now {
                look.again = Some(
                    look.again
                        .map_or(queued.due_at, |due| due.min(queued.due_at)),
                );
                continue;
            }
            let cloud = cloud.clone();
            look.work.push(Work {
                key,
                run: Box::pin(async move { attempt(&cloud, &(region, name), queued).await }),
            });
        }
        look
    },
};

/// One try, and what follows from it in one transaction. A kill before that transaction means that
/// the function sees the event again, as it may on AWS.
async fn attempt(cloud: &Cloud, key: &Key, queued: Queued) {
    let Ok(deployed) = cloud
        .store
        .read(|tx| Deployed::find(cloud, tx, &key.0, &queued.function))
    else {
        tracing::warn!(
            function.name = queued.function,
            "an event was dropped: its function is gone"
        );
        cloud.store.update(|tx| forget(tx, key));
        return;
    };
    let age = age_seconds(cloud.world.now(), &queued);
    if age > deployed.function.maximum_event_age_seconds {
        cloud.store.update(|tx| {
            give_up(
                cloud,
                tx,
                &deployed,
                &queued,
                Condition::EventAgeExceeded,
                None,
            );
            forget(tx, key);
        });
        return;
    }
    let slot = cloud.memory::<Host>().pool(&deployed).slot().await;
    let invocation = Invocation {
        request_id: queued.request_id.clone(),
        payload: Bytes::from(queued.payload.clone()),
    };
    let outcome = invoke(cloud, &deployed, invocation, slot).await;
    cloud
        .store
        .update(|tx| settle(cloud, tx, key, &deployed, queued, &outcome));
}

fn settle(
    cloud: &Cloud,
    tx: &Tx,
    key: &Key,
    deployed: &Deployed,
    mut queued: Queued,
    outcome: &Outcome,
) {
    if outcome.function_error.is_none() {
        return forget(tx, key);
    }
    queued.failures += 1;
    // One delay before the first retry and two before the second: AWS's 1 and 2 minutes.
    let delay = cloud.settings.retry_delay * u32::try_from(queued.failures).unwrap_or(u32::MAX);
    queued.due_at = cloud.world.now() + delay;
    let condition = if queued.failures > deployed.function.maximum_retry_attempts {
        Some(Condition::RetriesExhausted)
    } else if age_seconds(queued.due_at, &queued) > deployed.function.maximum_event_age_seconds {
        Some(Condition::EventAgeExceeded)
    } else {
        None
    };
    match condition {
        None => QUEUE.put(tx, &key.0, &key.1, &queued),
        Some(condition) => {
            give_up(cloud, tx, deployed, &queued, condition, Some(outcome));
            forget(tx, key);
        }
    }
}

fn age_seconds(now: OffsetDateTime, queued: &Queued) -> u64 {
    (now - queued.accepted_at)
        .whole_seconds()
        .try_into()
        .unwrap_or(0)
}

fn forget(tx: &Tx, key: &Key) {
    QUEUE.delete(tx, &key.0, &key.1);
}
