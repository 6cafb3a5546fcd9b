//! A cloud in a folder of its own, whose SageMaker is called by name.

use std::path::Path;
use std::sync::Arc;

use local_core::driver::{Controller, drive};
use local_core::wire::{AwsError, Table, apis, constraints, table};
use local_core::{Cloud, DEFAULT_REGION, Principal, Settings};
use local_s3::Bucket;
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinSet;

pub const BUCKET: &str = "data";
pub const IMAGE: &str = "registry/tiny:1";
pub const REGION: &str = DEFAULT_REGION;
pub const ROLE: &str = "arn:aws:iam::123456789012:role/execution";

pub struct Bench {
    pub cloud: Arc<Cloud>,
    pub folder: TempDir,
    tasks: JoinSet<()>,
}

impl Bench {
    /// With one object, `s3://data/raw/rows`.
    pub fn new() -> Bench {
        Bench::with(|_| {})
    }

    pub fn with(configure: impl FnOnce(&mut Cloud)) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(folder.path().join("state"));
        let program = Path::new("/bin/sh").to_owned();
        settings.images.insert("tiny".into(), program);
        let mut cloud = Cloud::open(settings).unwrap();
        configure(&mut cloud);
        let cloud = Arc::new(cloud);
        let part = crate::part();
        constraints::set(&cloud, part.constraints);
        Table::new(part.operations).set(&cloud);
        let bucket = Bucket {
            region: REGION.to_owned(),
            created: cloud.world.now(),
            event_bridge: false,
        };
        cloud
            .store
            .write(|tx| local_s3::create_bucket(tx, BUCKET, &bucket))
            .unwrap();
        local_s3::put_bytes(&cloud, BUCKET, "raw/rows", b"good,1\n").unwrap();
        Bench {
            cloud,
            folder,
            tasks: JoinSet::new(),
        }
    }

    /// Runs jobs and endpoints.
    pub fn drive(&mut self) {
        for controller in crate::part().controllers {
            self.drive_only(controller);
        }
    }

    pub fn drive_only(&mut self, controller: Controller) {
        self.tasks.spawn(drive(self.cloud.clone(), controller));
    }

    /// Ends everything that is driven at once.
    pub async fn kill(&mut self) {
        self.tasks.shutdown().await;
    }

    pub async fn call(&self, operation: &str, members: &Value) -> Result<Value, AwsError> {
        let caller = (REGION, Principal::user());
        table::call(&self.cloud, apis::SAGEMAKER, operation, caller, members).await
    }

    /// Calls Describe after every change until `look` finds what it waits for.
    pub async fn until<T>(
        &self,
        operation: &str,
        members: &Value,
        look: impl Fn(&Value) -> Option<T>,
    ) -> T {
        let mut changes = self.cloud.store.changes();
        loop {
            let described = self.call(operation, members).await.unwrap();
            if let Some(found) = look(&described) {
                return found;
            }
            changes.changed().await;
        }
    }
}
