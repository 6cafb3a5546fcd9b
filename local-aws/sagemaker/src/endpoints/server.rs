//! A server: the [processes](super::processes) that serve a variant's model.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::future::try_join_all;
use serde::{Deserialize, Serialize};

use super::processes::{self, Processes};
use super::rows;
use super::underway;
use super::variant::Variant;
use crate::containers::Container;
use crate::endpoint_configs;
use local_containers::blocking;
use local_containers::folder::Scratch;
use local_containers::objects::{self, InName};
use local_core::Cloud;
use local_core::driver::{Controller, Look, Work};
use local_core::programs::Start;
use local_core::store::{Store, Table, Tx};

/// The servers of an endpoint, by its name.
pub const SERVERS: Table<Vec<Server>> = Table::new("sagemaker/endpoint-servers");

/// Below the state folder.
pub const FOLDER: &str = "endpoints";

/// How long a container may take until `/ping` answers 200, unless its variant says otherwise.
/// AWS waits longer, for machines and images that have to be fetched first.
const STARTUP_LIMIT: Duration = Duration::from_secs(120);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Server {
    pub id: String,
    /// As it was when the server was wanted: an update may change it meanwhile.
    pub variant: Variant,
    /// By the places of its model's containers.
    pub ports: Vec<u16>,
    /// Whether it gets traffic: from the moment that its whole fleet is healthy, or that it alone is, where it comes back.
    pub serving: bool,
    /// Of the fleet that a deployment brings; of the only one when that has ended.
    #[serde(default)]
    pub is_new: bool,
    /// Why it could not be started or ended before it got traffic; the endpoint takes it off its list.
    #[serde(default)]
    pub failure: Option<String>,
}

/// The servers that get an endpoint's traffic.
pub fn serving(tx: &Tx, region: &str, endpoint: &str) -> Vec<Server> {
    let mut servers = all(tx, region, endpoint);
    servers.retain(|server| server.serving);
    servers
}

pub fn all(tx: &Tx, region: &str, endpoint: &str) -> Vec<Server> {
    SERVERS.get(tx, region, endpoint).unwrap_or_default()
}

pub fn put(tx: &Tx, region: &str, endpoint: &str, servers: &Vec<Server>) {
    if servers.is_empty() {
        SERVERS.delete(tx, region, endpoint);
    } else {
        SERVERS.put(tx, region, endpoint, servers);
    }
}

/// Runs each server that is on the list of an endpoint.
pub const CONTROLLER: Controller = Controller {
    name: "serving processes",
    wakes_on: &[SERVERS.kind()],
    look: |cloud, _| {
        let listed = cloud.store.read(|tx| SERVERS.list_everywhere(tx));
        let work = listed.into_iter().flat_map(|(region, endpoint, servers)| {
            let servers = servers
                .into_iter()
                .filter(|server| server.failure.is_none());
            servers.map(move |server| (region.clone(), endpoint.clone(), server))
        });
        let work = work.map(|(region, endpoint, server)| Work {
            key: server.id.clone(),
            run: Box::pin(run(cloud.clone(), region, endpoint, server)),
        });
        Look {
            work: work.collect(),
            again: None,
        }
    },
};

/// At start nothing runs, whatever the list says.
pub fn forget_all(store: &Store) {
    store.update(|tx| {
        for (region, endpoint) in SERVERS.keys(tx) {
            SERVERS.delete(tx, &region, &endpoint);
        }
    });
}

/// A server for a variant, on free ports; without them it has failed.
pub fn new(cloud: &Cloud, variant: &Variant, is_new: bool) -> Server {
    let number = variant.containers.iter().count();
    let ports = cloud.world.programs.free_ports(number);
    Server {
        id: cloud.world.dice("sagemaker/server-id").hex(16),
        variant: variant.clone(),
        failure: ports.as_ref().err().map(ToString::to_string),
        ports: ports.unwrap_or_default(),
        serving: false,
        is_new,
    }
}

/// Runs a server as long as it is on its endpoint's list, and takes it off when it has ended.
async fn run(cloud: Arc<Cloud>, region: String, endpoint: String, server: Server) {
    let folder = match Scratch::new(&cloud, FOLDER, &endpoint) {
        Ok(folder) => folder,
        Err(error) => {
            return change(&cloud, &region, &endpoint, &server.id, |listed| {
                Some(listed.failed(error.to_string()))
            });
        }
    };
    let prepared = {
        let (cloud, region, endpoint) = (cloud.clone(), region.clone(), endpoint.clone());
        let (server, folder) = (server.clone(), folder.path().to_owned());
        blocking::run(move || prepare(&cloud, &region, &endpoint, &server, &folder)).await
    };
    let ended = match prepared {
        Ok(starts) => execute(&cloud, &region, &endpoint, &server, starts).await,
        Err(reason) => Err(reason),
    };
    drop(folder);
    change(
        &cloud,
        &region,
        &endpoint,
        &server.id,
        |listed| match &ended {
            Ok(()) => None,
            Err(reason) => Some(listed.failed(reason.clone())),
        },
    );
}

/// The role of the variant's model.
fn role_arn(cloud: &Cloud, region: &str, endpoint: &str, variant: &Variant) -> String {
    if !variant.role_arn.is_empty() {
        return variant.role_arn.clone();
    }
    let role_arn = cloud.store.read(|tx| {
        let config = rows::get(tx, region, endpoint)?.config_name;
        endpoint_configs::get(tx, region, &config)?.role_arn(tx, region, &variant.name)
    });
    role_arn.unwrap_or_default()
}

fn prepare(
    cloud: &Cloud,
    region: &str,
    endpoint: &str,
    server: &Server,
    folder: &Path,
) -> Result<Vec<Start>, String> {
    let variant = &server.variant;
    let principal = objects::principal(&role_arn(cloud, region, endpoint, variant));
    let role = InName {
        cloud,
        principal: &principal,
    };
    let served = (variant, server.ports.as_slice());
    processes::prepare(&role, (region, endpoint), served, folder)
}

/// Serves until a process ends by itself or the server is not wanted any more; the reason where it cannot
/// be started, or ends before it gets traffic.
async fn execute(
    cloud: &Cloud,
    region: &str,
    endpoint: &str,
    server: &Server,
    starts: Vec<Start>,
) -> Result<(), String> {
    let mut processes = Processes::start(cloud, &server.variant, starts)?;
    tokio::select! {
        biased;
        place = processes.one_has_ended() => {
            let container = server.variant.containers.iter().nth(place);
            tracing::warn!(
                endpoint.name = endpoint,
                variant.name = server.variant.name,
                container.name = container.map(Container::called),
                "a serving process ended by itself"
            );
            let listed = cloud.store.read(|tx| serving(tx, region, endpoint));
            if let Some(container) = container
                && listed.iter().all(|other| other.id != server.id)
            {
                return Err(server.unhealthy(container));
            }
        }
        () = unlisted(&cloud.store, region, endpoint, &server.id) => {
            tokio::select! {
                biased;
                () = underway::answered(cloud, &server.id) => {}
                () = cloud.world.sleep(underway::LIMIT) => {}
            }
            processes.end(cloud).await;
        }
    }
    Ok(())
}

/// Changes a server that is still on its endpoint's list; `None` takes it off.
pub fn change(
    cloud: &Cloud,
    region: &str,
    endpoint: &str,
    id: &str,
    change: impl Fn(Server) -> Option<Server>,
) {
    cloud.store.update(|tx| {
        let servers = all(tx, region, endpoint).into_iter();
        let servers: Vec<Server> = servers
            .filter_map(|server| {
                if server.id == id {
                    change(server)
                } else {
                    Some(server)
                }
            })
            .collect();
        put(tx, region, endpoint, &servers);
    });
}

impl Server {
    fn failed(self, reason: String) -> Self {
        Self {
            serving: false,
            failure: Some(reason),
            ..self
        }
    }

    fn unhealthy(&self, container: &Container) -> String {
        format!(
            "The {} for production variant {} did not pass the ping health check. Please check the \
             logs for this endpoint.",
            container.called(),
            self.variant.name
        )
    }

    fn startup_limit(&self) -> Duration {
        let given = self.variant.startup_timeout_seconds;
        given.map_or(STARTUP_LIMIT, Duration::from_secs)
    }

    /// Its containers in line, with their ports; none where it has failed before it had ports.
    pub fn line(&self) -> impl ExactSizeIterator<Item = (&Container, u16)> {
        let containers: Vec<&Container> = self.variant.containers.iter().collect();
        containers.into_iter().zip(self.ports.iter().copied())
    }
}

/// Waits until `/ping` of each container answers 200; the reason otherwise.
pub async fn healthy(
    cloud: &Cloud,
    region: &str,
    endpoint: &str,
    server: &Server,
) -> Result<(), String> {
    if let Some(reason) = &server.failure {
        return Err(reason.clone());
    }
    let passes = server.line().map(|(container, port)| async move {
        tokio::select! {
            biased;
            () = processes::answers(cloud, port) => return Ok(()),
            () = unlisted(&cloud.store, region, endpoint, &server.id) => {}
            () = cloud.world.sleep(server.startup_limit()) => {}
        }
        Err(server.unhealthy(container))
    });
    let passed = try_join_all(passes).await;
    passed.map(drop).map_err(|unhealthy| {
        let listed = cloud.store.read(|tx| all(tx, region, endpoint));
        let listed = listed.into_iter().find(|other| other.id == server.id);
        listed
            .and_then(|server| server.failure)
            .unwrap_or(unhealthy)
    })
}

/// Completes when a server is not on its endpoint's list, or could not be started.
async fn unlisted(store: &Store, region: &str, endpoint: &str, id: &str) {
    let mut changes = store.changes_of(&[SERVERS.kind()]);
    let is_listed = |server: &Server| server.id == id && server.failure.is_none();
    while store.read(|tx| all(tx, region, endpoint).iter().any(is_listed)) {
        changes.changed().await;
    }
}
