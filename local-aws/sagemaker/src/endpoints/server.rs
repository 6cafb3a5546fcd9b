//! One serving process: `<program> serve` on a port of its own.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::process::Command;

use super::state::{Endpoint, Variant};
use crate::containers::objects::{self, S3Uri};
use crate::containers::{client, folder, process, program};
use local_core::Cloud;
use local_core::store::{Store, Tx};

/// The servers of an endpoint, by its name.
const KIND: &str = "sagemaker/endpoint-servers";

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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    pub id: String,
    pub variant: String,
    pub port: u16,
    /// Whether it gets traffic: from the moment that its whole fleet is healthy.
    pub serving: bool,
}

/// The servers that get an endpoint's traffic.
pub fn serving(tx: &Tx, region: &str, endpoint: &str) -> Vec<Server> {
    let mut servers = all(tx, region, endpoint);
    servers.retain(|server| server.serving);
    servers
}

pub fn all(tx: &Tx, region: &str, endpoint: &str) -> Vec<Server> {
    tx.get(KIND, region, endpoint).unwrap_or_default()
}

pub fn put(tx: &Tx, region: &str, endpoint: &str, servers: &[Server]) {
    if servers.is_empty() {
        tx.delete(KIND, region, endpoint);
    } else {
        tx.put(KIND, region, endpoint, &servers);
    }
}

/// At start nothing runs, whatever the list says.
pub fn forget_all(store: &Store) {
    let forgotten: Result<(), Infallible> = store.write(|tx| {
        for (region, endpoint, _) in tx.list_everywhere::<Vec<Server>>(KIND) {
            tx.delete(KIND, &region, &endpoint);
        }
        Ok(())
    });
    let Ok(()) = forgotten;
}

/// A server that is ready to be run.
pub struct Prepared {
    pub server: Server,
    command: Command,
    base: PathBuf,
    log: PathBuf,
}

/// Brings the model and finds a port; touches files, so it blocks.
pub fn prepare(
    cloud: &Cloud,
    region: &str,
    endpoint: &Endpoint,
    variant: &Variant,
) -> Result<Prepared, String> {
    let base = folder::fresh(cloud, FOLDER, &endpoint.name).map_err(|e| e.to_string())?;
    let program = program::program(cloud, &variant.image)?;
    download(cloud, variant, &base.join("model"))?;
    let port = free_port().map_err(|e| e.to_string())?;
    let mut command = program::command(cloud, program, &base, region, &endpoint.name);
    command
        .arg("serve")
        .env("SAGEMAKER_BIND_TO_PORT", port.to_string())
        .envs(&variant.environment);
    let log = format!("endpoint-{}-{}.log", endpoint.name, variant.name);
    Ok(Prepared {
        server: Server {
            id: cloud.world.random_hex(16),
            variant: variant.name.clone(),
            port,
            serving: false,
        },
        command,
        base,
        log: cloud.store.folder().join("logs").join(log),
    })
}

/// Runs a server as long as it is on its endpoint's list, and takes it off when it has ended.
pub async fn run(cloud: Arc<Cloud>, region: String, endpoint: String, prepared: Prepared) {
    let Prepared {
        server,
        command,
        base,
        log,
    } = prepared;
    match process::start(&cloud.world, command, &log) {
        Ok(mut child) => {
            tokio::select! {
                _ = child.wait() => {
                    tracing::warn!(
                        endpoint.name = endpoint,
                        variant.name = server.variant,
                        "a serving process ended by itself"
                    );
                }
                () = unlisted(&cloud.store, &region, &endpoint, &server.id) => {
                    process::end(&cloud.world, &mut child, GRACE).await;
                }
            }
        }
        Err(error) => {
            tracing::error!(endpoint.name = endpoint, %error, "a serving process cannot be started");
        }
    }
    let removed: Result<(), Infallible> = cloud.store.write(|tx| {
        let mut servers = all(tx, &region, &endpoint);
        servers.retain(|other| other.id != server.id);
        put(tx, &region, &endpoint, &servers);
        Ok(())
    });
    let Ok(()) = removed;
    if let Err(error) = std::fs::remove_dir_all(&base) {
        tracing::warn!(%error, "the folder of a serving process could not be removed");
    }
}

/// Waits until `/ping` answers 200; the reason otherwise.
pub async fn healthy(
    cloud: &Cloud,
    region: &str,
    endpoint: &str,
    variant: &Variant,
    server: &Server,
) -> Result<(), String> {
    let limit = variant
        .startup_timeout_seconds
        .map_or(STARTUP_LIMIT, Duration::from_secs);
    let client = client::http();
    let url = format!("http://127.0.0.1:{}/ping", server.port);
    let answers = async {
        loop {
            let ping = client.get(&url).timeout(PING_TIMEOUT).send().await;
            if ping.is_ok_and(|response| response.status() == http::StatusCode::OK) {
                return true;
            }
            cloud.world.sleep(PING_INTERVAL).await;
        }
    };
    let passed = tokio::select! {
        passed = answers => passed,
        () = unlisted(&cloud.store, region, endpoint, &server.id) => false,
        () = cloud.world.sleep(limit) => false,
    };
    if passed {
        return Ok(());
    }
    Err(format!(
        "The primary container for production variant {} did not pass the ping health check. \
         Please check the logs for this endpoint.",
        variant.name
    ))
}

/// Completes when a server is not on its endpoint's list.
async fn unlisted(store: &Store, region: &str, endpoint: &str, id: &str) {
    let mut changes = store.changes();
    let listed = || store.read(|tx| all(tx, region, endpoint).iter().any(|s| s.id == id));
    while listed() {
        if changes.changed().await.is_err() {
            // The cloud is gone, and its tasks with it.
            std::future::pending::<()>().await;
        }
    }
}

fn download(cloud: &Cloud, variant: &Variant, target: &Path) -> Result<(), String> {
    std::fs::create_dir_all(target).map_err(|e| e.to_string())?;
    let Some(url) = &variant.model_data_url else {
        return Ok(());
    };
    let uri = S3Uri::parse(url)?;
    let archive =
        objects::file(cloud, &uri).ok_or_else(|| format!("Could not find model data at {url}."))?;
    let archive = std::fs::File::open(archive).map_err(|e| e.to_string())?;
    tar::Archive::new(flate2::read::GzDecoder::new(archive))
        .unpack(target)
        .map_err(|error| {
            format!("Failed to extract model data archive from URL \"{url}\": {error}")
        })
}

/// A port that nobody listens on now. Somebody else may take it before the server does; then the
/// server ends, and another is started.
fn free_port() -> std::io::Result<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port())
}
