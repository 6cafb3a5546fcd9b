//! The log of a function, of the endpoint or of a job: files of the local emulator, or CloudWatch Logs.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use contracts::names;
use tokio::process::Command;

use crate::account::Account;
use crate::arguments::Logs;
use crate::aws_cli::Cli;
use crate::log_place::{self, LogPlace};
use crate::sentence::{Sentence, is_missing};

/// What has a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Function,
    Endpoint,
    TrainingJob,
    ProcessingJob,
}

pub async fn logs(account: &Account, logs: &Logs) -> anyhow::Result<()> {
    let kind = kind(account, &logs.name).await?;
    let folder = match LogPlace::of_environment()? {
        LogPlace::CloudWatch => {
            let command = in_account(account, kind, &logs.name).await?;
            return tail(&command, logs.follow.then_some("--follow")).await;
        }
        LogPlace::Folder(folder) => folder,
    };
    let mut command = ["tail", "-n", "1000"].map(str::to_owned).to_vec();
    for file in files(&folder, account, kind, &logs.name)? {
        command.push(file.display().to_string());
    }
    tail(&command, logs.follow.then_some("-F")).await
}

async fn kind(account: &Account, name: &str) -> anyhow::Result<Kind> {
    if name == "endpoint" {
        return Ok(Kind::Endpoint);
    }
    let training = account.sagemaker.describe_training_job();
    match training.training_job_name(name).send().await {
        Ok(_) => return Ok(Kind::TrainingJob),
        Err(error) if is_missing(&error) => {}
        Err(error) => return Err(error.sentence("look for a training job")),
    }
    let processing = account.sagemaker.describe_processing_job();
    match processing.processing_job_name(name).send().await {
        Ok(_) => Ok(Kind::ProcessingJob),
        // Whether there is such a function is seen by its log.
        Err(error) if is_missing(&error) => Ok(Kind::Function),
        Err(error) => Err(error.sentence("look for a processing job")),
    }
}

/// The AWS CLI's command for the last hour.
async fn in_account(account: &Account, kind: Kind, name: &str) -> anyhow::Result<Vec<String>> {
    let stack = &account.stack;
    let (group, streams) = match kind {
        Kind::Function => {
            let group = names::log_group(stack);
            let streams = streams(account, &group, &names::function(stack, name)).await?;
            let streams = ["--log-stream-names".to_owned()].into_iter().chain(streams);
            (group, streams.collect())
        }
        Kind::Endpoint => (
            format!("/aws/sagemaker/Endpoints/{}", names::endpoint(stack)),
            Vec::new(),
        ),
        Kind::TrainingJob => (log_place::TRAINING_JOBS.to_owned(), prefix(name)),
        Kind::ProcessingJob => ("/aws/sagemaker/ProcessingJobs".to_owned(), prefix(name)),
    };
    let mut command = ["aws", "logs", "tail", &group, "--since", "1h", "--region"]
        .map(str::to_owned)
        .to_vec();
    command.push(account.region.clone());
    command.extend(streams);
    Ok(command)
}

fn prefix(name: &str) -> Vec<String> {
    ["--log-stream-name-prefix", name]
        .map(str::to_owned)
        .to_vec()
}

/// The function's streams in the group that all functions share, by their last lines. A stream begins with the day on
/// which its sandbox started, and the function's name: the Lambda developer guide, "Log stream names".
async fn streams(account: &Account, group: &str, function: &str) -> anyhow::Result<Vec<String>> {
    let cli = Cli {
        program: "aws",
        region: &account.region,
    };
    let command = "logs describe-log-streams --order-by LastEventTime --descending --max-items 200";
    let listed = cli.json(command, &["--log-group-name", group]).await?;
    let names = listed["logStreams"].as_array().into_iter().flatten();
    let names = names.filter_map(|stream| stream["logStreamName"].as_str());
    let ours = format!("/{function}[");
    let names: Vec<String> = names
        .filter(|name| name.contains(&ours))
        .take(10)
        .map(str::to_owned)
        .collect();
    ensure!(
        !names.is_empty(),
        "{function} is not among the functions that have run lately"
    );
    Ok(names)
}

/// The emulator's files.
fn files(logs: &Path, account: &Account, kind: Kind, name: &str) -> anyhow::Result<Vec<PathBuf>> {
    let region = &account.region;
    let file = match kind {
        Kind::Function => logs.join(format!("{}.log", names::function(&account.stack, name))),
        Kind::TrainingJob => log_place::training_job(logs, region, name),
        Kind::ProcessingJob => logs.join(format!("processing-job/{region}/{name}.log")),
        Kind::Endpoint => {
            let name = names::endpoint(&account.stack);
            let folder = logs.join(format!("endpoint/{region}/{name}"));
            let entries = std::fs::read_dir(&folder);
            let entries = entries.with_context(|| "the endpoint has no log yet".to_owned())?;
            return Ok(entries.flatten().map(|entry| entry.path()).collect());
        }
    };
    ensure!(
        file.exists(),
        "there is no function or job {name}, or it has not run yet"
    );
    Ok(vec![file])
}

async fn tail(command: &[String], follow: Option<&str>) -> anyhow::Result<()> {
    let (program, arguments) = command.split_first().context("a command has a program")?;
    let mut process = Command::new(program);
    process.args(follow.filter(|_| program == "tail"));
    process.args(arguments);
    process.args(follow.filter(|_| program != "tail"));
    let status = process.status().await;
    let status = status.with_context(|| format!("{program} is not installed"))?;
    if !status.success() {
        bail!("{program} ended with {status}");
    }
    Ok(())
}
