//! One process of the engine.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use time::OffsetDateTime;

use local_core::Cloud;
use local_core::programs::{Input, Running, Start};

/// How long it may take until it answers.
const STARTUP_LIMIT: Duration = Duration::from_secs(60);

/// How long it lives without a lease.
const IDLE: time::Duration = time::Duration::minutes(5);

const PING_INTERVAL: Duration = Duration::from_millis(50);

/// Whose statements an engine runs, and where.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Owner {
    pub region: String,
    pub access_key_id: String,
}

pub struct Process {
    port: u16,
    running: Box<dyn Running>,
    last_used: OffsetDateTime,
    leases: Arc<()>,
}

/// A use of the engine: as long as there is one, it is not idle.
pub struct Lease {
    pub port: u16,
    _held: Arc<()>,
}

impl Process {
    /// Obtains the program, starts it and waits until it listens.
    pub async fn start(cloud: &Cloud, owner: &Owner) -> Result<Self, String> {
        let Some(source) = &cloud.settings.sql_engine else {
            return Err("this cloud was started without a SQL engine".to_owned());
        };
        let program = source.obtain().await?;
        let ports = cloud.world.programs.free_ports(1);
        let ports =
            ports.map_err(|error| format!("no port is free for the SQL engine: {error}"))?;
        let port = ports[0];
        let start = Start {
            program,
            arguments: Vec::new(),
            folder: None,
            environment: environment(cloud, owner, port)?,
            log: cloud.store.folder().join("logs/sql-engine.log"),
            input: Input::Open,
        };
        let running = cloud.world.programs.start(start);
        let running =
            running.map_err(|error| format!("the SQL engine cannot be started: {error}"))?;
        let mut process = Self {
            port,
            running,
            last_used: cloud.world.now(),
            leases: Arc::new(()),
        };
        process.wait(cloud).await?;
        tracing::info!(port, "the SQL engine runs");
        Ok(process)
    }

    async fn wait(&mut self, cloud: &Cloud) -> Result<(), String> {
        let port = self.port;
        let answers = async {
            while !ping(cloud, port).await {
                cloud.world.sleep(PING_INTERVAL).await;
            }
        };
        tokio::select! {
            biased;
            () = answers => Ok(()),
            status = self.running.wait() => {
                let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                Err(format!("the SQL engine ended at its start ({status}); logs/sql-engine.log says why"))
            }
            () = cloud.world.sleep(STARTUP_LIMIT) => Err("the SQL engine does not answer".to_owned()),
        }
    }

    /// None where it has ended.
    pub fn lease(&mut self, cloud: &Cloud) -> Option<Lease> {
        self.last_used = cloud.world.now();
        (!self.running.has_ended()).then(|| Lease {
            port: self.port,
            _held: self.leases.clone(),
        })
    }

    /// Whether it has been without a lease for long.
    pub fn is_idle(&mut self, now: OffsetDateTime) -> bool {
        if Arc::strong_count(&self.leases) > 1 {
            self.last_used = now;
        }
        now - self.last_used >= IDLE
    }
}

/// The engine works as its owner does, and sees nothing else of this process's environment.
fn environment(
    cloud: &Cloud,
    owner: &Owner,
    port: u16,
) -> Result<BTreeMap<String, OsString>, String> {
    let known = cloud.principal_of(&owner.access_key_id);
    let (_, credentials) = known.ok_or("the key of the statement is unknown")?;
    let ours = [
        ("AWS_ENDPOINT_URL", cloud.endpoint_url().to_owned()),
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key),
        ("AWS_REGION", owner.region.clone()),
        ("PORT", port.to_string()),
    ];
    let of_machine = |name: &str| Some((name.to_owned(), std::env::var_os(name)?));
    let mut all: BTreeMap<String, OsString> =
        ["PATH", "TMPDIR", "LD_LIBRARY_PATH", "RUST_BACKTRACE"]
            .into_iter()
            .filter_map(of_machine)
            .collect();
    all.extend(ours.map(|(name, value)| (name.to_owned(), value.into())));
    Ok(all)
}

async fn ping(cloud: &Cloud, port: u16) -> bool {
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = Uri::from_static("/ping");
    let answer = cloud.world.programs.ask(port, request).await;
    answer.is_ok_and(|answer| answer.status() == StatusCode::OK)
}
