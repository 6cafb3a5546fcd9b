//! The AWS CLI, for services that no other command needs an SDK of. infra/deploy needs it too. It takes the
//! credentials of the environment.

use std::process::Stdio;

use anyhow::Context;
use serde_json::Value;

/// The CLI as it is called, and the region that it is called for.
#[derive(Debug, Clone, Copy)]
pub struct Cli<'a> {
    pub program: &'a str,
    pub region: &'a str,
}

impl Cli<'_> {
    /// What the CLI answered on stdout, or why it failed; an error where it cannot be called at all. `command` is
    /// words, to which `arguments` are added as they are.
    pub async fn call(
        &self,
        command: &str,
        arguments: &[&str],
    ) -> anyhow::Result<Result<String, String>> {
        let called = tokio::process::Command::new(self.program)
            .args(command.split(' '))
            .args(arguments)
            .args(["--region", self.region])
            .stdin(Stdio::null())
            .output()
            .await;
        let called = called.context(
            "the AWS CLI is not installed; install it, or run this on a machine that has it",
        )?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if called.status.success() {
            return Ok(Ok(text(&called.stdout)));
        }
        let arguments = arguments.join(" ");
        Ok(Err(format!(
            "aws {command} {arguments} failed: {}",
            text(&called.stderr)
        )))
    }

    /// The answer as JSON; a failed call is an error.
    pub async fn json(&self, command: &str, arguments: &[&str]) -> anyhow::Result<Value> {
        let command = format!("{command} --output json");
        let answer = self.call(&command, arguments).await?;
        let answer = answer.map_err(anyhow::Error::msg)?;
        serde_json::from_str(&answer).context("the AWS CLI answered no JSON")
    }
}
