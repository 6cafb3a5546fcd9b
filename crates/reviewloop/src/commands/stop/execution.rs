//! A pipeline execution.

use anyhow::ensure;
use policy::naming;
use serde_json::json;

use crate::account::Account;
use crate::evidence;
use crate::output::Output;
use crate::sentence::Sentence;

/// Stops a pipeline execution, and SageMaker its jobs. One that is being stopped is asked again: the token makes that the
/// same request. start-pipeline then gives the run up, if it is the current one.
pub async fn stop(account: &Account, name: &str, output: &Output) -> anyhow::Result<()> {
    let arn = evidence::find(account, name).await?;
    let execution = evidence::execution::describe(account, &arn).await?;
    let status = execution.map(|execution| execution.status);
    let id = arn.rsplit('/').next().unwrap_or_default();
    check(id, status.as_deref())?;
    let call = account.sagemaker.stop_pipeline_execution();
    let call = call.pipeline_execution_arn(&arn);
    let call = call.client_request_token(naming::stop_token(&arn));
    let stopped = call.send().await;
    stopped.map_err(|error| error.sentence(&format!("stop execution {id}")))?;
    let result = json!({ "ok": true, "execution_arn": arn });
    output.result(&result, || format!("execution {id} is being stopped\n"))
}

fn check(id: &str, status: Option<&str>) -> anyhow::Result<()> {
    ensure!(
        matches!(status, Some("Executing" | "Stopping")),
        "execution {id} does not run: it is {}",
        status.unwrap_or("gone")
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_or_is_being_stopped_is_stopped_and_what_has_ended_is_refused() {
        for status in ["Executing", "Stopping"] {
            assert!(check("a", Some(status)).is_ok(), "{status}");
        }
        for (status, end) in [
            (Some("Stopped"), "Stopped"),
            (Some("Failed"), "Failed"),
            (Some("Succeeded"), "Succeeded"),
            (None, "gone"),
        ] {
            let refused = check("a", status).expect_err("it has ended").to_string();
            assert_eq!(refused, format!("execution a does not run: it is {end}"));
        }
    }
}
