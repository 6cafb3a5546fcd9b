//! The checkpoints of a job that runs, kept in S3.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use local_containers::blocking;
use local_containers::checkpoints::Checkpoints;
use local_containers::objects::InName;
use local_core::{Cloud, Principal};

/// Time between two looks at the folder.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A job's checkpoints; of a job without them, every call does nothing.
#[derive(Clone)]
pub struct Kept {
    cloud: Arc<Cloud>,
    principal: Principal,
    // Shared, as a look that is under way when the program ends goes on by itself.
    checkpoints: Option<Arc<Mutex<Checkpoints>>>,
}

type Copying = fn(&mut Checkpoints, &InName) -> Result<(), String>;

impl Kept {
    pub fn new(cloud: &Arc<Cloud>, principal: Principal, checkpoints: Option<Checkpoints>) -> Kept {
        Kept {
            cloud: cloud.clone(),
            principal,
            checkpoints: checkpoints.map(|checkpoints| Arc::new(Mutex::new(checkpoints))),
        }
    }

    /// What an earlier attempt left.
    pub async fn download(&self) -> Result<(), String> {
        self.run(Checkpoints::download).await
    }

    /// Copies what is whole, again and again; it does not return. What fails here fails again in
    /// the end, where it becomes the job's failure.
    pub async fn copy_while_it_runs(&self) -> Infallible {
        while self.checkpoints.is_some() {
            self.cloud.world.sleep(LOOK_EVERY).await;
            if let Err(reason) = self.run(Checkpoints::copy_settled).await {
                tracing::warn!(reason, "a job's checkpoints are not copied while it runs");
                break;
            }
        }
        std::future::pending().await
    }

    /// All that is new, after the program's end.
    pub async fn copy_all(&self) -> Result<(), String> {
        self.run(Checkpoints::copy_all).await
    }

    async fn run(&self, copying: Copying) -> Result<(), String> {
        let Some(checkpoints) = self.checkpoints.clone() else {
            return Ok(());
        };
        let (cloud, principal) = (self.cloud.clone(), self.principal.clone());
        blocking::run(move || {
            let role = InName {
                cloud: &cloud,
                principal: &principal,
            };
            let checkpoints = checkpoints.lock();
            let mut checkpoints = checkpoints.unwrap_or_else(PoisonError::into_inner);
            copying(&mut checkpoints, &role)
        })
        .await
    }
}
