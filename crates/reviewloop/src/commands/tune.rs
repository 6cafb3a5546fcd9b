//! A study of better hyperparameters: asks for it, follows it, says what came of it.

mod curves;
mod drawing;
#[cfg(test)]
mod fixture;
mod importance;
mod look;
mod page;
mod settings;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use contracts::tuning::{Study, StudyState, TuneRequest};
use serde_json::{Value, json};

use crate::account::Account;
use crate::arguments::Tune;
use crate::follow::{Shown, follow};
use crate::output::Output;
use look::Seen;

pub async fn tune(account: &Account, tune: &Tune, output: &Output) -> anyhow::Result<()> {
    let request = request(tune)?;
    let outcome: Value = account
        .invoke("tune-model", &json!({ "tune": request }))
        .await?;
    let name = started(&outcome)?;
    if tune.no_wait {
        let result = json!({ "ok": true, "study": name });
        return output.result(&result, || {
            let status = account.command("reviewloop status");
            format!(
                "study {name} is under way: {status} shows it, the same command without --no-wait follows it\n"
            )
        });
    }
    let shown = Shown {
        name: "study",
        has_ended: |seen: &Seen| !seen.study.is_active(),
        text: drawing::text,
        line: drawing::line,
    };
    let look = async || look::look(account, &name).await;
    tokio::select! {
        ended = follow(output, shown, look) => end(account, &ended?, tune.page.as_deref(), output).await,
        interrupted = tokio::signal::ctrl_c() => interrupted.context("wait for Ctrl-C"),
    }
}

fn request(tune: &Tune) -> anyhow::Result<TuneRequest> {
    let mut parameters = BTreeMap::new();
    for (name, range) in &tune.parameters {
        if parameters.insert(name.clone(), range.clone()).is_some() {
            bail!("--parameter {name} was given twice");
        }
    }
    Ok(TuneRequest {
        jobs: tune.jobs,
        parallel: tune.parallel,
        strategy: tune.strategy.into(),
        parameters,
        adopt: tune.adopt.into(),
    })
}

/// The study's name; what tune-model would not do is an error.
fn started(outcome: &Value) -> anyhow::Result<String> {
    let text = |name: &str| outcome[name].as_str().unwrap_or("without a reason");
    match outcome["outcome"].as_str() {
        Some("Started" | "Found") => Ok(text("study").to_owned()),
        Some("Refused") => bail!("no study was started: {}", text("reason")),
        _ => bail!("tune-model gave an answer of another version: {outcome}"),
    }
}

async fn end(
    account: &Account,
    seen: &Seen,
    page: Option<&Path>,
    output: &Output,
) -> anyhow::Result<()> {
    let Study { name, state, .. } = &seen.study;
    if let Some(path) = page {
        let curves = curves::read(account, seen).await.unwrap_or_else(|error| {
            eprintln!("the page has no curves of the trials: {error:#}");
            Vec::new()
        });
        let html = report::render_study(&page::of(seen, &curves));
        std::fs::write(path, html).with_context(|| format!("write {}", path.display()))?;
        eprintln!("wrote {}", path.display());
    }
    if let StudyState::Failed { reason, .. } = state {
        output.text(&drawing::text(seen))?;
        bail!("study {name} was given up: {reason}");
    }
    let result = json!({ "ok": true, "study": seen.study });
    output.result(&result, || drawing::text(seen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_a_study_or_a_sentence() {
        for outcome in ["Started", "Found"] {
            let outcome = json!({ "outcome": outcome, "study": "3-abcdef" });
            assert_eq!(started(&outcome).expect("a study"), "3-abcdef");
        }
        let refused =
            json!({ "outcome": "Refused", "reason": "ResourceLimitExceeded: 1 Instances" });
        let refused = started(&refused).expect_err("refused").to_string();
        assert!(
            refused.contains("no study was started: ResourceLimitExceeded"),
            "{refused}"
        );
        assert!(started(&json!({ "outcome": "Idle" })).is_err());
    }
}
