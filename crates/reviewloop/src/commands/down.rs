mod account;
mod cloudformation;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use local_aws::Store;
use policy::shell::at_stack;
use serde_json::json;

use crate::arguments::Down;
use crate::output::Output;
use crate::{local, state};

/// Long enough for running jobs to be stopped.
const PATIENCE: Duration = Duration::from_secs(20);

/// The stack in the account that is named, else the local emulator's state. Neither stands in for the other.
pub async fn down(arguments: &Down, stack: &str, output: &Output) -> anyhow::Result<()> {
    match &arguments.account {
        Some(number) => account::delete(number, arguments.yes, stack, output).await,
        None => local_state(&state::folder(arguments.state.as_deref()), stack, output).await,
    }
}

async fn local_state(folder: &Path, stack: &str, output: &Output) -> anyhow::Result<()> {
    if let Err(error) = local::check_stack(stack) {
        bail!("{error}; {}", in_an_account(stack));
    }
    if !Store::is_in(folder) {
        bail!(
            "there is no local state in {}; {}",
            folder.display(),
            in_an_account(stack)
        );
    }
    if Store::is_in_use(folder) {
        stop(folder).await?;
    }
    state::remove(folder)?;
    let result = json!({ "ok": true, "removed": folder });
    output.result(&result, || {
        format!(
            "the local emulator's state in {} is deleted\n",
            folder.display()
        )
    })
}

fn in_an_account(stack: &str) -> String {
    let down = at_stack("reviewloop down --account NUMBER", stack);
    format!("to delete the stack {stack} in an AWS account: {down}")
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
        while Store::is_in_use(folder) {
            // There is no event for another process's lock, so it is looked at again.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, gone).await;
    waited.map_err(|_| anyhow::anyhow!("process {id} did not stop within {} s", PATIENCE.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refused(folder: &Path, stack: &str) -> String {
        let refused = local_state(folder, stack, &Output { json: true }).await;
        format!("{:#}", refused.expect_err("nothing is deleted"))
    }

    #[tokio::test]
    async fn local_state_stays_where_another_stack_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path().join("up");
        drop(Store::open(&state).expect("a state"));
        let sentence = refused(&state, "prod").await;
        assert!(
            sentence.ends_with("to delete the stack prod in an AWS account: reviewloop down --account NUMBER --stack prod"),
            "{sentence}"
        );
        assert!(state.exists());
        local_state(&state, "reviewloop", &Output { json: true })
            .await
            .expect("it is the local stack");
        assert!(!state.exists());
    }

    #[tokio::test]
    async fn without_local_state_no_account_is_touched_unless_it_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let sentence = refused(&folder.path().join("up"), "reviewloop").await;
        assert!(
            sentence.starts_with("there is no local state in "),
            "{sentence}"
        );
        assert!(sentence.contains("--account NUMBER"), "{sentence}");
    }
}
