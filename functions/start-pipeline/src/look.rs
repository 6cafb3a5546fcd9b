//! Everything the decision is made from, read at one moment.

use anyhow::Result;
use contracts::dataset::DatasetManifest;
use contracts::keys;
use contracts::run::{Run, RunState};
use loop_state::objects::{self, Found};
use loop_state::{execution, pipelines, versions};
use policy::single_flight::Execution;

use crate::Deps;

pub struct Look {
    run: Option<Found<Run>>,
    newest: Option<DatasetManifest>,
    execution: Option<execution::Execution>,
    pub definition_hash: String,
}

impl Look {
    pub async fn at(deps: &Deps) -> Result<Self> {
        let run: Option<Found<Run>> = objects::read(&deps.bucket, keys::RUN).await?;
        let execution = match run.as_ref().map(|run| &run.value) {
            Some(Run {
                state: RunState::Active,
                execution_arn: Some(arn),
                ..
            }) => Some(execution::describe(&deps.sagemaker, arn).await?),
            _ => None,
        };
        // After the execution: a version written while it ended is then seen.
        let newest = versions::newest(&deps.bucket, &deps.config.dataset_name).await?;
        let definition_hash =
            pipelines::definition_hash(&deps.sagemaker, &deps.config.pipeline_name).await?;
        Ok(Self {
            run,
            newest,
            execution,
            definition_hash,
        })
    }

    pub fn run(&self) -> Option<&Run> {
        self.run.as_ref().map(|run| &run.value)
    }

    /// Empty where there is no run yet: see [`crate::launch::write`].
    pub fn run_etag(&self) -> &str {
        self.run.as_ref().map_or("", |run| &run.etag)
    }

    pub fn manifest(&self) -> Option<&DatasetManifest> {
        self.newest.as_ref()
    }

    pub fn newest(&self) -> Option<u32> {
        self.newest.as_ref().map(|newest| newest.number)
    }

    pub fn execution(&self) -> Option<Execution<'_>> {
        self.execution.as_ref().map(execution::Execution::view)
    }
}
