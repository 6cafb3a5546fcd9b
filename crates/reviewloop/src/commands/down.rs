mod account;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::json;

use crate::arguments::Down;
use crate::output::Output;
use crate::state;

/// Long enough for running jobs to be stopped.
const PATIENCE: Duration = Duration::from_secs(20);

/// The local emulator's state where there is one, else the stack in the account.
pub async fn down(arguments: &Down, stack: &str, output: &Output) -> anyhow::Result<()> {
    let folder = &arguments.state;
    if !state::holds_state(folder) {
        return account::delete(arguments, stack, output)
            .await
            .with_context(|| format!("there is no local state in {}", folder.display()));
    }
    if state::in_use(folder) {
        stop(folder).await?;
    }
    state::remove(folder)?;
    let result = json!({ "ok": true, "removed": folder });
    output.result(&result, || format!("{} is removed\n", folder.display()))
}

/// Asks the `up` that holds the folder to end, as Ctrl-C would.
async fn stop(folder: &Path) -> anyhow::Result<()> {
    let Some(running) = state::read_running(folder) else {
        bail!(
            "{} is in use by a reviewloop that left no note of itself; stop it first",
            folder.display()
        );
    };
    let id = running.process_id.to_string();
    let status = tokio::process::Command::new("kill")
        .args(["-INT", &id])
        .status()
        .await;
    if !status.context("call kill")?.success() {
        bail!(
            "process {id} holds {} and could not be stopped; stop it first",
            folder.display()
        );
    }
    let gone = async {
        while state::in_use(folder) {
            // There is no event for another process's lock, so it is looked at again.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, gone).await;
    waited.map_err(|_| anyhow::anyhow!("process {id} did not stop within {} s", PATIENCE.as_secs()))
}
