//! The loop, twice round; a third time where there are labels to replay after the second rollout.

use std::path::Path;

use anyhow::{Context, bail, ensure};
use contracts::dataset::DatasetManifest;
use contracts::keys;
use contracts::verdict::Decision;
use policy::text::TextColumns;
use serde_json::Value;

use super::data::Data;
use super::done::Done;
use super::parameters::PRETRAINED;
use super::stage::{Stage, scheduled};
use super::{reviewers, rollout, slipped, traffic, turn};
use crate::account::Account;
use crate::holdout::Withheld;
use crate::registration;

/// From the upload to the last verdict; `done` holds what was reached, also where it fails.
pub async fn take_turns(
    stage: &Stage<'_>,
    pretrained: Option<&Path>,
    data: Data,
    done: &mut Done,
) -> anyhow::Result<()> {
    let Data {
        holdout,
        mut answers,
        has_third_turn,
        recipe,
        ..
    } = data;
    if let Some(folder) = pretrained {
        upload_pretrained(&stage.account, folder).await?;
    }

    stage.progress.say("turn 1");
    let key = format!("{}reviews.csv", keys::INCOMING);
    let uploaded = stage.account.put(&key, holdout.upload).await?;
    let registration =
        registration::of_upload(&stage.account, &uploaded, registration::LIMIT).await?;
    let registration = registration.context("register-dataset has not registered the upload")?;
    let manifest = registration.manifest;
    ensure!(
        manifest.mapping == recipe.mapping,
        "register-dataset reads other columns than the demo: {:?}",
        manifest.mapping
    );
    let before = manifest.number;
    if take(stage, manifest, done).await? != Decision::Approved {
        done.ended_early =
            Some("the gate did not approve the first model, so nothing was deployed".to_owned());
        return Ok(());
    }

    let columns = TextColumns::of(&recipe.mapping);
    let sent = traffic::send(stage, &holdout.withheld, &columns).await?;
    let traffic = done.traffic.insert(sent);
    done.review = Some(reviewers::answer(stage, traffic, &holdout.withheld).await?);

    stage.progress.say("turn 2");
    let prepared: Value = stage
        .account
        .invoke("prepare-retraining", &scheduled())
        .await?;
    if prepared["outcome"] != "Prepared" {
        done.ended_early = Some(no_new_part(&prepared));
        return Ok(());
    }
    let manifest = registration::after(&stage.account, before).await?;
    let turn = turn::take(stage, manifest).await?;
    done.turns.push(turn);
    try_out(stage, &mut answers, done).await?;

    if !has_third_turn || !done.has_ended_rollout() {
        return Ok(());
    }
    let Some(file) = slipped::file(&mut answers, &recipe.mapping.label_column)? else {
        stage.progress.say(&slipped::too_few(answers.len()));
        return Ok(());
    };
    stage.progress.say("turn 3");
    let key = format!("{}{}", keys::INCOMING, slipped::NAME);
    let uploaded = stage.account.put(&key, file).await?;
    let registration =
        registration::of_upload(&stage.account, &uploaded, registration::LIMIT).await?;
    let registration = registration.context("register-dataset has not registered the upload")?;
    let turn = turn::take(stage, registration.manifest).await?;
    done.turns.push(turn);
    try_out(stage, &mut answers, done).await
}

/// The last model's rollout, and its deployment where it is approved.
async fn try_out(
    stage: &Stage<'_>,
    answers: &mut Vec<Withheld>,
    done: &mut Done,
) -> anyhow::Result<()> {
    let rate = done.audit_rate;
    let turn = done.turns.last_mut().context("no turn was taken")?;
    let rollout = if done.has_rollout {
        rollout::follow(stage, turn, answers, rate).await?
    } else {
        None
    };
    let is_approved = match &rollout {
        Some(rollout) => rollout.is_promoted(),
        None => turn.verdict.decision == Decision::Approved,
    };
    turn.evidence.rollout = rollout;
    if is_approved {
        turn::deploy(stage, turn).await?;
    }
    Ok(())
}

/// A turn is in the report from its verdict on, also where the deployment fails.
async fn take(
    stage: &Stage<'_>,
    manifest: DatasetManifest,
    done: &mut Done,
) -> anyhow::Result<Decision> {
    let mut turn = turn::take(stage, manifest).await?;
    let decision = turn.verdict.decision;
    let deployed = match decision {
        Decision::Approved => turn::deploy(stage, &mut turn).await,
        Decision::Rejected | Decision::Inconclusive => Ok(()),
    };
    done.turns.push(turn);
    deployed.map(|()| decision)
}

fn no_new_part(outcome: &Value) -> String {
    match outcome["outcome"].as_str() {
        Some("TooFewLabels") => format!(
            "reviewers gave {} labels and MinimumNewLabels is {}; a lower one is set by --parameter MinimumNewLabels=N",
            outcome["found"], outcome["needed"]
        ),
        _ => format!("prepare-retraining made no new part: {outcome}"),
    }
}

async fn upload_pretrained(account: &Account, folder: &Path) -> anyhow::Result<()> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    if !folder.join("config.json").is_file() {
        bail!(
            "{} has no config.json; --pretrained takes a Hugging Face folder",
            folder.display()
        );
    }
    for entry in entries {
        let path = entry
            .with_context(|| format!("read {}", folder.display()))?
            .path();
        if let Some(name) = path
            .file_name()
            .and_then(|name| name.to_str())
            .filter(|_| path.is_file())
        {
            let body = std::fs::read(&path).with_context(|| format!("read {}", path.display()))?;
            account.put(&format!("{PRETRAINED}{name}"), body).await?;
        }
    }
    Ok(())
}
