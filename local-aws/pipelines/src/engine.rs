//! Looks at the executions in progress whenever something changes, or a retry is due.

use std::sync::Arc;
use std::time::Duration;

use super::advance::{Step, advance};
use super::execution;
use local_core::Cloud;
use local_core::timestamp::Timestamp;

pub async fn run(cloud: Arc<Cloud>) {
    let mut changes = cloud.store.changes();
    loop {
        changes.borrow_and_update();
        let looked = {
            let cloud = cloud.clone();
            // Resolving arguments may read property files.
            tokio::task::spawn_blocking(move || look(&cloud)).await
        };
        let due = looked.unwrap_or_else(|error| {
            tracing::error!(%error, "an execution could not be advanced");
            None
        });
        let wait = async {
            match due {
                Some(due) => {
                    let seconds = due.seconds_since(Timestamp::now(&cloud.world)).max(0.0);
                    cloud.world.sleep(Duration::from_secs_f64(seconds)).await;
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            () = wait => {}
        }
    }
}

/// Advances every execution as far as it goes; when the next retry is due.
fn look(cloud: &Cloud) -> Option<Timestamp> {
    let active = cloud
        .store
        .read(|tx| tx.list_everywhere::<()>(execution::ACTIVE));
    let mut due = Vec::new();
    for (region, id, ()) in active {
        loop {
            match cloud.store.write(|tx| advance(cloud, tx, &region, &id)) {
                Ok(()) => {}
                Err(Step::Waits { until }) => {
                    due.extend(until);
                    break;
                }
            }
        }
    }
    due.into_iter().min()
}
