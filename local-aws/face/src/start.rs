//! A running cloud: from settings to a served port, and back.

use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::connector::InProcess;
use crate::http;
use crate::open_files;
use crate::parts::parts;
use crate::serve::{Bounds, serve, stopped};
use local_core::authorization;
use local_core::driver::{Controller, drive_until};
use local_core::metrics;
use local_core::targets;
use local_core::wire::{constraints, permission};
use local_core::{Cloud, Credentials, Principal, Settings};

/// A small AWS that answers until it is stopped or dropped.
pub struct LocalAws {
    pub cloud: Arc<Cloud>,
    /// 0 in process.
    pub port: u16,
    pub endpoint_url: String,
    /// The person's key.
    pub user: Credentials,
    app: Router,
    controllers: Vec<Controller>,
    stops: Vec<fn(&Cloud)>,
    stopping: watch::Sender<bool>,
    servers: JoinSet<()>,
    tasks: JoinSet<()>,
}

impl LocalAws {
    /// Serves on 127.0.0.1, runs the background tasks and deploys the settings' template.
    pub async fn start(settings: Settings) -> anyhow::Result<Self> {
        let bounds = Bounds::of_port(open_files::raise_limit());
        let api = bind(settings.port).await?;
        let portal = bind(settings.portal_port).await?;
        let mut aws = Self::open(settings)?;
        let (port, portal_port) = (api.local_addr()?.port(), portal.local_addr()?.port());
        aws.port = port;
        aws.endpoint_url = format!("http://127.0.0.1:{port}");
        aws.cloud.set_urls(
            aws.endpoint_url.clone(),
            format!("http://127.0.0.1:{portal_port}"),
        );
        let programs = http::for_programs(&aws.cloud, aws.app.clone(), port);
        let people = http::for_people(local_people::portal::router(&aws.cloud), portal_port);
        for (listener, app) in [(api, programs), (portal, people)] {
            let stopping = aws.stopping.subscribe();
            aws.servers.spawn(serve(listener, app, bounds, stopping));
        }
        aws.running().await
    }

    /// The same without a socket: `connector` is the only way in.
    pub async fn in_process(settings: Settings) -> anyhow::Result<Self> {
        Self::open(settings)?.running().await
    }

    /// The region of the stack.
    pub fn region(&self) -> &str {
        &self.cloud.settings.region
    }

    /// Where reviewers sign in.
    pub fn portal_url(&self) -> &str {
        self.cloud.portal_url()
    }

    /// What `/_local/reset` asks for.
    pub fn local_token(&self) -> &str {
        &self.cloud.local_token
    }

    /// An HTTP client for the Rust SDK that calls this cloud in process.
    pub fn connector(&self) -> InProcess {
        InProcess::new(self.app.clone())
    }

    /// Lets answers under way end, then stops every task and process. The state is on disk.
    pub async fn stop(mut self) {
        let _ = self.stopping.send(true);
        while self.tasks.join_next().await.is_some() {}
        // An idle sandbox waits for its next invocation, which keeps its connection open.
        self.end_memory();
        while self.servers.join_next().await.is_some() {}
        tracing::info!(commits = self.cloud.store.commits(), "stopped");
    }

    /// Ends what the services keep in memory: a request may bring some of it back.
    fn end_memory(&self) {
        for stop in &self.stops {
            stop(&self.cloud);
        }
    }

    fn open(settings: Settings) -> anyhow::Result<Self> {
        let cloud = Arc::new(Cloud::open(settings)?);
        let mut parts = parts();
        for recover in parts.iter().filter_map(|part| part.recover) {
            recover(&cloud);
        }
        let limits = parts.iter_mut().flat_map(|part| part.constraints.drain(..));
        constraints::set(&cloud, limits);
        let permissions = parts.iter().flat_map(|part| part.permissions);
        permission::set(&cloud, permissions.copied());
        if let Some(authority) = parts.iter().find_map(|part| part.authority) {
            authorization::set(&cloud, authority);
        }
        targets::set(
            &cloud,
            parts
                .iter_mut()
                .flat_map(|part| part.targets.drain(..))
                .collect(),
        );
        metrics::begin(
            &cloud,
            parts.iter().filter_map(|part| part.measure).collect(),
        );
        Ok(Self {
            port: 0,
            endpoint_url: cloud.endpoint_url().to_owned(),
            user: cloud.credentials_for(&Principal::user()),
            app: http::app(&cloud, &mut parts),
            controllers: parts
                .iter()
                .flat_map(|part| part.controllers.clone())
                .collect(),
            stops: parts.iter().filter_map(|part| part.stop).collect(),
            cloud,
            stopping: watch::Sender::new(false),
            servers: JoinSet::new(),
            tasks: JoinSet::new(),
        })
    }

    /// Runs the tasks; a cloud whose template is refused leaves nothing behind that runs.
    async fn running(mut self) -> anyhow::Result<Self> {
        match self.run().await {
            Ok(()) => Ok(self),
            Err(error) => {
                self.stop().await;
                Err(error)
            }
        }
    }

    async fn run(&mut self) -> anyhow::Result<()> {
        if self.cloud.settings.run_tasks {
            for controller in std::mem::take(&mut self.controllers) {
                let mut stopping = self.stopping.subscribe();
                let stopped = async move { stopped(&mut stopping).await };
                self.tasks
                    .spawn(drive_until(self.cloud.clone(), controller, stopped));
            }
        }
        local_stack::start(&self.cloud)
            .await
            .context("deploy the template")
    }
}

/// Servers and tasks end with their sets.
impl Drop for LocalAws {
    fn drop(&mut self) {
        self.end_memory();
    }
}

async fn bind(port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).await.with_context(|| {
        format!("port {port} of 127.0.0.1 cannot be used; stop what holds it, or choose another with --port")
    })
}
