//! A training of every algorithm: starts its execution, shows the candidates as they come, says what became of the model.

mod drawing;
mod look;
mod stack;
mod start;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use contracts::dataset::DatasetManifest;
use serde_json::json;

use super::{report, upload};
use crate::account::Account;
use crate::arguments::{Automl, Upload};
use crate::evidence::{self, Evidence, execution};
use crate::follow::{Shown, follow};
use crate::output::Output;
use crate::wait;
use look::Seen;

/// A cold judge-model.
const VERDICT: Duration = Duration::from_secs(90);

pub async fn automl(account: &Account, automl: &Automl, output: &Output) -> anyhow::Result<()> {
    let version = match &automl.file {
        Some(file) => Some(registered(account, file, output).await?),
        None => None,
    };
    let execution = start::start(account, automl, version.as_ref()).await?;
    if automl.no_wait {
        let result = json!({ "ok": true, "execution_arn": execution });
        return output.result(&result, || {
            let status = account.command("reviewloop status --watch");
            format!(
                "execution {} is under way: {status} follows it\n",
                execution.rsplit('/').next().unwrap_or_default()
            )
        });
    }
    let whole = async {
        let shown = Shown {
            name: "execution",
            has_ended: |seen: &Seen| seen.has_ended,
            text: drawing::live,
            line: drawing::line,
        };
        let look = async || look::look(account, &execution).await;
        let seen = follow(output, shown, look).await?;
        end(account, &seen, automl.page.as_deref(), output).await
    };
    tokio::select! {
        ended = whole => ended,
        interrupted = tokio::signal::ctrl_c() => interrupted.context("wait for Ctrl-C"),
    }
}

/// The dataset version that the file is part of.
async fn registered(
    account: &Account,
    file: &Path,
    output: &Output,
) -> anyhow::Result<DatasetManifest> {
    let wanted = Upload {
        file: file.to_owned(),
        replace: false,
        unlabelled: false,
        schema: None,
    };
    let (uri, registration) = upload::registered(account, &wanted, output).await?;
    let registration = registration.with_context(|| {
        format!("{uri} is uploaded and still queued; the same command without the file trains its version later")
    })?;
    eprint!("{}", upload::taken(&account.bucket, &registration));
    Ok(registration.manifest)
}

async fn end(
    account: &Account,
    seen: &Seen,
    page: Option<&Path>,
    output: &Output,
) -> anyhow::Result<()> {
    let arn = &seen.execution.arn;
    if seen.execution.status != "Succeeded" {
        let steps = evidence::steps(account, arn).await?;
        bail!(execution::without_evaluation(account, &seen.execution, &steps).await);
    }
    let run = judged(account, arn).await?;
    if let Some(path) = page {
        report::write(account, &run, path).await?;
        eprintln!("wrote {}", path.display());
    }
    let result = json!({
        "ok": true,
        "execution_arn": arn,
        "model_version": run.model.as_ref().map(|model| model.version),
        "balanced_accuracy": run.evaluation.challenger.balanced_accuracy,
        "candidates": run.evaluation.candidates,
        "verdict": run.model.as_ref().and_then(|model| model.verdict.as_ref()),
    });
    output.result(&result, || {
        drawing::leaderboard(&run) + &report::told(&run, &account.stack) + "\n"
    })
}

/// With the gate's verdict, which comes a moment after the execution's end.
async fn judged(account: &Account, arn: &str) -> anyhow::Result<Evidence> {
    let run = evidence::read(account, arn).await?;
    let Some(registered) = run.model.as_ref().map(|model| model.arn.clone()) else {
        return Ok(run);
    };
    wait::within(account, VERDICT, async || {
        let model = evidence::model_at(account, &registered).await?;
        let is_judged = model.is_none_or(|model| model.verdict.is_some());
        Ok(is_judged.then_some(()))
    })
    .await?;
    evidence::read(account, arn).await
}
