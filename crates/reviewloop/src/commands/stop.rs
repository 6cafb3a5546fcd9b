use anyhow::ensure;
use policy::naming;
use serde_json::json;

use crate::account::Account;
use crate::arguments::Stop;
use crate::evidence;
use crate::output::Output;
use crate::sentence::Sentence;

/// Stops a pipeline execution, and SageMaker its jobs. start-pipeline then gives the run up, if it is the current one.
pub async fn stop(account: &Account, stop: &Stop, output: &Output) -> anyhow::Result<()> {
    let arn = evidence::find(account, &stop.execution).await?;
    let execution = evidence::execution::describe(account, &arn).await?;
    let status = execution.map(|execution| execution.status);
    let id = arn.rsplit('/').next().unwrap_or_default();
    ensure!(
        status.as_deref() == Some("Executing"),
        "execution {id} does not run: it is {}",
        status.as_deref().unwrap_or("gone")
    );
    let call = account.sagemaker.stop_pipeline_execution();
    let call = call.pipeline_execution_arn(&arn);
    let call = call.client_request_token(naming::stop_token(&arn));
    let stopped = call.send().await;
    stopped.map_err(|error| error.sentence(&format!("stop execution {id}")))?;
    let result = json!({ "ok": true, "execution_arn": arn });
    output.result(&result, || format!("execution {id} is being stopped\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::cloud::Cloud;

    #[tokio::test]
    async fn an_execution_that_is_not_there_is_refused() {
        let cloud = Cloud::new().await;
        let wanted = Stop {
            execution: "abcdefghijkl".to_owned(),
        };
        let refused = stop(&cloud.account, &wanted, &Output { json: false }).await;
        assert!(refused.is_err());
    }
}
