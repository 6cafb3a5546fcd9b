//! The job that scores a batch of rows with both models, and its result.

use anyhow::{Context, Result};
use contracts::keys;
use contracts::moment::Moment;
use contracts::rollout::ScoredRow;
use loop_state::processing::{self, Job, Status};
use loop_state::{objects, packages};
use policy::naming;
use rollout::step;
use rollout::{Batch, DatedLook, RefusedRows, Rollout, Row};

use crate::Deps;

/// Two models and some thousand short texts.
const VOLUME_GB: i32 = 30;
const MAXIMUM_SECONDS: i32 = 3600;

/// How far the batch's job is. One that left no scores has failed.
pub async fn job_of(deps: &Deps, rollout: &Rollout, batch: &Batch) -> Result<step::Job> {
    let name = name(deps, rollout, batch);
    Ok(match processing::status(&deps.sagemaker, &name).await? {
        Status::None => step::Job::None,
        Status::Running => step::Job::Running,
        Status::Completed => {
            let key = keys::rollout_scores(&rollout.id, rollout.batches);
            if objects::exists(&deps.bucket, &key).await? {
                step::Job::Completed
            } else {
                let reason = format!("{name} completed without {key}");
                step::Job::Failed { reason }
            }
        }
        Status::Failed { reason } => step::Job::Failed { reason },
        Status::Stopped { reason } => step::Job::Failed {
            reason: reason.unwrap_or_else(|| "the job was stopped".to_owned()),
        },
    })
}

fn name(deps: &Deps, rollout: &Rollout, batch: &Batch) -> String {
    let stack = &deps.config.processing.stack;
    naming::rollout_job(stack, &rollout.id, rollout.batches, batch.attempt)
}

pub async fn start(deps: &Deps, rollout: &Rollout) -> Result<()> {
    let batch = rollout.batch.as_ref().context("there is no batch")?;
    let address = |key: &str| keys::s3_uri(&deps.bucket.name, key);
    let rows = address(&keys::rollout_rows(&rollout.id, rollout.batches));
    let champion = packages::model_data_url(&deps.sagemaker, &rollout.champion.arn).await?;
    let challenger = packages::model_data_url(&deps.sagemaker, &rollout.challenger.arn).await?;
    let scores = keys::rollout_scores_prefix(&rollout.id, rollout.batches);
    let job = Job {
        name: &name(deps, rollout, batch),
        command: "compare",
        inputs: vec![
            processing::input("rows", &rows),
            processing::input("champion", &champion),
            processing::input("challenger", &challenger),
        ],
        output: ("scores", address(&scores)),
        volume_gb: VOLUME_GB,
        maximum_seconds: MAXIMUM_SECONDS,
    };
    processing::create(&deps.sagemaker, &deps.config.processing, job).await
}

/// Capacity comes back in hours.
const PAUSE_MILLISECONDS: i64 = 3600 * 1000;

pub fn again(rollout: Rollout, now: Moment) -> Rollout {
    let batch = rollout.batch.map(|batch| Batch {
        attempt: batch.attempt + 1,
        not_before: Moment(now.0 + PAUSE_MILLISECONDS),
        ..batch
    });
    Rollout { batch, ..rollout }
}

/// Adds the batch's rows to the trial, each text once, and looks.
pub async fn count(deps: &Deps, now: Moment, rollout: Rollout) -> Result<Rollout> {
    let key = keys::rollout_scores(&rollout.id, rollout.batches);
    let found = objects::read_bytes(&deps.bucket, &key).await?;
    let found = found.with_context(|| format!("the job completed without {key}"))?;
    let mut after = rollout;
    for line in found.value.split(|byte| *byte == b'\n') {
        if line.is_empty() {
            continue;
        }
        let row: ScoredRow =
            serde_json::from_slice(line).with_context(|| format!("a line of {key}"))?;
        add(&mut after, &row);
    }
    after.batch = None;
    let seen = after.trial.look();
    after.looks.push(DatedLook {
        at: now,
        look: seen,
    });
    Ok(after)
}

/// A row that the trial was not planned for is counted apart: its labels cost, and change nothing.
fn add(rollout: &mut Rollout, row: &ScoredRow) {
    if !rollout.counted.insert(row.text_hash.clone()) {
        return;
    }
    let right = |answer: &String| *answer == row.label;
    let (champion, challenger) = (right(&row.champion), right(&row.challenger));
    let added = Row::paired(champion, challenger, row.inclusion_probability, 1.0)
        .and_then(|row| rollout.trial.add(row));
    if let Err(reason) = added {
        let before = rollout.refused.as_ref().map_or(0, |refused| refused.rows);
        rollout.refused = Some(RefusedRows {
            rows: before + 1,
            reason: reason.to_string(),
        });
    }
}
