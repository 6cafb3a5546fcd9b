//! Deletes a stack in an account: asks, and has CloudFormation delete it. The stack's own function provision-stack
//! deletes what the loop made outside the template, whatever is under way. All that can be looked at is looked at
//! before, and a deletion that failed can be repeated.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, bail, ensure};
use aws_types::SdkConfig;
use contracts::{keys, names};
use serde_json::json;

use super::cloudformation::{self, Deletion};
use crate::account::{self, Account};
use crate::aws_cli::Cli;
use crate::output::Output;
use crate::progress::Progress;
use crate::sentence::{Sentence, is_missing};
use crate::stack;

/// What is to be deleted in an account.
struct Target {
    account: Account,
    /// ARNs of the registered model versions.
    versions: Vec<String>,
}

pub async fn delete(number: &str, yes: bool, stack: &str, output: &Output) -> anyhow::Result<()> {
    let target = agreed_on(number, yes, stack)
        .await
        .context("nothing was deleted")?;
    let cli = Cli {
        program: "aws",
        region: &target.account.region,
    };
    let task = Progress::new(output.json).task("deleting the stack");
    remove(&target, &cli).await?;
    let seconds = task.seconds();
    task.done(seconds, "");
    let bucket = keys::s3_uri(&target.account.bucket, "");
    let result = json!({ "ok": true, "deleted_stack": stack, "model_versions": target.versions.len(), "kept": bucket });
    output.result(&result, || {
        format!("the stack {stack} is deleted; {bucket} stays\n")
    })
}

/// The target, once a person has agreed.
async fn agreed_on(number: &str, yes: bool, stack: &str) -> anyhow::Result<Target> {
    let config = account::environment().await?;
    let target = find(number, stack, &config, "aws").await?;
    eprint!("{}", plan(&target));
    if let Ok(url) = std::env::var("AWS_ENDPOINT_URL") {
        eprintln!("AWS_ENDPOINT_URL is set: this is the account that {url} emulates.");
    }
    if !yes {
        confirm(stack)?;
    }
    Ok(target)
}

/// Reads alone: whether the CLI, its credentials and the stack are there.
async fn find(
    number: &str,
    name: &str,
    config: &SdkConfig,
    program: &str,
) -> anyhow::Result<Target> {
    let account = Account::of(name, number, config)?;
    let region = &account.region;
    let cli = Cli { program, region };
    let actual = cloudformation::account(&cli).await?;
    ensure!(
        actual == number,
        "the AWS credentials belong to account {actual}, not to {number}"
    );
    ensure!(
        stack::status(&cli, name).await?.is_some(),
        "there is no CloudFormation stack {name} in account {number}, {region}"
    );
    let versions = versions(&account).await?;
    Ok(Target { account, versions })
}

async fn remove(target: &Target, cli: &Cli<'_>) -> anyhow::Result<()> {
    let stack = &target.account.stack;
    let again = "the stack is not deleted; once that is mended, repeat the command";
    cloudformation::delete(cli, stack).await.context(again)?;
    match cloudformation::wait(cli, stack).await.context(again)? {
        Deletion::Complete => Ok(()),
        Deletion::UnderWay => bail!(
            "the stack's deletion is under way and has not ended within an hour; repeat the command to wait on"
        ),
    }
}

fn plan(target: &Target) -> String {
    let Account {
        stack,
        number,
        region,
        bucket,
        ..
    } = &target.account;
    format!(
        "This deletes the stack {stack} in AWS account {number}, {region}:\n\
         - {} registered model versions and their group, and a pipeline execution that runs\n\
         - the endpoint {} with its models and endpoint configs, the pipeline, the functions, rules, schedules,\n\
         \x20 queues, notifications, alarms and logs\n\
         - the reviewers' user pool, work team and task template, and human loops that wait, if the stack has them\n\
         It keeps the bucket {bucket} with all data, models and verdicts, and the classifier's image in ECR.\n\
         To deploy a stack of this name over that bucket, run infra/deploy: it imports the bucket.\n",
        target.versions.len(),
        names::endpoint(stack)
    )
}

fn confirm(stack: &str) -> anyhow::Result<()> {
    let stdin = std::io::stdin();
    ensure!(
        stdin.is_terminal(),
        "stdin is no terminal, so the question cannot be asked; give --yes to delete without it"
    );
    eprint!("Type the stack's name to delete it: ");
    let mut answer = String::new();
    stdin
        .lock()
        .read_line(&mut answer)
        .context("read the answer")?;
    agreed(&answer, stack)
}

fn agreed(answer: &str, stack: &str) -> anyhow::Result<()> {
    ensure!(
        answer.trim() == stack,
        "{:?} is not the stack's name {stack}",
        answer.trim()
    );
    Ok(())
}

/// None where an earlier deletion took the group.
async fn versions(account: &Account) -> anyhow::Result<Vec<String>> {
    let mut pages = account
        .sagemaker
        .list_model_packages()
        .model_package_group_name(names::model_package_group(&account.stack))
        .max_results(100)
        .into_paginator()
        .send();
    let mut versions = Vec::new();
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(error) if is_missing(&error) => break,
            Err(error) => return Err(error.sentence("list the model versions")),
        };
        let arns = page.model_package_summary_list().iter();
        versions.extend(arns.filter_map(|summary| summary.model_package_arn().map(str::to_owned)));
    }
    Ok(versions)
}

#[cfg(test)]
mod tests;
