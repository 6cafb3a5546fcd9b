//! Claiming the run and starting its execution.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use aws_sdk_sagemaker::types::Parameter;
use contracts::dataset::DatasetManifest;
use contracts::run::{Run, RunState, StartRequest};
use contracts::{keys, pipeline};
use lambda_main::metrics::{self, Metric};
use loop_state::{execution, incumbents, objects, packages};
use policy::single_flight::{self, Step};
use policy::{dataset, naming, tuning};
use tracing::{info, warn};

use crate::Deps;
use crate::look::Look;

pub enum Claimed {
    Yes,
    LostRace,
    Refused { reason: String },
}

/// Claims the newest version, for a person who wants it run (again), with their parameters.
pub async fn claim_again(deps: &Deps, look: &Look, start: &StartRequest) -> Result<Claimed> {
    let refused = |reason: String| Ok(Claimed::Refused { reason });
    if let Some(reserved) = pipeline::RESERVED
        .iter()
        .find(|r| start.parameters.contains_key(**r))
    {
        return refused(format!("{reserved} is set by start-pipeline alone"));
    }
    let Some(manifest) = look.manifest() else {
        return refused("there is no dataset yet: upload a file first".to_owned());
    };
    let attempt = match look.current() {
        Some(Run {
            state: RunState::Active,
            version,
            ..
        }) => {
            return refused(format!(
                "dataset version {version} is running: one at a time"
            ));
        }
        _ => look.run_of(manifest).map_or(1, |run| run.attempt + 1),
    };
    if let Some(version) = start.release
        && !waits(deps, look, version)
    {
        let newest = manifest.number;
        return refused(format!(
            "dataset version {version} does not wait for a run; version {newest} is the newest"
        ));
    }
    let wanted = Wanted {
        manifest,
        attempt,
        parameters: &start.parameters,
        by_itself: false,
    };
    let run = new_run(deps, look, wanted).await?;
    Ok(if write(deps, look, &run).await? {
        Claimed::Yes
    } else {
        Claimed::LostRace
    })
}

/// Whether this version is to be run now or on another day.
fn waits(deps: &Deps, look: &Look, released: u32) -> bool {
    match single_flight::next(look.run(), look.observed(), deps.config.bounds) {
        Step::Claim { version, .. } | Step::EnoughToday { version, .. } => version == released,
        _ => false,
    }
}

/// Claims a version; losing the race is no matter, the next look sees who won.
pub async fn claim(deps: &Deps, look: &Look, version: u32, attempt: u32) -> Result<()> {
    let manifest = look
        .manifest()
        .filter(|manifest| manifest.number == version);
    let manifest = manifest.context("only the newest version is claimed")?;
    // Another attempt at the same version keeps what a person had asked for.
    let before = look.run_of(manifest);
    let kept = before.map(|run| run.parameters.clone());
    let wanted = Wanted {
        manifest,
        attempt,
        parameters: &kept.unwrap_or_default(),
        by_itself: true,
    };
    let run = Run {
        evaluated_again: before.is_some_and(|run| run.evaluated_again),
        earlier_model_package_arn: before.and_then(|run| run.earlier_model_package_arn.clone()),
        ..new_run(deps, look, wanted).await?
    };
    if write(deps, look, &run).await? {
        info!(dataset.version = version, attempt, "claimed the run");
    }
    Ok(())
}

/// Claims the same version again, with the champion and the anchor of now.
pub async fn evaluate_again(deps: &Deps, look: &Look, run: &Run, attempt: u32) -> Result<()> {
    let manifest = look.manifest();
    let manifest = manifest.filter(|manifest| manifest.number == run.version);
    let wanted = Wanted {
        manifest: manifest.context("only the newest version is evaluated again")?,
        attempt,
        parameters: &run.parameters,
        by_itself: true,
    };
    let again = Run {
        evaluated_again: true,
        earlier_model_package_arn: run.model_package_arn.clone(),
        ..new_run(deps, look, wanted).await?
    };
    if write(deps, look, &again).await? {
        let version = run.version;
        info!(
            dataset.version = version,
            attempt, "champion or anchor changed: claimed another evaluation"
        );
    }
    Ok(())
}

/// Claims the same version again, with what its study has found.
pub async fn adopt(deps: &Deps, look: &Look, run: &Run, attempt: u32) -> Result<()> {
    let manifest = look.manifest();
    let manifest = manifest.filter(|manifest| manifest.number == run.version);
    let study = look.winner().context("only a study's winner is adopted")?;
    let mut parameters = run.parameters.clone();
    parameters.extend(tuning::parameters(study));
    let wanted = Wanted {
        manifest: manifest.context("only the newest version is trained with a winner")?,
        attempt,
        parameters: &parameters,
        by_itself: true,
    };
    let mut adopting = new_run(deps, look, wanted).await?;
    adopting.studies.push(study.name.clone());
    if write(deps, look, &adopting).await? {
        let (version, study) = (run.version, &study.name);
        info!(
            dataset.version = version,
            attempt,
            study.name = study,
            "claimed the run with the study's winner"
        );
    }
    Ok(())
}

/// Starts the claimed execution and writes its ARN. After a crash in between, the token makes
/// the second start find the first execution.
pub async fn start(deps: &Deps, look: &Look, run: &Run) -> Result<()> {
    let parameters = run.parameters.iter();
    let started = deps
        .sagemaker
        .start_pipeline_execution()
        .pipeline_name(&deps.config.pipeline_name)
        .client_request_token(&run.client_request_token)
        .pipeline_execution_display_name(format!("v{}-attempt-{}", run.version, run.attempt))
        .set_pipeline_parameters(Some(
            parameters
                .map(|(name, value)| parameter(name, value))
                .collect(),
        ))
        .send()
        .await;
    let started = match started {
        Ok(started) => started,
        Err(error) => {
            let Some(reason) = execution::refusal(&error) else {
                return Err(error).context("start the pipeline execution");
            };
            let stuck = Run {
                state: RunState::Stuck {
                    reason: format!("the start was refused: {reason}"),
                },
                ..run.clone()
            };
            return write(deps, look, &stuck).await.map(drop);
        }
    };
    let arn = started
        .pipeline_execution_arn
        .context("the started execution has no ARN")?;
    info!(
        dataset.version = run.version,
        execution.arn = arn,
        "started the pipeline execution"
    );
    let run = Run {
        execution_arn: Some(arn),
        ..run.clone()
    };
    if write(deps, look, &run).await? {
        metrics::count(Metric::Runs, 1);
    }
    Ok(())
}

/// The model package of a run that has succeeded.
pub async fn registered(deps: &Deps, run: &Run, state: &RunState) -> Result<Option<String>> {
    match &run.execution_arn {
        Some(arn) if *state == RunState::Succeeded => {
            execution::registered(&deps.sagemaker, arn).await
        }
        _ => Ok(None),
    }
}

/// Inputs of the next run, except champion and anchor.
struct Wanted<'a> {
    manifest: &'a DatasetManifest,
    attempt: u32,
    /// A person's pipeline parameters; empty where an event asks.
    parameters: &'a BTreeMap<String, String>,
    /// Not at a person's request.
    by_itself: bool,
}

async fn new_run(deps: &Deps, look: &Look, wanted: Wanted<'_>) -> Result<Run> {
    let Wanted {
        manifest,
        attempt,
        parameters,
        by_itself,
    } = wanted;
    let before = look.run_of(manifest);
    let asked = if by_itself {
        before.map(|run| run.asked.clone()).unwrap_or_default()
    } else {
        parameters.clone()
    };
    let mut parameters = parameters.clone();
    parameters.extend(own_parameters(deps, manifest).await?);
    let definition_hash = look.pipeline.definition_hash.clone();
    // A version that is run once more is not trained with the same winner again by itself.
    let studies = before.map(|run| run.studies.clone()).unwrap_or_default();
    Ok(Run {
        dataset: manifest.dataset.clone(),
        pipeline_created: look.pipeline.created,
        day: look.today.clone(),
        runs_of_day: look.run().map_or(0, |run| run.runs_on(&look.today)) + u32::from(by_itself),
        version: manifest.number,
        version_id: manifest.id.clone(),
        attempt,
        asked,
        client_request_token: naming::execution_token(
            &manifest.id,
            &definition_hash,
            attempt,
            &parameters,
        ),
        definition_hash,
        parameters,
        execution_arn: None,
        retries: 0,
        retried_failure: None,
        model_package_arn: None,
        evaluated_again: false,
        earlier_model_package_arn: None,
        studies,
        state: state(deps, manifest),
    })
}

/// Said before instances are paid for.
fn state(deps: &Deps, manifest: &DatasetManifest) -> RunState {
    let (rows, most) = (manifest.rows(), deps.config.maximum_training_rows);
    if rows <= most {
        return RunState::Active;
    }
    RunState::Stuck {
        reason: format!(
            "the version has {rows} rows, repeated texts counted each time, and is trained with up to {most}: raise \
             MaximumTrainingRows with the memory of TrainingInstanceType"
        ),
    }
}

/// The data, and the champion and the anchor of this moment.
async fn own_parameters(
    deps: &Deps,
    manifest: &DatasetManifest,
) -> Result<BTreeMap<String, String>> {
    let registry = packages::registry(
        &deps.sagemaker,
        &deps.bucket,
        &deps.config.model_package_group,
    )
    .await?;
    let uri = |key: &str| keys::s3_uri(&deps.bucket.name, key);
    let Deps {
        sagemaker, bucket, ..
    } = deps;
    let lineage = dataset::lineage(manifest);
    let incumbents = incumbents::read(sagemaker, bucket, &registry, Some(&lineage)).await?;
    for doubt in [&incumbents.champion.doubt, &incumbents.anchor.doubt]
        .into_iter()
        .flatten()
    {
        warn!(reason = doubt, "the model will need a person's decision");
    }
    let (champion, anchor) = (incumbents.champion.package, incumbents.anchor.package);
    let (champion_model, champion_package) = match champion {
        Some(package) => (
            packages::model_data_url(sagemaker, &package.arn).await?,
            package.arn.clone(),
        ),
        None => (uri(keys::NO_CHAMPION), pipeline::NONE.to_owned()),
    };
    let (anchor_model, anchor_package) = match anchor {
        // The champion is scored once, also where it is the anchor.
        Some(anchor) if Some(anchor) == champion => (uri(keys::NO_CHAMPION), anchor.arn.clone()),
        Some(anchor) => (
            packages::model_data_url(&deps.sagemaker, &anchor.arn).await?,
            anchor.arn.clone(),
        ),
        None => (uri(keys::NO_CHAMPION), pipeline::NONE.to_owned()),
    };
    // An input prefix must not be empty, so "none" is a prefix that holds a marker.
    for marker in [keys::NO_CHAMPION_MARKER, keys::NO_PRETRAINED_MARKER] {
        objects::create_bytes(&deps.bucket, marker, Vec::new()).await?;
    }
    let name = &manifest.dataset;
    Ok([
        (
            pipeline::DATASET_MANIFEST,
            uri(&keys::version(name, manifest.number)),
        ),
        (
            pipeline::DATASET_PARTS,
            uri(&keys::inputs(name, &manifest.id)),
        ),
        (pipeline::CHAMPION_MODEL, champion_model),
        (pipeline::CHAMPION_MODEL_PACKAGE, champion_package),
        (pipeline::ANCHOR_MODEL, anchor_model),
        (pipeline::ANCHOR_MODEL_PACKAGE, anchor_package),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect())
}

/// Compare-and-set of the run, whether there was one before or not.
async fn write(deps: &Deps, look: &Look, run: &Run) -> Result<bool> {
    if look.run().is_some() {
        objects::replace(&deps.bucket, keys::RUN, run, look.run_etag()).await
    } else {
        objects::create(&deps.bucket, keys::RUN, run).await
    }
}

fn parameter(name: &str, value: &str) -> Parameter {
    Parameter::builder().name(name).value(value).build()
}
