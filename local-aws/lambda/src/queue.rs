//! The asynchronous queue: accepted events wait in the store until a function has taken them.
//!
//! Source: the Lambda developer guide, "How Lambda handles errors and retries with asynchronous
//! invocation".

use std::sync::Arc;

use bytes::Bytes;
use time::OffsetDateTime;

use super::destination::{Condition, give_up, succeeded};
use super::function::{Deployed, reserved_concurrency};
use super::host::{Host, concurrency};
use super::invoke::{Invocation, Outcome, invoke};
use super::queued::{QUEUE, Queued};
use local_core::driver::{Busy, Controller, Look, Work};
use local_core::store::Tx;
use local_core::wire::AwsError;
use local_core::{Cloud, due};

/// Lambda's bound on an asynchronous payload: 1 MB since October 2025.
const MAX_EVENT_BYTES: usize = 1024 * 1024;

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
    let queued = Queued {
        region: region.to_owned(),
        function: deployed.function.name,
        request_id: cloud.world.dice("lambda/request-id").uuid(),
        accepted_at: cloud.world.now(),
        failures: 0,
    };
    queued.add(tx, payload);
    Ok(queued.request_id)
}

/// Tries each accepted event when it is due.
pub(super) const CONTROLLER: Controller = Controller {
    name: "lambda queue",
    wakes_on: &[QUEUE.kind()],
    look,
};

/// Reads of each function only as many names as it can start, and no event.
fn look(cloud: &Arc<Cloud>, busy: &Busy) -> Look {
    let now = cloud.world.now();
    let mut look = Look::default();
    cloud.store.read(|tx| {
        for scope in QUEUE.scopes(tx) {
            let keys = format!("{scope}/");
            let slots = slots(tx, &scope);
            let mut free = slots.saturating_sub(busy.running(&keys));
            if free == 0 {
                continue;
            }
            // The first rows may be those that run or rest.
            for name in QUEUE.first_names(tx, &scope, slots + busy.resting(&keys)) {
                let key = format!("{keys}{name}");
                if busy.contains(&key) {
                    continue;
                }
                let due_at = due::read(&name).map_or(now, |(due_at, _)| due_at);
                if due_at > now {
                    look.again = Some(look.again.map_or(due_at, |again| again.min(due_at)));
                    break;
                }
                if free == 0 {
                    break;
                }
                free -= 1;
                let (cloud, scope) = (cloud.clone(), scope.clone());
                look.work.push(Work {
                    key,
                    run: Box::pin(async move { attempt(&cloud, &scope, &name).await }),
                });
            }
        }
    });
    look
}

/// How many events of a function may run at once. A function without concurrency still has its events
/// given up, one after another.
fn slots(tx: &Tx, scope: &str) -> usize {
    let (region, function) = scope.split_once('/').unwrap_or_default();
    concurrency(reserved_concurrency(tx, region, function)).max(1)
}

/// One try, and what follows from it in one transaction. A kill before that transaction means that
/// the function sees the event again, as it may on AWS.
async fn attempt(cloud: &Cloud, scope: &str, name: &str) {
    let row = cloud.store.read(|tx| {
        let queued = QUEUE.get(tx, scope, name)?;
        let deployed = Deployed::get(tx, &queued.region, &queued.function);
        let payload = queued.payload(tx);
        Some((queued, deployed, payload))
    });
    let Some((queued, deployed, payload)) = row else {
        return;
    };
    let Some(deployed) = deployed else {
        tracing::warn!(
            function.name = queued.function,
            "an event was dropped: its function is gone"
        );
        conclude(cloud, scope, name, |tx| queued.forget(tx, name));
        return;
    };
    let age = age_seconds(cloud.world.now(), &queued);
    let hopeless = if age > deployed.function.maximum_event_age_seconds {
        Some(Condition::EventAgeExceeded)
    } else if deployed.function.reserved_concurrent_executions == Some(0) {
        Some(Condition::ZeroReservedConcurrency)
    } else {
        None
    };
    if let Some(condition) = hopeless {
        conclude(cloud, scope, name, |tx| {
            give_up(cloud, tx, &deployed, (&queued, &payload), condition, None);
            queued.forget(tx, name);
        });
        return;
    }
    let slot = cloud.memory::<Host>().pool(&deployed).slot().await;
    let invocation = Invocation {
        request_id: queued.request_id.clone(),
        payload: Bytes::from(payload.clone()),
    };
    let outcome = invoke(cloud, &deployed, invocation, slot).await;
    conclude(cloud, scope, name, |tx| {
        settle(cloud, tx, name, &deployed, (queued, &payload), &outcome);
    });
}

/// What follows from a try, unless a reset has taken the event out meanwhile.
fn conclude(cloud: &Cloud, scope: &str, name: &str, follow: impl FnOnce(&Tx)) {
    cloud.store.update(|tx| {
        if QUEUE.contains(tx, scope, name) {
            follow(tx);
        }
    });
}

fn settle(
    cloud: &Cloud,
    tx: &Tx,
    name: &str,
    deployed: &Deployed,
    (mut queued, payload): (Queued, &str),
    outcome: &Outcome,
) {
    if outcome.function_error.is_none() {
        succeeded(cloud, tx, deployed, (&queued, payload), outcome);
        return queued.forget(tx, name);
    }
    queued.failures += 1;
    // One delay before the first retry and two before the second: AWS's 1 and 2 minutes.
    let delay = cloud.settings.retry_delay * u32::try_from(queued.failures).unwrap_or(u32::MAX);
    let due_at = cloud.world.now() + delay;
    let condition = if queued.failures > deployed.function.maximum_retry_attempts {
        Some(Condition::RetriesExhausted)
    } else if age_seconds(due_at, &queued) > deployed.function.maximum_event_age_seconds {
        Some(Condition::EventAgeExceeded)
    } else {
        None
    };
    match condition {
        None => queued.postpone(tx, name, due_at),
        Some(condition) => {
            give_up(
                cloud,
                tx,
                deployed,
                (&queued, payload),
                condition,
                Some(outcome),
            );
            queued.forget(tx, name);
        }
    }
}

fn age_seconds(now: OffsetDateTime, queued: &Queued) -> u64 {
    (now - queued.accepted_at)
        .whole_seconds()
        .try_into()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests;
