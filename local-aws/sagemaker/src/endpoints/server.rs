//! One serving process: `<program> serve` on a port of its own.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use serde::{Deserialize, Serialize};

use super::rows;
use super::underway;
use super::variant::Variant;
use crate::endpoint_configs;
use local_containers::folder::Scratch;
use local_containers::objects::{self, InName, S3Uri};
use local_containers::{archive, blocking, process, program};
use local_core::Cloud;
use local_core::driver::{Controller, Look, Work};
use local_core::programs::Start;
use local_core::store::{Store, Table, Tx};

/// The servers of an endpoint, by its name.
pub const SERVERS: Table<Vec<Server>> = Table::new("sagemaker/endpoint-servers");

/// Below the state folder.
pub const FOLDER: &str = "endpoints";

/// SageMaker's time between SIGTERM and SIGKILL for serving containers.
const GRACE: Duration = Duration::from_secs(30);

/// How long a container may take until `/ping` answers 200, unless its variant says otherwise.
/// AWS waits longer, for machines and images that have to be fetched first.
const STARTUP_LIMIT: Duration = Duration::from_secs(120);

const PING_INTERVAL: Duration = Duration::from_millis(50);

/// SageMaker's limit on one answer to `/ping`.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Server {
    pub id: String,
    /// As it was when the server was wanted: an update may change it meanwhile.
    pub variant: Variant,
    pub port: u16,
    /// Whether it gets traffic: from the moment that its whole fleet is healthy, or that it alone is, where it comes back.
    pub serving: bool,
    /// Of the fleet that a deployment brings; of the only one when that has ended.
    #[serde(default)]
    pub is_new: bool,
    /// Why it could not be started; the endpoint takes it off its list.
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

/// A server for a variant, on a free port; without one it has failed.
pub fn new(cloud: &Cloud, variant: &Variant, is_new: bool) -> Server {
    let port = cloud.world.programs.free_port();
    Server {
        id: cloud.world.dice("sagemaker/server-id").hex(16),
        variant: variant.clone(),
        failure: port.as_ref().err().map(ToString::to_string),
        port: port.unwrap_or_default(),
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
        Ok(start) => execute(&cloud, &region, &endpoint, &server, start).await,
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

/// Brings the model; touches files, so it blocks.
fn prepare(
    cloud: &Cloud,
    region: &str,
    endpoint: &str,
    server: &Server,
    folder: &Path,
) -> Result<Start, String> {
    let variant = &server.variant;
    let program = program::program(cloud, &variant.image)?;
    let principal = objects::principal(&role_arn(cloud, region, endpoint, variant));
    let role = InName {
        cloud,
        principal: &principal,
    };
    download(&role, variant, &folder.join("model"))?;
    let log = format!("{endpoint}/{}", variant.name);
    Ok(program::start(
        cloud,
        program::Launch {
            program,
            arguments: vec!["serve".to_owned()],
            folder,
            region,
            principal: &principal,
            environment: &variant.environment,
            own_variables: vec![
                (program::PORT, server.port.to_string()),
                (program::HOST, "127.0.0.1".to_owned()),
            ],
            log: process::log_path(cloud, "endpoint", region, &log),
        },
    ))
}

/// Serves until the process ends by itself or is not wanted any more; the reason where it cannot
/// be started.
async fn execute(
    cloud: &Cloud,
    region: &str,
    endpoint: &str,
    server: &Server,
    start: Start,
) -> Result<(), String> {
    let mut running = cloud.world.programs.start(start).map_err(|error| {
        format!(
            "The primary container for production variant {} cannot be started: {error}",
            server.variant.name
        )
    })?;
    tokio::select! {
        biased;
        _ = running.wait() => {
            tracing::warn!(
                endpoint.name = endpoint,
                variant.name = server.variant.name,
                "a serving process ended by itself"
            );
        }
        () = unlisted(&cloud.store, region, endpoint, &server.id) => {
            tokio::select! {
                biased;
                () = underway::answered(cloud, &server.id) => {}
                () = cloud.world.sleep(underway::LIMIT) => {}
            }
            process::end(&cloud.world, running.as_mut(), GRACE).await;
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
}

/// Waits until `/ping` answers 200; the reason otherwise.
pub async fn healthy(
    cloud: &Cloud,
    region: &str,
    endpoint: &str,
    server: &Server,
) -> Result<(), String> {
    let limit = server
        .variant
        .startup_timeout_seconds
        .map_or(STARTUP_LIMIT, Duration::from_secs);
    let answers = async {
        while !ping(cloud, server.port).await {
            cloud.world.sleep(PING_INTERVAL).await;
        }
        true
    };
    let passed = tokio::select! {
        biased;
        passed = answers => passed,
        () = unlisted(&cloud.store, region, endpoint, &server.id) => false,
        () = cloud.world.sleep(limit) => false,
    };
    if passed {
        return Ok(());
    }
    let listed = cloud.store.read(|tx| all(tx, region, endpoint));
    let failure = listed.into_iter().find(|other| other.id == server.id);
    if let Some(reason) = failure.and_then(|server| server.failure) {
        return Err(reason);
    }
    Err(format!(
        "The primary container for production variant {} did not pass the ping health check. \
         Please check the logs for this endpoint.",
        server.variant.name
    ))
}

/// Whether `/ping` answers 200 in time.
async fn ping(cloud: &Cloud, port: u16) -> bool {
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = Uri::from_static("/ping");
    tokio::select! {
        biased;
        answer = cloud.world.programs.ask(port, request) => {
            answer.is_ok_and(|answer| answer.status() == StatusCode::OK)
        }
        () = cloud.world.sleep(PING_TIMEOUT) => false,
    }
}

/// Completes when a server is not on its endpoint's list, or could not be started.
async fn unlisted(store: &Store, region: &str, endpoint: &str, id: &str) {
    let mut changes = store.changes_of(&[SERVERS.kind()]);
    let is_listed = |server: &Server| server.id == id && server.failure.is_none();
    while store.read(|tx| all(tx, region, endpoint).iter().any(is_listed)) {
        changes.changed().await;
    }
}

fn download(role: &InName, variant: &Variant, target: &Path) -> Result<(), String> {
    std::fs::create_dir_all(target).map_err(|e| e.to_string())?;
    let Some(url) = &variant.model_data_url else {
        return Ok(());
    };
    let uri = S3Uri::parse(url)?;
    let model = objects::open(role, &uri)?;
    let model = model.ok_or_else(|| format!("Could not find model data at {url}."))?;
    archive::unpack(model, target, archive::OF_A_MODEL).map_err(|error| {
        format!("Failed to extract model data archive from URL \"{url}\": {error}")
    })
}
