//! One turn: a dataset version becomes a model, the gate judges it, and if it deserves to, it
//! serves. Everything is read back from where the functions left it.

mod pipeline;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, bail};
use contracts::dataset::{DatasetManifest, PreparedProfile, Profile};
use contracts::deployment::Deployment;
use contracts::evaluation::Evaluation;
use contracts::verdict::{self, Decision, Verdict};
use contracts::{keys, names};

use super::Stage;
use crate::account::Account;
use crate::sentence::Sentence;
use crate::status::{Endpoint, endpoint};
use crate::wait;

pub use pipeline::Finished;
#[cfg(test)]
pub use pipeline::Step;

/// One dataset version, its run, and what became of the model.
pub struct Turn {
    pub manifest: DatasetManifest,
    /// Rows per label as uploaded, over all parts.
    pub uploaded: BTreeMap<String, u64>,
    pub prepared: PreparedProfile,
    pub human_rows: u64,
    pub run: Finished,
    pub model_package_arn: String,
    pub evaluation: Evaluation,
    pub verdict: Verdict,
    pub endpoint: Served,
}

/// The endpoint at the turn's end.
#[derive(Default)]
pub struct Served {
    pub name: String,
    pub config: String,
    pub status: String,
}

pub async fn take(stage: &Stage<'_>, manifest: DatasetManifest) -> anyhow::Result<Turn> {
    let account = &stage.account;
    stage.progress.say(&format!(
        "  dataset {} version {}: {} rows, {} in quarantine",
        manifest.dataset,
        manifest.number,
        manifest.rows(),
        manifest.quarantined()
    ));
    let run = pipeline::follow(stage, manifest.number).await?;
    let model_package_arn = run
        .model_package_arn
        .clone()
        .context("the run registered no model")?;
    let (evaluation, verdict) = judged(account, &model_package_arn).await?;
    stage
        .progress
        .say(&format!("  the gate: {:?}", verdict.decision));
    let served = if verdict.decision == Decision::Approved {
        deployed(stage, &model_package_arn).await?
    } else {
        served(account).await?
    };
    let prepared: Option<PreparedProfile> = account.object(&run.profile_key).await?;
    let (uploaded, human_rows) = profiles(account, &manifest).await?;
    Ok(Turn {
        uploaded,
        human_rows,
        prepared: prepared.unwrap_or_default(),
        model_package_arn,
        evaluation,
        verdict,
        endpoint: served,
        run,
        manifest,
    })
}

/// The gate's verdict and what it read.
async fn judged(account: &Account, arn: &str) -> anyhow::Result<(Evaluation, Verdict)> {
    let uri = wait::until(
        "judge-model's verdict",
        Duration::from_secs(60),
        async || metadata(account, arn, verdict::METADATA_VERDICT_URI).await,
    )
    .await?;
    let verdict: Verdict = account.object_at(&uri).await?;
    let evaluation: Evaluation = account.object_at(&verdict.evidence_uri).await?;
    Ok((evaluation, verdict))
}

async fn metadata(account: &Account, arn: &str, key: &str) -> anyhow::Result<Option<String>> {
    let described = account
        .sagemaker
        .describe_model_package()
        .model_package_name(arn)
        .send()
        .await;
    let described = described.map_err(|error| error.sentence("describe the model package"))?;
    Ok(described
        .customer_metadata_properties()
        .and_then(|metadata| metadata.get(key))
        .cloned())
}

/// Waits until the endpoint serves this very model.
async fn deployed(stage: &Stage<'_>, arn: &str) -> anyhow::Result<Served> {
    let account = &stage.account;
    let task = stage.progress.task("endpoint");
    let served = wait::until(
        "the endpoint's deployment",
        Duration::from_secs(180),
        async || {
            if let Some(why) = metadata(account, arn, verdict::METADATA_WITHDRAWN).await? {
                bail!("the model was approved and then withdrawn: {why}; see the endpoint's log");
            }
            let Some(found) = endpoint(account).await? else {
                return Ok(None);
            };
            task.note(&found.status);
            let deployment: Option<Deployment> =
                account.object(&keys::deployment(&found.config)).await?;
            let ours = deployment.is_some_and(|deployment| deployment.model_package_arn == arn);
            Ok((ours && found.status == "InService").then(|| name(account, found)))
        },
    )
    .await?;
    let seconds = task.seconds();
    task.done(seconds, &format!("{} on {}", served.status, served.config));
    Ok(served)
}

async fn served(account: &Account) -> anyhow::Result<Served> {
    let found = endpoint(account).await?;
    Ok(found.map(|found| name(account, found)).unwrap_or_default())
}

fn name(account: &Account, endpoint: Endpoint) -> Served {
    Served {
        name: names::endpoint(&account.stack),
        config: endpoint.config,
        status: endpoint.status,
    }
}

/// Rows per label over all parts, and how many of them people labelled.
async fn profiles(
    account: &Account,
    manifest: &DatasetManifest,
) -> anyhow::Result<(BTreeMap<String, u64>, u64)> {
    let (mut rows, mut human) = (BTreeMap::new(), 0);
    for part in &manifest.parts {
        let profile: Option<Profile> = account
            .object(&keys::profile(&manifest.dataset, &part.id))
            .await?;
        for (label, count) in profile.iter().flat_map(|profile| &profile.rows_by_label) {
            *rows.entry(label.clone()).or_default() += count;
        }
        human += part.labels.len() as u64;
    }
    Ok((rows, human))
}
