//! The training loop: epochs of shuffled batches, a validation pass over every row after each,
//! and the kept epoch's weights in the end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use bert::ModelFolder;
use bert::network::Network;
use bert::tensor::{self, Weights};
use contracts::training::{Epoch, Truncation};

use super::Hyperparameters;
use super::checkpoint::State;
use super::health::Health;
use super::profile::Profile;
use super::schedule::Schedule;
use super::trainer::{Encoded, Trainer};
use super::training_loop::TrainingLoop;
use crate::training::batches::epoch_rows;
use crate::training::examples::{Example, Examples, by_class};
use crate::training::progress::{log_kept, log_rows};

/// What training did; the weights are in the folder.
pub struct Fitted {
    pub epochs: Vec<Epoch>,
    pub best_epoch: u32,
    /// Rows of one epoch.
    pub train_rows: usize,
    pub truncation: Truncation,
    /// For the card.
    pub warnings: Vec<String>,
    /// Of the attempts before this one.
    pub seconds_before: f64,
}

/// Where the job keeps what it leaves beside the model.
pub struct Places {
    /// When the job began.
    pub started: Instant,
    /// Without this folder no checkpoint is written.
    pub checkpoints: PathBuf,
    pub output_data: PathBuf,
    /// Whether the weights came from a folder: fresh ones follow from seed and rows.
    pub pretrained: bool,
}

/// Trains the folder's weights in place.
pub fn fit(
    model_folder: &mut ModelFolder,
    examples: &Examples,
    hyperparameters: &Hyperparameters,
    places: Places,
) -> Result<Fitted> {
    let by_class = by_class(&examples.train, model_folder.config.id2label.len());
    let train_rows = epoch_rows(&by_class, 0, hyperparameters.balance).len();
    let labels = model_folder.config.labels()?;
    let warnings = log_rows(&by_class, &labels, hyperparameters.balance);
    let train = encode(model_folder, &examples.train)?;
    let validation = encode(model_folder, &examples.validation)?;
    let truncation = truncation(model_folder, examples)?;
    let steps = steps(train_rows, hyperparameters);
    let network = Network::new(&model_folder.config, &model_folder.weights)?;
    let schedule = Schedule::new(
        hyperparameters.learning_rate,
        hyperparameters.warmup_ratio,
        steps,
    );
    let class_weights = class_weights(&by_class, hyperparameters);
    let training = TrainingLoop {
        config: &model_folder.config,
        hyperparameters,
        by_class: &by_class,
        train: &train,
        validation: &validation,
        steps,
        checkpoints: places.checkpoints.is_dir().then_some(places.checkpoints),
        state: State {
            run: fingerprint(
                hyperparameters,
                places.pretrained.then_some(&model_folder.weights),
                &train,
                &validation,
            ),
            ..State::default()
        },
        best: None,
        health: Health::new(&hyperparameters.health_rules),
        profile: Profile::new(places.started),
        trainer: Trainer::new(network, class_weights, schedule, hyperparameters),
    };
    // From here on the weights live in the network alone.
    model_folder.weights.clear();
    let mut kept = training.run(&places.output_data)?;
    log_kept(&kept.epochs, kept.epoch, hyperparameters.epochs);
    model_folder.weights = kept.parameters.to_weights(&model_folder.config)?;
    Ok(Fitted {
        best_epoch: kept.epoch,
        epochs: kept.epochs,
        train_rows,
        truncation,
        warnings,
        seconds_before: kept.seconds_before,
    })
}

/// What must be equal for a job to resume from a checkpoint.
fn fingerprint(
    hyperparameters: &Hyperparameters,
    pretrained: Option<&Weights>,
    train: &Encoded,
    validation: &Encoded,
) -> BTreeMap<String, String> {
    let mut run = hyperparameters.to_strings();
    // These change what is recorded, not what is computed.
    for name in ["checkpoint_steps", "health_rules", "validation_batch_size"] {
        run.remove(name);
    }
    if let Some(weights) = pretrained {
        run.insert("pretrained weights".to_owned(), tensor::digest(weights));
    }
    for (name, rows) in [("train rows", train), ("validation rows", validation)] {
        run.insert(name.to_owned(), rows.digest());
    }
    run
}

/// Updates of the whole training.
fn steps(train_rows: usize, hyperparameters: &Hyperparameters) -> usize {
    let batches = train_rows.div_ceil(hyperparameters.train_batch_size);
    let steps = batches.div_ceil(hyperparameters.gradient_accumulation);
    let steps = steps * hyperparameters.epochs as usize;
    match hyperparameters.max_steps {
        0 => steps,
        most => steps.min(most),
    }
}

fn encode(folder: &ModelFolder, examples: &[Example]) -> Result<Encoded> {
    let texts: Vec<&str> = examples
        .iter()
        .map(|example| example.text.as_str())
        .collect();
    Ok(Encoded {
        input_ids: folder.encoder.encode(&texts)?,
        classes: examples.iter().map(|example| example.class).collect(),
    })
}

fn truncation(folder: &ModelFolder, examples: &Examples) -> Result<Truncation> {
    let rows = || examples.train.iter().chain(&examples.validation);
    let texts: Vec<&str> = rows().map(|example| example.text.as_str()).collect();
    Ok(Truncation {
        max_seq_length: folder.encoder.max_length() as u64,
        rows: folder.encoder.too_long(&texts)? as u64,
        of_rows: texts.len() as u64,
    })
}

/// Inverse shares, one on average over the rows; all one where balancing does the same.
fn class_weights(by_class: &[Vec<usize>], hyperparameters: &Hyperparameters) -> Vec<f32> {
    if hyperparameters.balance || !hyperparameters.class_weights {
        return vec![1.0; by_class.len()];
    }
    let rows: usize = by_class.iter().map(Vec::len).sum();
    by_class
        .iter()
        .map(|class| rows as f32 / (by_class.len() * class.len()) as f32)
        .collect()
}
