//! Everything the decision is made from, read at one moment.

use anyhow::Result;
use contracts::dataset::DatasetManifest;
use contracts::keys;
use contracts::run::{Run, RunState};
use contracts::tuning::Study;
use loop_state::objects::{self, Found};
use loop_state::pipelines::{self, Pipeline};
use loop_state::{execution, reevaluation, tunings, versions};
use policy::single_flight::Observed;

use crate::Deps;

pub struct Look {
    run: Option<Found<Run>>,
    newest: Option<DatasetManifest>,
    execution: Option<execution::Execution>,
    pub dataset: String,
    pub pipeline: Pipeline,
    evaluation_outdated: bool,
    winner: Option<Study>,
    /// UTC.
    pub today: String,
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
        let newest = versions::newest_for_run(
            &deps.bucket,
            &deps.config.dataset_name,
            run.as_ref().map(|run| &run.value),
        )
        .await?;
        let pipeline = pipelines::describe(&deps.sagemaker, &deps.config.pipeline_name).await?;
        let group = &deps.config.model_package_group;
        let before = run.as_ref().map(|run| &run.value);
        let evaluation_outdated =
            reevaluation::is_outdated(&deps.sagemaker, &deps.bucket, group, before).await?;
        let winner = tunings::waiting(&deps.bucket, before, &pipeline.definition_hash).await?;
        Ok(Self {
            winner,
            run,
            newest,
            execution,
            dataset: deps.config.dataset_name.clone(),
            pipeline,
            evaluation_outdated,
            today: deps.clock.now().date().to_string(),
        })
    }

    pub fn run(&self) -> Option<&Run> {
        self.run.as_ref().map(|run| &run.value)
    }

    /// The run, unless it is of a pipeline that was deleted.
    pub fn current(&self) -> Option<&Run> {
        self.run()
            .filter(|run| run.is_of_pipeline(self.pipeline.created))
    }

    /// Its run, if the last one was for this version.
    pub fn run_of(&self, manifest: &DatasetManifest) -> Option<&Run> {
        self.current()
            .filter(|run| run.is_of_dataset(&manifest.dataset) && run.version == manifest.number)
    }

    /// Empty where there is no run yet: see [`crate::launch::write`].
    pub fn run_etag(&self) -> &str {
        self.run.as_ref().map_or("", |run| &run.etag)
    }

    /// The study whose winner the run's version is to be trained with.
    pub fn winner(&self) -> Option<&Study> {
        self.winner.as_ref()
    }

    pub fn manifest(&self) -> Option<&DatasetManifest> {
        self.newest.as_ref()
    }

    pub fn observed(&self) -> Observed<'_> {
        Observed {
            dataset: &self.dataset,
            newest: self.newest.as_ref().map(|newest| newest.number),
            execution: self.execution.as_ref().map(execution::Execution::view),
            definition_hash: &self.pipeline.definition_hash,
            pipeline_created: self.pipeline.created,
            evaluation_outdated: self.evaluation_outdated,
            winner_waits: self.winner.is_some(),
            today: &self.today,
        }
    }
}
