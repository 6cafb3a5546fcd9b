//! Does for each endpoint what its state says is missing.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use super::rows::{ENDPOINTS, everywhere, get, put, remove};
use super::server::{self, Server};
use super::state::{Endpoint, EndpointStatus, Variant};

use local_containers::orphans;
use local_core::Cloud;
use local_core::driver::{Controller, Look, Work};
use local_core::store::Tx;
use local_core::timestamp::Timestamp;

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
                Box::pin(async move { Fleet { cloud }.converge(&region, &name).await })
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

struct Fleet {
    cloud: Arc<Cloud>,
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
                            || !missing(&endpoint.variants, &servers).is_empty()
                    }
                    EndpointStatus::Failed => !servers.is_empty(),
                    _ => true,
                }
            })
            .map(|(region, name, _)| (region, name))
            .collect()
    })
}

/// The variants that have fewer servers than instances, once for each that is missing.
fn missing<'v>(variants: &'v [Variant], servers: &[Server]) -> Vec<&'v Variant> {
    variants
        .iter()
        .flat_map(|variant| {
            let there = servers
                .iter()
                .filter(|server| server.variant.name == variant.name);
            let wanted = variant.instance_count as usize;
            std::iter::repeat_n(variant, wanted.saturating_sub(there.count()))
        })
        .collect()
}

impl Fleet {
    async fn converge(&self, region: &str, name: &str) {
        // Servers that an earlier attempt listed and that never got traffic belong to no attempt now.
        let state = self.cloud.store.update(|tx| {
            let endpoint = get(tx, region, name)?;
            let servers = server::serving(tx, region, name);
            server::put(tx, region, name, &servers);
            Some((endpoint, servers))
        });
        let Some((endpoint, servers)) = state else {
            return;
        };
        match endpoint.status {
            EndpointStatus::Creating => self.deploy(region, &endpoint, Vec::new()).await,
            EndpointStatus::Updating => {
                // After a restart the old fleet comes back first, as far as it can: it serves until
                // traffic moves.
                self.restore(region, &endpoint, &servers).await;
                let servers = self.cloud.store.read(|tx| server::all(tx, region, name));
                self.deploy(region, &endpoint, servers).await;
            }
            EndpointStatus::InService => tokio::select! {
                biased;
                // A call changes it: the next attempt takes unfinished servers off the list.
                () = self.asked(region, name) => {}
                () = async {
                    if !self.restore(region, &endpoint, &servers).await {
                        self.cloud.world.sleep(PAUSE).await;
                    }
                } => {}
            },
            EndpointStatus::RollingBack => self.change(region, name, |tx, endpoint| {
                endpoint.rolled_back(Timestamp::now(&self.cloud.world));
                put(&self.cloud, tx, region, endpoint);
            }),
            EndpointStatus::Failed => self.change(region, name, |tx, _| {
                server::put(tx, region, name, &Vec::new());
            }),
            EndpointStatus::Deleting => self.change(region, name, |tx, endpoint| {
                server::put(tx, region, name, &Vec::new());
                remove(tx, region, endpoint);
            }),
        }
    }

    /// A new fleet beside the old one; traffic moves when all of it is healthy.
    async fn deploy(&self, region: &str, endpoint: &Endpoint, old: Vec<Server>) {
        let Some(pending) = &endpoint.pending else {
            return;
        };
        let name = &endpoint.name;
        let kept = if pending.keeps_servers {
            within(&pending.variants, old)
        } else {
            Vec::new()
        };
        let started = self
            .start(region, name, &missing(&pending.variants, &kept))
            .await;
        let now = || Timestamp::now(&self.cloud.world);
        match started {
            Ok(new) => {
                self.change(region, name, |tx, endpoint| {
                    endpoint.activate(now());
                    put(&self.cloud, tx, region, endpoint);
                });
                self.change(region, name, |tx, endpoint| {
                    let fleet: Vec<Server> = server::all(tx, region, name)
                        .into_iter()
                        .filter(|server| kept.contains(server) || new.contains(&server.id))
                        .map(|server| Server {
                            serving: true,
                            ..server
                        })
                        .collect();
                    server::put(tx, region, name, &fleet);
                    endpoint.complete(now());
                    tracing::info!(
                        endpoint.name = name,
                        endpoint.config = endpoint.config_name,
                        "an endpoint is in service"
                    );
                    put(&self.cloud, tx, region, endpoint);
                });
            }
            Err(reason) => {
                tracing::warn!(endpoint.name = name, reason, "a deployment failed");
                self.change(region, name, |tx, endpoint| {
                    let old: Vec<Server> = server::serving(tx, region, name);
                    server::put(tx, region, name, &old);
                    endpoint.reject(reason, now());
                    put(&self.cloud, tx, region, endpoint);
                });
            }
        }
    }

    /// Brings back servers that are gone, after a restart or where a process ended by itself. Each serves
    /// as soon as it is healthy, whatever becomes of the others. Whether all are there again.
    async fn restore(&self, region: &str, endpoint: &Endpoint, servers: &[Server]) -> bool {
        let name = &endpoint.name;
        let listed = self.list(region, name, &missing(&endpoint.variants, servers));
        let back = listed
            .iter()
            .map(|server| self.bring_back(region, name, server));
        join_all(back).await.into_iter().all(|back| back)
    }

    async fn bring_back(&self, region: &str, name: &str, server: &Server) -> bool {
        let healthy = server::healthy(&self.cloud, region, name, server).await;
        if let Err(reason) = &healthy {
            tracing::warn!(
                endpoint.name = name,
                reason,
                "a server could not be brought back"
            );
        }
        server::change(&self.cloud, region, name, &server.id, |listed| {
            healthy.is_ok().then_some(Server {
                serving: true,
                ..listed
            })
        });
        healthy.is_ok()
    }

    /// Starts a server for each variant given and waits until all are healthy; their ids.
    async fn start(
        &self,
        region: &str,
        name: &str,
        variants: &[&Variant],
    ) -> Result<Vec<String>, String> {
        let servers = self.list(region, name, variants);
        for server in &servers {
            server::healthy(&self.cloud, region, name, server).await?;
        }
        Ok(servers.into_iter().map(|server| server.id).collect())
    }

    /// Puts a new server for each variant given on the endpoint's list, so that it is started.
    fn list(&self, region: &str, name: &str, variants: &[&Variant]) -> Vec<Server> {
        let new = |variant: &&Variant| server::new(&self.cloud, variant);
        let new: Vec<Server> = variants.iter().map(new).collect();
        self.change(region, name, |tx, _| {
            let mut servers = server::all(tx, region, name);
            servers.extend(new.iter().cloned());
            server::put(tx, region, name, &servers);
        });
        new
    }

    /// Completes when an endpoint is not in service any more.
    async fn asked(&self, region: &str, name: &str) {
        let mut changes = self.cloud.store.changes_of(&[ENDPOINTS.kind()]);
        let in_service = || {
            let endpoint = self.cloud.store.read(|tx| get(tx, region, name));
            endpoint.is_some_and(|endpoint| endpoint.status == EndpointStatus::InService)
        };
        while in_service() {
            changes.changed().await;
        }
    }

    /// One transaction on an endpoint that is still there.
    fn change(&self, region: &str, name: &str, change: impl FnOnce(&Tx, &mut Endpoint)) {
        self.cloud.store.update(|tx| {
            if let Some(mut endpoint) = get(tx, region, name) {
                change(tx, &mut endpoint);
            }
        });
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
