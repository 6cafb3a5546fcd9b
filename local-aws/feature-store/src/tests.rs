//! The service by its operations, with the driver where rows are to be in S3.

mod groups;
mod offline;
mod records;

use std::sync::Arc;

use local_core::driver::drive;
use local_core::wire::{Api, AwsError, Table, apis, constraints, table};
use local_core::{Cloud, DEFAULT_REGION, Principal, Settings};
use local_s3::Bucket;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

const REGION: &str = DEFAULT_REGION;
const BUCKET: &str = "features";

struct Bench {
    cloud: Arc<Cloud>,
    folder: TempDir,
    tasks: JoinSet<()>,
}

impl Bench {
    /// With the bucket; nothing is driven.
    fn new() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap())
    }

    fn in_folder(folder: TempDir) -> Self {
        let cloud = Arc::new(Cloud::open(Settings::new(folder.path())).unwrap());
        let (glue, part) = (local_glue::part(), crate::part());
        constraints::set(&cloud, part.constraints);
        let operations = part.operations.into_iter().chain(glue.operations);
        Table::new(operations.collect()).set(&cloud);
        let bucket = Bucket {
            region: REGION.to_owned(),
            created: cloud.world.now(),
            event_bridge: false,
        };
        // A second bench in the folder finds it.
        let _ = cloud
            .store
            .write(|tx| local_s3::create_bucket(tx, BUCKET, &bucket));
        Self {
            cloud,
            folder,
            tasks: JoinSet::new(),
        }
    }

    /// With the group `reviews`, Created, and the driver at work.
    async fn with_group() -> Self {
        let mut bench = Self::new();
        bench.drive();
        bench.call("CreateFeatureGroup", reviews()).await.unwrap();
        bench.until("reviews", "Created").await;
        bench
    }

    fn drive(&mut self) {
        let controller = crate::course::CONTROLLER;
        self.tasks.spawn(drive(self.cloud.clone(), controller));
    }

    /// The process ends; what the state folder keeps is the next one's.
    async fn end(mut self) -> TempDir {
        self.tasks.shutdown().await;
        self.folder
    }

    async fn of(&self, api: Api, operation: &str, members: Value) -> Result<Value, AwsError> {
        let caller = (REGION, Principal::user());
        table::call(&self.cloud, api, operation, caller, &members).await
    }

    async fn call(&self, operation: &str, members: Value) -> Result<Value, AwsError> {
        self.of(apis::SAGEMAKER, operation, members).await
    }

    async fn runtime(&self, operation: &str, members: Value) -> Result<Value, AwsError> {
        let api = apis::SAGEMAKER_FEATURE_STORE_RUNTIME;
        self.of(api, operation, members).await
    }

    async fn put(&self, identifier: &str, date: &str, stars: &str) {
        let members =
            json!({ "FeatureGroupName": "reviews", "Record": record(identifier, date, stars) });
        self.runtime("PutRecord", members).await.unwrap();
    }

    /// The stars that are served; `None` where no record is.
    async fn stars(&self, identifier: &str) -> Option<String> {
        let members = json!({
            "FeatureGroupName": "reviews",
            "RecordIdentifierValueAsString": identifier,
            "FeatureName": "stars",
        });
        let found = self.runtime("GetRecord", members).await.unwrap();
        let stars = &found["Record"][0]["ValueAsString"];
        stars.as_str().map(str::to_owned)
    }

    async fn describe(&self, name: &str) -> Result<Value, AwsError> {
        let members = json!({ "FeatureGroupName": name });
        self.call("DescribeFeatureGroup", members).await
    }

    /// Waits until the group has the status; `gone` once there is none.
    async fn until(&self, name: &str, status: &str) {
        self.wait(async || match self.describe(name).await {
            Ok(group) => group["FeatureGroupStatus"] == status,
            Err(_) => status == "gone",
        })
        .await;
    }

    async fn wait(&self, is_so: impl AsyncFn() -> bool) {
        let mut changes = self.cloud.store.changes();
        while !is_so().await {
            changes.changed().await;
        }
    }

    /// The details of the events that were emitted.
    fn told(&self) -> Vec<Value> {
        let events = self.cloud.store.read(|tx| tx.pending_events(100));
        let of_groups = events
            .into_iter()
            .filter(|pending| pending.event.detail_type == "SageMaker Feature Group State Change");
        of_groups.map(|pending| pending.event.detail).collect()
    }
}

fn reviews() -> Value {
    json!({
        "FeatureGroupName": "reviews",
        "RecordIdentifierFeatureName": "review_id",
        "EventTimeFeatureName": "date",
        "FeatureDefinitions": [
            { "FeatureName": "review_id", "FeatureType": "String" },
            { "FeatureName": "date", "FeatureType": "String" },
            { "FeatureName": "stars", "FeatureType": "Integral" },
            { "FeatureName": "score", "FeatureType": "Fractional" },
        ],
        "OnlineStoreConfig": { "EnableOnlineStore": true },
        "OfflineStoreConfig": { "S3StorageConfig": { "S3Uri": "s3://features/store/" } },
        "RoleArn": "arn:aws:iam::123456789012:role/features",
        "Description": "what was said",
        "Tags": [{ "Key": "team", "Value": "reviews" }],
    })
}

fn with(mut members: Value, name: &str, value: Value) -> Value {
    members[name] = value;
    members
}

fn record(identifier: &str, date: &str, stars: &str) -> Value {
    json!([
        { "FeatureName": "review_id", "ValueAsString": identifier },
        { "FeatureName": "date", "ValueAsString": date },
        { "FeatureName": "stars", "ValueAsString": stars },
    ])
}
