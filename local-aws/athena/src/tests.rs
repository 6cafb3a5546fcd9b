//! The service without its engine, which the client suites have.

mod catalog;
mod queries;
mod results;
mod workgroups;

use std::sync::Arc;

use local_core::driver::drive;
use local_core::wire::{AwsError, Table, apis, constraints, table};
use local_core::{Cloud, DEFAULT_REGION, Principal, Settings, Source};
use local_s3::Bucket;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

const REGION: &str = DEFAULT_REGION;

struct Bench {
    cloud: Arc<Cloud>,
    folder: TempDir,
    tasks: JoinSet<()>,
}

impl Bench {
    /// With the bucket `results`; nothing runs.
    fn new(engine: Option<Source>) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), engine)
    }

    fn in_folder(folder: TempDir, engine: Option<Source>) -> Self {
        let mut settings = Settings::new(folder.path());
        settings.sql_engine = engine;
        let cloud = Arc::new(Cloud::open(settings).unwrap());
        let (glue, athena) = (local_glue::part(), crate::part());
        constraints::set(
            &cloud,
            glue.constraints.into_iter().chain(athena.constraints),
        );
        let operations = glue.operations.into_iter().chain(athena.operations);
        Table::new(operations.collect()).set(&cloud);
        let bucket = Bucket {
            region: REGION.to_owned(),
            created: cloud.world.now(),
            event_bridge: false,
        };
        // A second bench in the folder finds it.
        let _ = cloud
            .store
            .write(|tx| local_s3::create_bucket(tx, "results", &bucket));
        let tasks = JoinSet::new();
        Self {
            cloud,
            folder,
            tasks,
        }
    }

    fn drive(&mut self) {
        self.tasks
            .spawn(drive(self.cloud.clone(), crate::controller::CONTROLLER));
    }

    /// What the state folder keeps, for the next process.
    async fn end(mut self) -> TempDir {
        self.tasks.shutdown().await;
        self.folder
    }

    async fn of(
        &self,
        api: local_core::wire::Api,
        operation: &str,
        members: Value,
    ) -> Result<Value, AwsError> {
        let caller = (REGION, Principal::user());
        table::call(&self.cloud, api, operation, caller, &members).await
    }

    async fn call(&self, operation: &str, members: Value) -> Result<Value, AwsError> {
        self.of(apis::ATHENA, operation, members).await
    }

    async fn refused(&self, operation: &str, members: Value) -> String {
        self.call(operation, members).await.unwrap_err().to_string()
    }

    async fn start(&self, query: &str) -> String {
        let started = self
            .call("StartQueryExecution", statement(query))
            .await
            .unwrap();
        started["QueryExecutionId"].as_str().unwrap().to_owned()
    }

    async fn execution(&self, id: &str) -> Value {
        let named = json!({ "QueryExecutionId": id });
        self.call("GetQueryExecution", named).await.unwrap()["QueryExecution"].take()
    }

    /// The execution in that state, as soon as it is.
    async fn wait(&self, id: &str, state: &str) -> Value {
        let mut changes = self.cloud.store.changes();
        loop {
            let execution = self.execution(id).await;
            if execution["Status"]["State"] == state {
                return execution;
            }
            changes.changed().await;
        }
    }

    /// The states that events told of, with the states before.
    fn told(&self) -> Vec<(Value, Value, Value)> {
        let pending = self.cloud.store.read(|tx| tx.pending_events(100));
        let details = pending.into_iter().map(|pending| pending.event.detail);
        let athenas = details.filter(|detail| !detail["queryExecutionId"].is_null());
        athenas
            .map(|detail| {
                let [before, now, number] = ["previousState", "currentState", "sequenceNumber"]
                    .map(|name| detail[name].clone());
                (before, now, number)
            })
            .collect()
    }
}

fn statement(query: &str) -> Value {
    json!({ "QueryString": query, "ResultConfiguration": { "OutputLocation": "s3://results/athena" } })
}
