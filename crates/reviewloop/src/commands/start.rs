use std::collections::BTreeMap;

use anyhow::bail;
use contracts::run::StartRequest;
use policy::shell::at_stack;
use serde_json::{Value, json};

use crate::account::Account;
use crate::arguments::Start;
use crate::output::Output;

/// Asks start-pipeline, which alone may start executions.
pub async fn start(account: &Account, start: &Start, output: &Output) -> anyhow::Result<()> {
    let mut parameters = BTreeMap::new();
    for (name, value) in &start.parameters {
        if parameters.insert(name.clone(), value.clone()).is_some() {
            bail!("--parameter {name} was given twice");
        }
    }
    let request = StartRequest {
        parameters,
        release: None,
    };
    ask(account, &request, output).await
}

/// What start-pipeline makes of the request.
pub async fn ask(account: &Account, request: &StartRequest, output: &Output) -> anyhow::Result<()> {
    let outcome = asked(account, request).await?;
    let sentence = sentence(&outcome, &account.stack)?;
    let result = json!({ "ok": true, "outcome": outcome });
    output.result(&result, || sentence)
}

/// start-pipeline's outcome.
pub async fn asked(account: &Account, request: &StartRequest) -> anyhow::Result<Value> {
    let wake = json!({ "start": request });
    account.invoke("start-pipeline", &wake).await
}

/// start-pipeline's outcome as a sentence; what it would not do is an error.
pub fn sentence(outcome: &Value, stack: &str) -> anyhow::Result<String> {
    let text = |name: &str| outcome[name].as_str().unwrap_or("without a reason");
    match outcome["outcome"].as_str() {
        Some("Running") => {
            let execution = text("execution_arn").rsplit('/').next().unwrap_or_default();
            let of = format!(
                "dataset version {}, attempt {}",
                outcome["version"], outcome["attempt"]
            );
            let status = at_stack("reviewloop status --watch", stack);
            Ok(format!(
                "{of}: execution {execution} is under way; follow it with: {status}\n"
            ))
        }
        Some("EnoughToday") => {
            let (version, runs) = (&outcome["version"], &outcome["runs"]);
            let release = at_stack(&format!("reviewloop release {version}"), stack);
            Ok(format!(
                "dataset version {version} waits: {runs} runs have started today; {release} starts it now\n"
            ))
        }
        Some("Idle") => Ok("there is nothing to run\n".to_owned()),
        Some("Refused") => bail!("start-pipeline refused: {}", text("reason")),
        Some("Stuck") => bail!(
            "the run of dataset version {} is stuck: {}",
            outcome["version"],
            text("reason")
        ),
        _ => bail!("start-pipeline gave an answer of another version: {outcome}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_a_sentence() {
        let running = json!({ "outcome": "Running", "version": 3, "attempt": 2,
            "execution_arn": "arn:aws:sagemaker:r:1:pipeline/p/execution/k3jx" });
        assert_eq!(
            sentence(&running, "mine").expect("an outcome"),
            "dataset version 3, attempt 2: execution k3jx is under way; follow it with: reviewloop status --watch \
             --stack mine\n"
        );
        let enough = json!({ "outcome": "EnoughToday", "version": 3, "runs": 12 });
        assert_eq!(
            sentence(&enough, "mine").expect("an outcome"),
            "dataset version 3 waits: 12 runs have started today; reviewloop release 3 --stack mine starts it now\n"
        );
        let refused = json!({ "outcome": "Refused", "reason": "dataset version 3 is running: one at a time" });
        let refused = sentence(&refused, "mine").expect_err("refused").to_string();
        assert!(
            refused.contains("refused: dataset version 3 is running"),
            "{refused}"
        );
        let stuck = json!({ "outcome": "Stuck", "version": 3, "reason": "no rows" });
        let stuck = sentence(&stuck, "mine").expect_err("stuck").to_string();
        assert!(stuck.contains("is stuck: no rows"), "{stuck}");
        assert!(sentence(&json!({ "outcome": "Else" }), "mine").is_err());
    }
}
