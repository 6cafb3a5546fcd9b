//! The training loop: epochs of shuffled batches, a validation pass over every row after each,
//! and the best epoch's weights in the end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use contracts::training::Epoch;

use super::checkpoint::State;
use super::health::Health;
use super::profile::Profile;
use super::run::Run;
use super::schedule::Schedule;
use super::trainer::{Encoded, Trainer};
use super::{Hyperparameters, batches};
use crate::model::ModelFolder;
use crate::model::network::Network;
use crate::model::tensor::{self, Weights};

pub struct Example {
    pub text: String,
    /// Place among the classifier's outputs.
    pub class: usize,
}

pub struct Examples {
    pub train: Vec<Example>,
    pub validation: Vec<Example>,
}

/// What training did; the weights are in the folder.
pub struct Fitted {
    pub epochs: Vec<Epoch>,
    pub best_epoch: u32,
    /// Rows of one epoch.
    pub train_rows: usize,
}

/// Where the job keeps what it leaves beside the model.
pub struct Places {
    /// When the job began.
    pub started: Instant,
    /// Without this folder no checkpoint is written.
    pub checkpoints: PathBuf,
    pub output_data: PathBuf,
}

/// Trains the folder's weights in place.
pub fn fit(
    model_folder: &mut ModelFolder,
    examples: &Examples,
    hyperparameters: &Hyperparameters,
    places: Places,
) -> Result<Fitted> {
    let by_class = by_class(&examples.train, model_folder.config.id2label.len());
    let train_rows = epoch_rows(&by_class, 0, hyperparameters).len();
    log_rows(&by_class, &model_folder.config.labels()?, train_rows);
    let train = encode(model_folder, &examples.train)?;
    let validation = encode(model_folder, &examples.validation)?;
    let steps = steps(train_rows, hyperparameters);
    let network = Network::new(&model_folder.config, &model_folder.weights)?;
    let schedule = Schedule::new(
        hyperparameters.learning_rate,
        hyperparameters.warmup_ratio,
        steps,
    );
    let class_weights = class_weights(&by_class, hyperparameters);
    let run = Run {
        config: &model_folder.config,
        hyperparameters,
        by_class: &by_class,
        train: &train,
        validation: &validation,
        steps,
        checkpoints: places.checkpoints.is_dir().then_some(places.checkpoints),
        state: State {
            run: fingerprint(hyperparameters, &model_folder.weights, &train, &validation),
            ..State::default()
        },
        best: None,
        health: Health::new(&hyperparameters.health_rules),
        profile: Profile::new(places.started),
        trainer: Trainer::new(network, class_weights, schedule, hyperparameters),
    };
    // From here on the weights live in the network alone.
    model_folder.weights.clear();
    let (state, mut parameters) = run.run(&places.output_data)?;
    model_folder.weights = parameters.to_weights(&model_folder.config)?;
    Ok(Fitted {
        best_epoch: state.best.map_or(0, |best| best.epoch),
        epochs: state.epochs,
        train_rows,
    })
}

/// What must be the same for a checkpoint to be gone on from.
fn fingerprint(
    hyperparameters: &Hyperparameters,
    start: &Weights,
    train: &Encoded,
    validation: &Encoded,
) -> BTreeMap<String, String> {
    let mut run = hyperparameters.to_strings();
    // These change what is recorded, not what is computed.
    for name in ["checkpoint_steps", "health_rules", "validation_batch_size"] {
        run.remove(name);
    }
    run.insert("starting weights".to_owned(), tensor::digest(start));
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

/// Rows of each class in the order of the balancing fraction, which depends on the text alone.
pub(crate) fn by_class(examples: &[Example], classes: usize) -> Vec<Vec<usize>> {
    let fraction = |example: &Example| policy::split::fraction("balance", &example.text);
    let mut order: Vec<(f64, usize)> = examples.iter().map(fraction).zip(0..).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut by_class = vec![Vec::new(); classes];
    for (_, row) in order {
        by_class[examples[row].class].push(row);
    }
    by_class
}

pub(super) fn epoch_rows(
    by_class: &[Vec<usize>],
    epoch: usize,
    hyperparameters: &Hyperparameters,
) -> Vec<usize> {
    if hyperparameters.balance {
        batches::balanced(by_class, epoch)
    } else {
        by_class.concat()
    }
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

/// What an epoch sees: balancing by a class that a slip of the pen made leaves little.
pub(crate) fn log_rows(
    by_class: &[Vec<usize>],
    labels: &[impl std::fmt::Display],
    of_epoch: usize,
) {
    let classes = labels.iter().zip(by_class);
    let classes: Vec<String> = classes
        .map(|(label, rows)| format!("{} of \"{label}\"", rows.len()))
        .collect();
    tracing::info!(
        "train rows: {}; an epoch sees {of_epoch} of them",
        classes.join(", ")
    );
}

/// One line per epoch, which the job's `MetricDefinitions` read.
pub(crate) fn log(epoch: &Epoch, of: u32) {
    tracing::info!(
        "epoch {} of {of}: samples_per_second: {:.1} train_loss: {:.4} val_loss: {:.4} val_accuracy: {:.4} \
         val_balanced_accuracy: {:.4}",
        epoch.epoch,
        epoch.samples_per_second,
        epoch.train_loss,
        epoch.val_loss,
        epoch.val_accuracy,
        epoch.val_balanced_accuracy
    );
}
