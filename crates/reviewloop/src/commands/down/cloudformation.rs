//! CloudFormation and STS through the AWS CLI.

use anyhow::bail;

use crate::aws_cli::Cli;

/// How far `aws cloudformation wait` came.
#[derive(Debug, PartialEq, Eq)]
pub enum Deletion {
    Complete,
    /// The wait has ended, the deletion has not.
    UnderWay,
}

/// The account that the credentials belong to.
pub async fn account(cli: &Cli<'_>) -> anyhow::Result<String> {
    let command = "sts get-caller-identity --query Account --output text";
    cli.call(command, &[]).await?.map_err(anyhow::Error::msg)
}

pub async fn delete(cli: &Cli<'_>, stack: &str) -> anyhow::Result<()> {
    let arguments = ["--stack-name", stack];
    let deleted = cli.call("cloudformation delete-stack", &arguments).await?;
    deleted.map(drop).map_err(anyhow::Error::msg)
}

pub async fn wait(cli: &Cli<'_>, stack: &str) -> anyhow::Result<Deletion> {
    let command = "cloudformation wait stack-delete-complete";
    match cli.call(command, &["--stack-name", stack]).await? {
        Ok(_) => Ok(Deletion::Complete),
        // The waiter asks 120 times, once in 30 seconds.
        Err(failure) if failure.contains("Max attempts exceeded") => Ok(Deletion::UnderWay),
        Err(failure) => bail!(failure),
    }
}
