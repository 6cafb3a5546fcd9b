//! The validation balanced accuracy after each epoch of each trial, from the logs of their training jobs.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context;
use policy::naming;
use serde::Deserialize;

use super::look::Seen;
use crate::account::Account;
use crate::aws_cli::Cli;
use crate::log_place::{self, LogPlace};

/// Epochs and scores.
pub type Curve = Vec<(f64, f64)>;

/// What stands before the score in the line of an epoch.
const SCORE: &str = "val_balanced_accuracy";

/// One for each trial; an empty one where its log tells of no epoch.
pub async fn read(account: &Account, seen: &Seen) -> anyhow::Result<Vec<Curve>> {
    let logs = match LogPlace::of_environment()? {
        LogPlace::Folder(folder) => files(&folder, account, seen),
        LogPlace::CloudWatch => streams(account, seen).await?,
    };
    let trials = seen.trials.iter();
    Ok(trials
        .map(|trial| logs.get(&trial.training_job))
        .map(|log| log.map_or_else(Curve::new, |log| curve(log)))
        .collect())
}

/// By training job.
type Logs = HashMap<String, String>;

fn files(folder: &Path, account: &Account, seen: &Seen) -> Logs {
    let names = seen.trials.iter().map(|trial| &trial.training_job);
    let read = |name: &String| {
        let file = log_place::training_job(folder, &account.region, name);
        let log = std::fs::read(file).ok()?;
        Some((name.clone(), String::from_utf8_lossy(&log).into_owned()))
    };
    names.filter_map(read).collect()
}

/// The lines of all trials by one call: the names of their streams begin with the tuning job's.
async fn streams(account: &Account, seen: &Seen) -> anyhow::Result<Logs> {
    let job = naming::tuning_job(&account.stack, &seen.study.name).map_err(anyhow::Error::msg)?;
    let cli = Cli {
        program: "aws",
        region: &account.region,
    };
    let command = format!(
        "logs filter-log-events --log-group-name {} --filter-pattern {SCORE}",
        log_place::TRAINING_JOBS
    );
    let prefix = format!("{job}-");
    let answer = cli
        .json(&command, &["--log-stream-name-prefix", &prefix])
        .await?;
    by_job(serde_json::from_value(answer).context("CloudWatch Logs' answer")?)
}

#[derive(Deserialize)]
struct Filtered {
    events: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    /// `<training job>/algo-1-<time>`.
    log_stream_name: String,
    message: String,
}

fn by_job(filtered: Filtered) -> anyhow::Result<Logs> {
    let mut logs = Logs::new();
    for Event {
        log_stream_name,
        message,
    } in filtered.events
    {
        let (job, _) = log_stream_name
            .split_once('/')
            .with_context(|| format!("{log_stream_name} is no stream of a training job"))?;
        let log = logs.entry(job.to_owned()).or_default();
        log.push_str(message.trim_end());
        log.push('\n');
    }
    Ok(logs)
}

/// A training that was started again tells some epochs twice, and of the attempt before it the epochs that it has not
/// come to: each epoch takes the place of itself and all later ones.
fn curve(log: &str) -> Curve {
    let mut scores: Vec<(u32, f64)> = Vec::new();
    for (epoch, score) in log.lines().filter_map(score) {
        scores.retain(|(known, _)| *known < epoch);
        scores.push((epoch, score));
    }
    let scores = scores.into_iter();
    scores
        .map(|(epoch, score)| (f64::from(epoch), score))
        .collect()
}

/// The number and the score in the line of an epoch's end.
fn score(line: &str) -> Option<(u32, f64)> {
    let (_, told) = line.split_once("epoch ")?;
    let (epoch, told) = told.split_once(" of ")?;
    let (_, told) = told.split_once(&format!("{SCORE}: "))?;
    let (score, _) = told.split_once(' ').unwrap_or((told, ""));
    Some((epoch.parse().ok()?, score.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(epoch: u32, score: &str) -> String {
        format!(
            "2026-11-30T08:00:05Z  INFO epoch {epoch} of 9: samples_per_second: 38.3 train_loss: 0.9101 val_loss: 0.8123 \
             val_accuracy: 0.6700 val_balanced_accuracy: {score} val_f1: 0.6604\n"
        )
    }

    #[test]
    fn the_lines_of_epochs_are_a_curve_and_a_repeated_one_counts_once() {
        let log = [
            line(1, "0.5000"),
            "2026  INFO text 9/18 loss 1.0\n".to_owned(),
            line(2, "0.6000"),
            line(2, "0.6100"),
            "2026  INFO an epoch of old: val_balanced_accuracy: 0.9\n".to_owned(),
            line(3, "0.7000").replace(" val_f1: 0.6604\n", ""),
        ];
        let expected = [(1.0, 0.5), (2.0, 0.61), (3.0, 0.7)];
        assert_eq!(curve(&log.concat()), expected);
        assert!(curve("").is_empty());
    }

    #[test]
    fn a_later_attempt_takes_the_place_of_the_epochs_of_the_one_before() {
        let before = [line(1, "0.1"), line(2, "0.2"), line(3, "0.3")].concat();
        let anew = before.clone() + &line(1, "0.5") + &line(2, "0.6");
        assert_eq!(curve(&anew), [(1.0, 0.5), (2.0, 0.6)]);
        let from_a_checkpoint = before + &line(2, "0.7");
        assert_eq!(curve(&from_a_checkpoint), [(1.0, 0.1), (2.0, 0.7)]);
    }

    #[test]
    fn the_events_of_cloudwatch_logs_are_lines_of_their_job() {
        let event = |job: &str, message: String| {
            serde_json::json!({
                "logStreamName": format!("{job}/algo-1-1796000000"),
                "timestamp": 1_796_000_000_000_u64,
                "message": message,
            })
        };
        let events = [
            event("t-001", line(1, "0.5")),
            event("t-002", line(1, "0.4")),
            event("t-001", line(2, "0.6")),
        ];
        let answer = serde_json::json!({ "events": events, "searchedLogStreams": [] });
        let logs = by_job(serde_json::from_value(answer).unwrap()).unwrap();
        assert_eq!(curve(&logs["t-001"]), [(1.0, 0.5), (2.0, 0.6)]);
        assert_eq!(curve(&logs["t-002"]), [(1.0, 0.4)]);
    }
}
