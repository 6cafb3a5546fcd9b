//! Deletes a stack in an account: asks, deletes the registered model versions (CloudFormation deletes no group that
//! holds one), and has CloudFormation delete the rest through the AWS CLI, which infra/deploy needs too.

use std::io::{BufRead, IsTerminal};
use std::process::Stdio;

use anyhow::{Context, bail, ensure};
use contracts::run::{Run, RunState};
use contracts::{keys, names};
use serde_json::json;

use crate::account::{self, Account};
use crate::arguments::Down;
use crate::output::Output;
use crate::progress::Progress;
use crate::sentence::Sentence;

pub async fn delete(arguments: &Down, stack: &str, output: &Output) -> anyhow::Result<()> {
    let (account, versions) = asked(arguments, stack)
        .await
        .context("nothing was deleted")?;
    let task = Progress::new(output.json).task("deleting the stack");
    for arn in &versions {
        let call = account.sagemaker.delete_model_package();
        let deleted = call.model_package_name(arn).send().await;
        deleted.map_err(|error| error.sentence(&format!("delete {arn}")))?;
    }
    for action in ["delete-stack", "wait stack-delete-complete"] {
        cloudformation("aws", action, stack, &account.region)
            .await
            .context("the model versions are deleted, the stack is not")?;
    }
    let seconds = task.seconds();
    task.done(seconds, "");
    let bucket = keys::s3_uri(&account.bucket, "");
    let result = json!({ "ok": true, "deleted_stack": stack, "model_versions": versions.len(), "kept": bucket });
    output.result(&result, || {
        format!("the stack {stack} is deleted; {bucket} stays\n")
    })
}

/// The account and the model versions to delete in it, once a person has agreed.
async fn asked(arguments: &Down, stack: &str) -> anyhow::Result<(Account, Vec<String>)> {
    ensure!(
        std::env::var_os("AWS_ENDPOINT_URL").is_none_or(|url| url.is_empty()),
        "AWS_ENDPOINT_URL is set; name the state folder of that `reviewloop up` with --state"
    );
    let account = account::from_environment(stack).await?;
    let run: Option<Run> = account.object(keys::RUN).await?;
    if run.is_some_and(|run| run.state == RunState::Active) {
        bail!("a pipeline execution is under way; wait for its end, or stop it first");
    }
    let versions = versions(&account).await?;
    eprint!("{}", plan(&account, versions.len()));
    if !arguments.yes {
        confirm(stack)?;
    }
    Ok((account, versions))
}

fn plan(account: &Account, versions: usize) -> String {
    let Account {
        stack,
        number,
        region,
        bucket,
        ..
    } = account;
    format!(
        "This deletes the stack {stack} in account {number}, {region}:\n\
         - {versions} registered model versions and their group\n\
         - the endpoint {}, the pipeline, the functions, rules, schedules, queues and logs\n\
         - the reviewers' user pool, work team and task template, if the stack has them\n\
         It keeps the bucket {bucket} with all data, models and verdicts, the classifier's image in ECR, and\n\
         SageMaker's models and endpoint configs, which cost nothing.\n",
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

async fn versions(account: &Account) -> anyhow::Result<Vec<String>> {
    let mut pages = account
        .sagemaker
        .list_model_packages()
        .model_package_group_name(names::model_package_group(&account.stack))
        .into_paginator()
        .send();
    let mut versions = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| error.sentence("list the model versions"))?;
        let arns = page.model_package_summary_list().iter();
        versions.extend(arns.filter_map(|summary| summary.model_package_arn().map(str::to_owned)));
    }
    Ok(versions)
}

/// `aws cloudformation ACTION` for the stack, with the credentials of the environment.
async fn cloudformation(
    program: &str,
    action: &str,
    stack: &str,
    region: &str,
) -> anyhow::Result<()> {
    let command = format!("cloudformation {action} --stack-name {stack} --region {region}");
    let called = tokio::process::Command::new(program)
        .args(command.split(' '))
        .stdin(Stdio::null())
        .output()
        .await;
    let called = called.with_context(|| {
        format!("the AWS CLI is not installed; install it, or call elsewhere: aws {command}")
    })?;
    ensure!(
        called.status.success(),
        "aws {command} failed: {}",
        String::from_utf8_lossy(&called.stderr).trim()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn only_the_stacks_own_name_deletes_it() {
        assert!(agreed("reviewloop\n", "reviewloop").is_ok());
        for answer in ["", "y\n", "yes\n", "Reviewloop\n"] {
            assert!(agreed(answer, "reviewloop").is_err(), "{answer:?}");
        }
    }

    #[tokio::test]
    async fn what_the_aws_cli_refuses_is_this_commands_error() {
        let missing = cloudformation("no-such-aws-cli", "delete-stack", "s", "r").await;
        let missing = format!("{:#}", missing.expect_err("it is not installed"));
        assert!(
            missing.starts_with("the AWS CLI is not installed"),
            "{missing}"
        );

        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("aws");
        let script = "#!/bin/sh\n[ \"$*\" = 'cloudformation delete-stack --stack-name s --region r' ] && exit 0\necho 'no such action' >&2; exit 255\n";
        std::fs::write(&program, script).expect("written");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("set");
        let program = program.to_str().expect("UTF-8");
        cloudformation(program, "delete-stack", "s", "r")
            .await
            .expect("it is called so");
        let failed = cloudformation(program, "wait stack-delete-complete", "s", "r").await;
        let failed = failed.expect_err("it failed").to_string();
        assert!(failed.ends_with("failed: no such action"), "{failed}");
    }
}
