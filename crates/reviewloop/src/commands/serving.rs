//! Has deploy-model converge the endpoint, and waits until a version serves.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::json;

use crate::account::Account;
use crate::evidence::{self, Endpoint, version_of};
use crate::output::Output;
use crate::progress::{Progress, Task};
use crate::wait;

/// SageMaker's own limit on a blue/green update.
const LIMIT: Duration = Duration::from_hours(1);

/// deploy-model's outcome.
#[derive(Debug, Deserialize)]
struct Converged {
    outcome: String,
    version: Option<i32>,
    /// Which is to be the endpoint's.
    endpoint_config: Option<String>,
    reason: Option<String>,
}

/// A change of what the endpoint should serve.
pub struct Change<'a> {
    /// What a person asked for, as a sentence's beginning: "rolled back to version 3".
    pub what: String,
    /// The version that is to serve; `None` where any may.
    pub version: Option<i32>,
    pub wait: bool,
    /// When the command began.
    pub began: Instant,
    pub output: &'a Output,
}

/// Wakes deploy-model at once: the rule's event may be lost, and a pin makes none.
pub async fn converge(account: &Account, change: Change<'_>) -> anyhow::Result<()> {
    // It is recorded by now: a rollback that is repeated would go back one version more.
    let recorded = || {
        format!(
            "{}: this is recorded and must not be repeated; reconcile has deploy-model follow it within minutes",
            change.what
        )
    };
    let converged = account.invoke("deploy-model", &json!({})).await;
    let converged: Converged = converged.with_context(recorded)?;
    let progress = accepted(&converged).with_context(recorded)?;
    let accepted = change.began.elapsed().as_secs_f64();
    let mut result = json!({ "ok": true, "change": change.what, "accepted_seconds": accepted,
        "outcome": converged.outcome });
    let Some(version) = change.version.or(converged.version) else {
        return change
            .output
            .result(&result, || format!("{}: {progress}\n", change.what));
    };
    result["version"] = json!(version);
    if !change.wait {
        return change.output.result(&result, || {
            let status = account.command("reviewloop status --watch");
            format!(
                "{}, accepted after {accepted:.1} s: {progress}; follow it with: {status}\n",
                change.what
            )
        });
    }
    let bars = Progress::new(change.output.json);
    bars.say(&format!(
        "{}, accepted after {accepted:.1} s: {progress}",
        change.what
    ));
    let task = bars.task(&format!("version {version}"));
    let config = converged.endpoint_config.as_deref();
    serves(account, (version, config), &task).await?;
    let seconds = change.began.elapsed().as_secs_f64();
    let waited = task.seconds();
    task.done(waited, "");
    result["serving_seconds"] = json!(seconds);
    change.output.result(&result, || {
        format!(
            "version {version} serves, {seconds:.1} s after the command (accepted after {accepted:.1} s)\n"
        )
    })
}

/// What deploy-model has begun; an error where it can do nothing.
fn accepted(converged: &Converged) -> anyhow::Result<&'static str> {
    let reason = converged.reason.as_deref().unwrap_or("it gave no reason");
    Ok(match converged.outcome.as_str() {
        "Live" => "the endpoint serves it already",
        "Updating" => "SageMaker updates the endpoint",
        "Creating" => "SageMaker creates the endpoint",
        "Deleting" => "the failed endpoint is deleted first, and then created anew",
        "Waiting" => {
            "the endpoint is busy with another change; deploy-model goes on when that ends"
        }
        "NothingApproved" => "no version is approved; the endpoint stays as it is",
        "PinNotApproved" => bail!("the pinned version is not approved; unpin it, or approve it"),
        "Refused" | "Stuck" | "AwaitingWithdrawal" => {
            bail!("the endpoint cannot follow: {reason}")
        }
        other => bail!("deploy-model gave an answer of another version: {other}"),
    })
}

/// Whether the endpoint changes to this config; any change is wanted where a failed endpoint is deleted first. An update that was
/// under way before ends on its own version, which says nothing of the wanted one.
fn is_wanted(config: Option<&str>, endpoint: &Endpoint) -> bool {
    config.is_none_or(|config| endpoint.target() == config)
}

/// Until the endpoint is InService on this version; an error where it comes to rest on another one after the update to the
/// config.
async fn serves(
    account: &Account,
    (version, config): (i32, Option<&str>),
    task: &Task,
) -> anyhow::Result<()> {
    let mut has_changed = false;
    wait::until(account, "the endpoint", LIMIT, async || {
        let Some(served) = evidence::served(account).await? else {
            task.note("there is no endpoint yet");
            return Ok(None);
        };
        let status = served.endpoint.status.as_str();
        task.note(status);
        let live = served.model_package_arn.as_deref().map(version_of);
        let is_live = live.is_some_and(|live| live == version.to_string());
        match status {
            "InService" if is_live => Ok(Some(())),
            // Before the update is seen, the endpoint serves the version before.
            "InService" if has_changed => bail!(
                "the endpoint went back to version {}; {} says why",
                live.unwrap_or("of another stack"),
                account.command("reviewloop status")
            ),
            "Failed" => bail!(
                "the endpoint failed: {}; deploy-model makes it anew within its bound",
                served
                    .endpoint
                    .failure_reason
                    .as_deref()
                    .unwrap_or("SageMaker gives no reason")
            ),
            "InService" => Ok(None),
            _ => {
                has_changed |= is_wanted(config, &served.endpoint);
                Ok(None)
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converged(outcome: &str) -> Converged {
        Converged {
            outcome: outcome.to_owned(),
            version: Some(3),
            endpoint_config: None,
            reason: Some("AccessDenied: no".to_owned()),
        }
    }

    #[test]
    fn what_deploy_model_cannot_follow_is_an_error_with_its_reason() {
        for outcome in ["Refused", "Stuck", "AwaitingWithdrawal"] {
            let error = accepted(&converged(outcome)).expect_err(outcome);
            assert!(error.to_string().ends_with("AccessDenied: no"), "{error}");
        }
        for outcome in ["Live", "Updating", "Creating", "Deleting", "Waiting"] {
            accepted(&converged(outcome)).expect(outcome);
        }
        assert!(accepted(&converged("Else")).is_err());
    }

    #[test]
    fn an_update_that_was_under_way_is_not_the_wanted_one() {
        let updating = |pending: Option<&str>| Endpoint {
            status: "Updating".to_owned(),
            config: "of-version-1".to_owned(),
            pending_config: pending.map(str::to_owned),
            failure_reason: None,
            variants: Vec::new(),
        };
        let wanted = Some("of-version-3");
        assert!(!is_wanted(wanted, &updating(Some("of-version-2"))));
        assert!(!is_wanted(wanted, &updating(None)));
        assert!(is_wanted(wanted, &updating(Some("of-version-3"))));
        assert!(is_wanted(None, &updating(None)));
    }
}
