//! One turn: a dataset version becomes a model, the gate judges it, and what it approves is
//! deployed. Everything is read back from where the functions left it.

mod pipeline;

use std::time::Duration;

use anyhow::{Context, bail};
use contracts::dataset::DatasetManifest;
use contracts::deployment::Deployment;
use contracts::evaluation::Evaluation;
use contracts::keys;
use contracts::verdict::Verdict;
use report::format::percent;

use super::stage::Stage;
use crate::account::Account;
use crate::evidence::{self, Evidence, Model, endpoint};
use crate::wait;

/// One dataset version, its run, and what became of the model.
pub struct Turn {
    pub manifest: DatasetManifest,
    pub model_package_arn: String,
    pub verdict: Verdict,
    pub evidence: Evidence,
}

/// Up to the gate's verdict.
pub async fn take(stage: &Stage<'_>, manifest: DatasetManifest) -> anyhow::Result<Turn> {
    let account = &stage.account;
    stage.progress.say(&format!(
        "  dataset {} version {}: {} rows, {} in quarantine",
        manifest.dataset,
        manifest.number,
        manifest.rows(),
        manifest.quarantined()
    ));
    let execution_arn = pipeline::follow(stage, manifest.number).await?;
    let steps = evidence::steps(account, &execution_arn).await?;
    let model_package_arn = steps
        .into_iter()
        .find_map(|step| step.model_package_arn)
        .context("the run registered no model")?;
    let verdict = judged(account, &model_package_arn).await?;
    let evidence = evidence::read(account, &execution_arn).await?;
    if let Some(candidates) = candidates(&evidence.evaluation) {
        stage.progress.say(&candidates);
    }
    stage
        .progress
        .say(&format!("  the gate: {:?}", verdict.decision));
    Ok(Turn {
        evidence,
        model_package_arn,
        verdict,
        manifest,
    })
}

/// How good each candidate of an AutoML training is alone, its weight by the validation rows, and the average.
fn candidates(evaluation: &Evaluation) -> Option<String> {
    let (first, _) = evaluation.candidates.split_first()?;
    let rows = first.scores.rows;
    let alone = evaluation.candidates.iter();
    let alone = alone.map(|one| {
        let balanced_accuracy = percent(one.scores.balanced_accuracy);
        format!(
            "{} {balanced_accuracy} (weight {:.2})",
            one.name, one.weight
        )
    });
    let alone: Vec<String> = alone.collect();
    let average = percent(evaluation.challenger.balanced_accuracy);
    Some(format!(
        "  candidates on {rows} test rows: {}; their average {average}",
        alone.join(", ")
    ))
}

async fn judged(account: &Account, arn: &str) -> anyhow::Result<Verdict> {
    let limit = Duration::from_secs(60);
    wait::until(account, "judge-model's verdict", limit, async || {
        let model = registered(account, arn).await?;
        Ok(model.verdict)
    })
    .await
}

async fn registered(account: &Account, arn: &str) -> anyhow::Result<Model> {
    let model = evidence::model_at(account, arn).await?;
    model.with_context(|| format!("{arn} is not in the model registry any more"))
}

/// Waits until the endpoint serves the turn's model, which was approved.
pub async fn deploy(stage: &Stage<'_>, turn: &mut Turn) -> anyhow::Result<()> {
    let (account, arn) = (&stage.account, &turn.model_package_arn);
    let task = stage.progress.task("endpoint");
    let limit = Duration::from_secs(180);
    let served = wait::until(account, "the endpoint's deployment", limit, async || {
        if let Some(why) = registered(account, arn).await?.withdrawn {
            bail!("the model was approved and then withdrawn: {why}; see the endpoint's log");
        }
        let Some(found) = endpoint(account).await? else {
            return Ok(None);
        };
        task.note(&found.status);
        let deployment: Option<Deployment> =
            account.object(&keys::deployment(&found.config)).await?;
        let ours = deployment.is_some_and(|deployment| deployment.champion() == arn);
        Ok((ours && found.status == "InService").then_some(found))
    })
    .await?;
    let seconds = task.seconds();
    task.done(seconds, &format!("{} on {}", served.status, served.config));
    turn.evidence.endpoint = evidence::served(account).await?;
    Ok(())
}
