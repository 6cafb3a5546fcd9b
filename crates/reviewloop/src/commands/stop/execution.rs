//! A pipeline execution.

use anyhow::ensure;
use policy::naming;
use serde_json::json;

use crate::account::Account;
use crate::evidence::Execution;
use crate::output::Output;
use crate::sentence::Sentence;

/// Stops a pipeline execution, and SageMaker its jobs. One that is being stopped is asked again: the token makes that the
/// same request. start-pipeline then gives the run up, if it is the current one.
pub async fn stop(account: &Account, execution: &Execution, output: &Output) -> anyhow::Result<()> {
    let (id, arn) = (execution.id(), &execution.arn);
    check(id, &execution.status)?;
    let call = account.sagemaker.stop_pipeline_execution();
    let call = call.pipeline_execution_arn(arn);
    let call = call.client_request_token(naming::stop_token(arn));
    let stopped = call.send().await;
    stopped.map_err(|error| error.sentence(&format!("stop execution {id}")))?;
    let result = json!({ "ok": true, "execution_arn": arn });
    output.result(&result, || format!("execution {id} is being stopped\n"))
}

fn check(id: &str, status: &str) -> anyhow::Result<()> {
    ensure!(
        matches!(status, "Executing" | "Stopping"),
        "execution {id} does not run: it is {status}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_or_is_being_stopped_is_stopped_and_what_has_ended_is_refused() {
        for status in ["Executing", "Stopping"] {
            assert!(check("a", status).is_ok(), "{status}");
        }
        for status in ["Stopped", "Failed", "Succeeded"] {
            let refused = check("a", status).expect_err("it has ended").to_string();
            assert_eq!(refused, format!("execution a does not run: it is {status}"));
        }
    }
}
