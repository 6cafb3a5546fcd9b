//! Does for each endpoint what its state says is missing.

use std::time::Duration;

use super::capture;
use super::fleet::{Fleet, missing};
use super::rows::{ENDPOINTS, everywhere, get, put, remove};
use super::server::{self, Server};
use super::state::{Endpoint, EndpointStatus};
use super::variant::Variant;

use local_containers::orphans;
use local_core::Cloud;
use local_core::driver::{Controller, Look, Work};

/// Between two attempts to bring back a server of an endpoint in service.
const PAUSE: Duration = Duration::from_secs(5);

type Name = (String, String);

/// Brings each endpoint to the state that was asked for.
pub const CONTROLLER: Controller = Controller {
    name: "endpoints",
    wakes_on: &[ENDPOINTS.kind(), server::SERVERS.kind()],
    look: |cloud, _| {
        let work = unfinished(cloud).into_iter().map(|(region, name)| Work {
            key: format!("{region}/{name}"),
            run: {
                let cloud = cloud.clone();
                let fleet = Fleet {
                    cloud,
                    region,
                    name,
                };
                Box::pin(async move { converge(&fleet).await })
            },
        });
        Look {
            work: work.collect(),
            again: None,
        }
    },
};

/// Ends the processes that a killed local-aws left, and forgets them.
pub fn recover(cloud: &Cloud) {
    orphans::clear(&cloud.store.folder().join(server::FOLDER));
    server::forget_all(&cloud.store);
}

/// The endpoints that are not yet as they should be.
fn unfinished(cloud: &Cloud) -> Vec<Name> {
    cloud.store.read(|tx| {
        everywhere(tx)
            .into_iter()
            .filter(|(region, name, endpoint)| {
                let servers = server::all(tx, region, name);
                match endpoint.status {
                    EndpointStatus::InService => {
                        servers.iter().any(|server| !server.serving)
                            || !missing(&endpoint.variants, &servers, false).is_empty()
                    }
                    EndpointStatus::Failed => !servers.is_empty(),
                    _ => true,
                }
            })
            .map(|(region, name, _)| (region, name))
            .collect()
    })
}

async fn converge(fleet: &Fleet) {
    let (region, name) = (&fleet.region, &fleet.name);
    // Servers that an earlier attempt listed and that never got traffic belong to no attempt now.
    let state = fleet.cloud.store.update(|tx| {
        let endpoint = get(tx, region, name)?;
        let servers = server::serving(tx, region, name);
        server::put(tx, region, name, &servers);
        Some((endpoint, servers))
    });
    let Some((endpoint, servers)) = state else {
        return;
    };
    match endpoint.status {
        EndpointStatus::Creating => deploy(fleet, &endpoint, Vec::new()).await,
        EndpointStatus::Updating if endpoint.is_shifting() => fleet.shift().await,
        EndpointStatus::Updating => {
            // After a restart the old fleet comes back first, as far as it can: it serves until
            // traffic moves.
            let _ = fleet.restore(&endpoint.variants, &servers, false).await;
            let servers = fleet.cloud.store.read(|tx| server::all(tx, region, name));
            deploy(fleet, &endpoint, servers).await;
        }
        EndpointStatus::InService => tokio::select! {
            biased;
            // A call changes it: the next attempt takes unfinished servers off the list.
            () = asked(fleet) => {}
            () = async {
                if fleet.restore(&endpoint.variants, &servers, false).await.is_err() {
                    fleet.cloud.world.sleep(PAUSE).await;
                }
            } => {}
        },
        EndpointStatus::RollingBack => fleet.change(|tx, endpoint| {
            endpoint.rolled_back(fleet.now());
            put(&fleet.cloud, tx, region, endpoint);
        }),
        EndpointStatus::Failed => fleet.change(|tx, _| fleet.put(tx, Vec::new())),
        EndpointStatus::Deleting => {
            capture::write(&fleet.cloud);
            fleet.change(|tx, endpoint| {
                fleet.put(tx, Vec::new());
                remove(tx, region, endpoint);
            });
        }
    }
}

/// A new fleet beside the old one. Traffic moves when all of it is healthy: at once, or by the first step.
async fn deploy(fleet: &Fleet, endpoint: &Endpoint, old: Vec<Server>) {
    let Some(pending) = &endpoint.pending else {
        return;
    };
    let kept = if pending.keeps_servers {
        within(&pending.variants, old)
    } else {
        Vec::new()
    };
    let wanted = missing(&pending.variants, &kept, false);
    let started = tokio::select! {
        biased;
        started = fleet.start(&wanted) => started,
        Err(late) = fleet.due() => Err(late),
    };
    match started {
        Err(reason) => fleet.take_back(reason),
        Ok(()) => {
            fleet.activate();
            if pending.guarded.is_none() {
                fleet.complete(&kept);
            }
        }
    }
}

/// Completes when an endpoint is not in service any more.
async fn asked(fleet: &Fleet) {
    let mut changes = fleet.cloud.store.changes_of(&[ENDPOINTS.kind()]);
    let in_service = || {
        let endpoint = fleet
            .cloud
            .store
            .read(|tx| get(tx, &fleet.region, &fleet.name));
        endpoint.is_some_and(|endpoint| endpoint.status == EndpointStatus::InService)
    };
    while in_service() {
        changes.changed().await;
    }
}

/// As many of the servers as the variants have instances.
fn within(variants: &[Variant], servers: Vec<Server>) -> Vec<Server> {
    let mut room: Vec<(&str, u32)> = variants
        .iter()
        .map(|variant| (variant.name.as_str(), variant.instance_count))
        .collect();
    servers
        .into_iter()
        .filter(|server| {
            let slot = room
                .iter_mut()
                .find(|(name, left)| *name == server.variant.name && *left > 0);
            slot.map(|(_, left)| *left -= 1).is_some()
        })
        .collect()
}
