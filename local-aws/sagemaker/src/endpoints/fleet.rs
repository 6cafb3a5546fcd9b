//! An endpoint's serving processes as a list: started, brought back, made the only ones, taken off.

use std::sync::Arc;

use futures::future::join_all;

use super::rows::{get, put};
use super::server::{self, Server};
use super::state::Endpoint;
use super::variant::Variant;

use local_core::Cloud;
use local_core::store::Tx;
use local_core::timestamp::Timestamp;

/// The processes of one endpoint.
pub struct Fleet {
    pub cloud: Arc<Cloud>,
    pub region: String,
    pub name: String,
}

impl Fleet {
    pub fn now(&self) -> Timestamp {
        Timestamp::now(&self.cloud.world)
    }

    /// Starts a new server for each variant given and waits until all are healthy.
    pub async fn start(&self, variants: &[&Variant]) -> Result<(), String> {
        for server in self.list(variants, true) {
            server::healthy(&self.cloud, &self.region, &self.name, &server).await?;
        }
        Ok(())
    }

    /// Brings back servers that are gone, after a restart or where a process ended by itself. Each serves
    /// as soon as it is healthy, whatever becomes of the others. The reason where one does not come back.
    pub async fn restore(
        &self,
        variants: &[Variant],
        servers: &[Server],
        is_new: bool,
    ) -> Result<(), String> {
        let listed = self.list(&missing(variants, servers, is_new), is_new);
        let back = listed.iter().map(|server| self.bring_back(server));
        join_all(back).await.into_iter().collect()
    }

    async fn bring_back(&self, server: &Server) -> Result<(), String> {
        let healthy = server::healthy(&self.cloud, &self.region, &self.name, server).await;
        if let Err(reason) = &healthy {
            tracing::warn!(
                endpoint.name = self.name,
                reason,
                "a server could not be brought back"
            );
        }
        let serving = |listed| {
            healthy.is_ok().then_some(Server {
                serving: true,
                ..listed
            })
        };
        server::change(&self.cloud, &self.region, &self.name, &server.id, serving);
        healthy
    }

    /// Puts a server for each variant given on the endpoint's list, so that it is started.
    fn list(&self, variants: &[&Variant], is_new: bool) -> Vec<Server> {
        let new = |variant: &&Variant| server::new(&self.cloud, variant, is_new);
        let new: Vec<Server> = variants.iter().map(new).collect();
        self.change(|tx, _| {
            let mut servers = server::all(tx, &self.region, &self.name);
            servers.extend(new.iter().cloned());
            self.put(tx, servers);
        });
        new
    }

    /// The new fleet gets its first requests, or more of them. One of the old fleet that is being brought back has to be
    /// healthy first.
    pub fn activate(&self) {
        self.change(|tx, endpoint| {
            if endpoint.is_guarded() {
                let servers = server::all(tx, &self.region, &self.name).into_iter();
                let serving = servers.map(|server| Server {
                    serving: server.serving || server.is_new && server.failure.is_none(),
                    ..server
                });
                self.put(tx, serving.collect());
            }
            endpoint.activate(self.now());
            put(&self.cloud, tx, &self.region, endpoint);
        });
    }

    /// The new fleet is the only one; of the old one those stay that are kept.
    pub fn complete(&self, kept: &[Server]) {
        self.change(|tx, endpoint| {
            let servers = server::all(tx, &self.region, &self.name).into_iter();
            // One that has ended meanwhile is missing, and is started again.
            let servers = servers.filter(|server| server.failure.is_none());
            let fleet = servers.filter(|server| server.is_new || kept.contains(server));
            let fleet = fleet.map(|server| Server {
                serving: true,
                is_new: false,
                ..server
            });
            self.put(tx, fleet.collect());
            endpoint.complete(self.now());
            tracing::info!(
                endpoint.name = self.name,
                endpoint.config = endpoint.config_name,
                "an endpoint is in service"
            );
            put(&self.cloud, tx, &self.region, endpoint);
        });
    }

    /// Only the old fleet serves, if there is one.
    pub fn take_back(&self, reason: String) {
        tracing::warn!(endpoint.name = self.name, reason, "a deployment failed");
        self.change(|tx, endpoint| {
            let mut old = server::serving(tx, &self.region, &self.name);
            old.retain(|server| !server.is_new);
            self.put(tx, old);
            endpoint.reject(reason, self.now());
            put(&self.cloud, tx, &self.region, endpoint);
        });
    }

    pub fn put(&self, tx: &Tx, servers: Vec<Server>) {
        server::put(tx, &self.region, &self.name, &servers);
    }

    /// One transaction on an endpoint that is still there.
    pub fn change(&self, change: impl FnOnce(&Tx, &mut Endpoint)) {
        self.cloud.store.update(|tx| {
            if let Some(mut endpoint) = get(tx, &self.region, &self.name) {
                change(tx, &mut endpoint);
            }
        });
    }
}

/// The variants that have fewer servers than instances in a fleet, once for each that is missing.
pub fn missing<'v>(variants: &'v [Variant], servers: &[Server], is_new: bool) -> Vec<&'v Variant> {
    variants
        .iter()
        .flat_map(|variant| {
            let there = servers
                .iter()
                .filter(|server| server.variant.name == variant.name && server.is_new == is_new);
            let wanted = variant.instance_count as usize;
            std::iter::repeat_n(variant, wanted.saturating_sub(there.count()))
        })
        .collect()
}
