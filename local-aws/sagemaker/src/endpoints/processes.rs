//! The processes of one server: `<program> serve` for each container of its model, each on a port of its own.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use futures::future::{join_all, select_all};
use http::{Request, StatusCode, Uri};

use super::variant::Variant;
use crate::containers::Container;
use local_containers::objects::{self, InName, S3Uri};
use local_containers::{archive, process, program};
use local_core::Cloud;
use local_core::programs::{Running, Start};

/// SageMaker's time between SIGTERM and SIGKILL for serving containers.
const GRACE: Duration = Duration::from_secs(30);

const PING_INTERVAL: Duration = Duration::from_millis(50);

/// SageMaker's limit on one answer to `/ping`.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// They serve together and end together.
pub struct Processes(Vec<Box<dyn Running>>);

/// Brings the models; touches files, so it blocks.
pub fn prepare(
    role: &InName,
    (region, endpoint): (&str, &str),
    (variant, ports): (&Variant, &[u16]),
    folder: &Path,
) -> Result<Vec<Start>, String> {
    let is_pipeline = variant.containers.is_pipeline();
    let containers = variant.containers.iter().zip(ports);
    let starts = containers.map(|(container, port)| {
        let (mut folder, mut log) = (folder.to_owned(), format!("{endpoint}/{}", variant.name));
        if is_pipeline {
            folder.push(&container.hostname);
            log = format!("{log}/{}", container.hostname);
        }
        let program = program::program(role.cloud, &container.image)?;
        download(role, container, &folder.join("model"))?;
        Ok(program::start(
            role.cloud,
            program::Launch {
                program,
                arguments: vec!["serve".to_owned()],
                folder: &folder,
                region,
                principal: role.principal,
                environment: &container.environment,
                own_variables: vec![
                    (program::PORT, port.to_string()),
                    (program::HOST, "127.0.0.1".to_owned()),
                ],
                log: process::log_path(role.cloud, "endpoint", region, &log),
            },
        ))
    });
    starts.collect()
}

fn download(role: &InName, container: &Container, target: &Path) -> Result<(), String> {
    std::fs::create_dir_all(target).map_err(|e| e.to_string())?;
    let Some(url) = &container.model_data_url else {
        return Ok(());
    };
    let uri = S3Uri::parse(url)?;
    let model = objects::open(role, &uri)?;
    let model = model.ok_or_else(|| format!("Could not find model data at {url}."))?;
    archive::unpack(model, target, archive::OF_A_MODEL).map_err(|error| {
        format!("Failed to extract model data archive from URL \"{url}\": {error}")
    })
}

impl Processes {
    /// All of them or none: those that were started end where the next one cannot be. The reason then.
    pub fn start(cloud: &Cloud, variant: &Variant, starts: Vec<Start>) -> Result<Self, String> {
        let containers = variant.containers.iter().zip(starts);
        let started = containers.map(|(container, start)| {
            cloud.world.programs.start(start).map_err(|error| {
                format!(
                    "The {} for production variant {} cannot be started: {error}",
                    container.called(),
                    variant.name
                )
            })
        });
        started.collect::<Result<_, _>>().map(Self)
    }

    /// Completes when one of them has ended, with its place; there is always one.
    pub async fn one_has_ended(&mut self) -> usize {
        let (_, place, _) = select_all(self.0.iter_mut().map(|running| running.wait())).await;
        place
    }

    pub async fn end(&mut self, cloud: &Cloud) {
        let ends = self.0.iter_mut();
        let ends = ends.map(|running| process::end(&cloud.world, running.as_mut(), GRACE));
        join_all(ends).await;
    }
}

/// Asks until `/ping` answers 200.
pub async fn answers(cloud: &Cloud, port: u16) {
    while !ping(cloud, port).await {
        cloud.world.sleep(PING_INTERVAL).await;
    }
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
