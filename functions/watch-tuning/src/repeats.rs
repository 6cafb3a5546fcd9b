//! Winner and present settings, trained once more with other seeds.

use std::collections::HashMap;

use anyhow::Result;
use aws_sdk_sagemaker::types::{AlgorithmSpecification, CheckpointConfig, OutputDataConfig, Tag};
use contracts::dataset::PreparedProfile;
use contracts::keys;
use contracts::names::STACK_TAG;
use contracts::tuning::{Search, Study, Values};
use loop_state::objects;
use loop_state::refusal::Refusal;
use loop_state::trainings::{self, Training};
use policy::naming;
use policy::refusal::Kind;
use policy::tuning::{Repeated, SEED};

use crate::Deps;
use crate::idle::Idle;
use crate::predictions;
use crate::repeat::{self, Repeat};

pub enum Repeats {
    Running {
        ended: usize,
        of: usize,
    },
    Ended {
        winner: Vec<Repeated>,
        present: Vec<Repeated>,
        /// Validation rows of each label.
        rows: Vec<u64>,
    },
    Failed {
        reason: String,
    },
}

/// Creates those that are not there.
pub async fn look(deps: &Deps, study: &Study, search: &Search, seeds: &[u64]) -> Result<Repeats> {
    let first = trainings::describe(&deps.sagemaker, &study.training_job).await?;
    let Some(first) = first else {
        let reason = format!("the training job {} is gone", study.training_job);
        return Ok(Repeats::Failed { reason });
    };
    let mut winner = study.present.clone();
    winner.extend(search.winner.clone());
    let mut idle = Idle::default();
    let mut trained = [Vec::new(), Vec::new()];
    let settings = [("winner", &winner), ("present", &study.present)];
    for ((settings, values), trained) in settings.into_iter().zip(&mut trained) {
        for seed in seeds {
            let stack = &deps.config.stack;
            let name = |attempt| naming::repeat_job(stack, &study.name, settings, *seed, attempt);
            match repeat::look(deps, name).await? {
                Repeat::Running => idle.is_running = true,
                Repeat::Ended { score, job } => {
                    idle.ended = idle.ended.max(job.training_end_time);
                    trained.push((score, job));
                }
                Repeat::Failed { reason } => return Ok(Repeats::Failed { reason }),
                Repeat::Due { name, before } => {
                    idle.ended = idle.ended.max(before);
                    match create(deps, &first, (study, &name), with_seed(values, *seed)).await {
                        Ok(()) => idle.is_running = true,
                        // The next end of a training or reconcile wakes this function again.
                        Err(refusal) if refusal.kind != Kind::Lasting => {
                            tracing::info!(job.name = name, refusal.reason, "not created yet");
                            idle.refused = Some(format!("{name} was refused: {}", refusal.reason));
                        }
                        Err(Refusal { reason, .. }) => {
                            let reason = format!("{name} was refused: {reason}");
                            return Ok(Repeats::Failed { reason });
                        }
                    }
                }
            }
        }
    }
    if let Some(reason) = idle.too_long(deps, study).await? {
        return Ok(Repeats::Failed { reason });
    }
    let (ended, of) = (trained.iter().map(Vec::len).sum(), 2 * seeds.len());
    if ended < of {
        return Ok(Repeats::Running { ended, of });
    }
    let Some(rows) = validation_rows(deps, &first).await? else {
        return Ok(Repeats::Failed {
            reason: format!(
                "the numbers of the validation rows of {} are gone",
                study.training_job
            ),
        });
    };
    let [winner, present] = trained;
    Ok(Repeats::Ended {
        winner: with_predictions(deps, winner).await?,
        present: with_predictions(deps, present).await?,
        rows,
    })
}

async fn with_predictions(
    deps: &Deps,
    trained: Vec<(f64, Box<Training>)>,
) -> Result<Vec<Repeated>> {
    let mut repeated = Vec::new();
    for (score, job) in trained {
        repeated.push(Repeated {
            score,
            predictions: predictions::of(deps, &job).await?,
        });
    }
    Ok(repeated)
}

fn with_seed(values: &Values, seed: u64) -> HashMap<String, String> {
    let mut values: HashMap<String, String> = values.clone().into_iter().collect();
    values.insert(SEED.to_owned(), seed.to_string());
    values
}

/// From what the execution noted that has prepared the channel.
async fn validation_rows(deps: &Deps, training: &Training) -> Result<Option<Vec<u64>>> {
    let uri = trainings::channel(training, "validation").unwrap_or_default();
    let key = keys::parse_s3_uri(uri).map(|(_, key)| key);
    let Some(execution) = key.and_then(keys::preparing_execution) else {
        return Ok(None);
    };
    let key = keys::prepared_profile(execution);
    let profile: Option<PreparedProfile> = objects::read(&deps.bucket, &key)
        .await?
        .map(|found| found.value);
    let rows = profile.and_then(|profile| profile.rows.get("validation").cloned());
    Ok(rows.map(|rows| rows.into_values().collect()))
}

/// The first training once more with these hyperparameters.
async fn create(
    deps: &Deps,
    first: &Training,
    (study, name): (&Study, &str),
    hyperparameters: HashMap<String, String>,
) -> Result<(), Refusal> {
    let folder = keys::s3_uri(&deps.bucket.name, &keys::study(&study.name));
    let output = first.output_data_config.as_ref();
    let output = OutputDataConfig::builder()
        .set_kms_key_id(output.and_then(|output| output.kms_key_id.clone()))
        .s3_output_path(format!("{folder}models"));
    let checkpoints = first.checkpoint_config.as_ref().map(|_| {
        let uri = format!("{folder}checkpoints/{name}");
        CheckpointConfig::builder().s3_uri(uri).build()
    });
    let tag = Tag::builder().key(STACK_TAG).value(&deps.config.stack);
    let specification = first.algorithm_specification.as_ref().map(|of| {
        AlgorithmSpecification::builder()
            .set_training_image(of.training_image.clone())
            .set_training_input_mode(of.training_input_mode.clone())
            .set_metric_definitions(of.metric_definitions.clone())
            .build()
    });
    let created = deps
        .sagemaker
        .create_training_job()
        .training_job_name(name)
        .set_hyper_parameters(Some(hyperparameters))
        .set_algorithm_specification(specification)
        .set_role_arn(first.role_arn.clone())
        .set_input_data_config(first.input_data_config.clone())
        .output_data_config(output.build())
        .set_resource_config(first.resource_config.clone())
        .set_stopping_condition(first.stopping_condition.clone())
        .set_enable_managed_spot_training(first.enable_managed_spot_training)
        .set_checkpoint_config(checkpoints)
        .set_vpc_config(first.vpc_config.clone())
        .tags(tag.build())
        .send()
        .await;
    match created.map_err(Refusal::from) {
        // Another invocation has created it meanwhile.
        Err(refusal) if !refusal.reason.starts_with("ResourceInUse") => Err(refusal),
        _ => Ok(()),
    }
}
