use std::collections::BTreeMap;

use anyhow::bail;
use contracts::run::StartRequest;
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
    let wake = json!({ "start": StartRequest { parameters } });
    let outcome: Value = account.invoke("start-pipeline", &wake).await?;
    if outcome["outcome"] == "Refused" {
        bail!(
            "start-pipeline refused: {}",
            outcome["reason"].as_str().unwrap_or("without a reason")
        );
    }
    let result = json!({ "ok": true, "outcome": outcome });
    output.result(&result, || format!("start-pipeline answered: {outcome}\n"))
}
