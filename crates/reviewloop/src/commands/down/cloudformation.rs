//! CloudFormation and STS through the AWS CLI, which infra/deploy needs too, with the credentials of the environment.

use std::process::Stdio;

use anyhow::{Context, bail};

/// The CLI as it is called, and the region that it is called for.
pub struct Cli<'a> {
    pub program: &'a str,
    pub region: &'a str,
}

/// How far `aws cloudformation wait` came.
#[derive(Debug, PartialEq, Eq)]
pub enum Deletion {
    Complete,
    /// The wait has ended, the deletion has not.
    UnderWay,
}

impl Cli<'_> {
    /// The account that the credentials belong to.
    pub async fn account(&self) -> anyhow::Result<String> {
        let answer = self
            .call("sts get-caller-identity --query Account --output text")
            .await?;
        answer.map_err(anyhow::Error::msg)
    }

    /// The stack's state, `None` where there is no such stack.
    pub async fn stack(&self, stack: &str) -> anyhow::Result<Option<String>> {
        let command = format!(
            "cloudformation describe-stacks --stack-name {stack} --query Stacks[0].StackStatus --output text"
        );
        match self.call(&command).await? {
            Ok(status) => Ok(Some(status)),
            Err(failure) if failure.contains("does not exist") => Ok(None),
            Err(failure) => bail!(failure),
        }
    }

    pub async fn delete(&self, stack: &str) -> anyhow::Result<()> {
        let deleted = self
            .call(&format!("cloudformation delete-stack --stack-name {stack}"))
            .await?;
        deleted.map(drop).map_err(anyhow::Error::msg)
    }

    pub async fn wait(&self, stack: &str) -> anyhow::Result<Deletion> {
        let command = format!("cloudformation wait stack-delete-complete --stack-name {stack}");
        match self.call(&command).await? {
            Ok(_) => Ok(Deletion::Complete),
            // The waiter asks 120 times, once in 30 seconds.
            Err(failure) if failure.contains("Max attempts exceeded") => Ok(Deletion::UnderWay),
            Err(failure) => bail!(failure),
        }
    }

    /// What the CLI answered on stdout, or why it failed; an error where it cannot be called at all.
    async fn call(&self, command: &str) -> anyhow::Result<Result<String, String>> {
        let command = format!("{command} --region {}", self.region);
        let called = tokio::process::Command::new(self.program)
            .args(command.split(' '))
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
        Ok(Err(format!(
            "aws {command} failed: {}",
            text(&called.stderr)
        )))
    }
}
