//! The training loop: epochs of shuffled batches, a validation pass over every row after each,
//! and the best epoch's weights in the end.

use std::time::Instant;

use anyhow::{Context, Result};
use contracts::training::Epoch;

use super::Hyperparameters;
use super::batches;
use super::schedule::Schedule;
use super::trainer::{Encoded, Trainer};
use crate::model::ModelFolder;
use crate::model::network::{Network, Parameters};

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

/// Trains the folder's weights in place.
pub fn fit(
    model_folder: &mut ModelFolder,
    examples: &Examples,
    hyperparameters: &Hyperparameters,
) -> Result<Fitted> {
    let train = encode(model_folder, &examples.train)?;
    let validation = encode(model_folder, &examples.validation)?;
    let by_class = by_class(&examples.train, model_folder.config.id2label.len());
    let train_rows = epoch_rows(&by_class, 0, hyperparameters).len();
    let steps = steps(train_rows, hyperparameters);
    let network = Network::new(&model_folder.config, &model_folder.weights)?;
    // From here on the weights live in the network alone.
    model_folder.weights.clear();
    let schedule = Schedule::new(
        hyperparameters.learning_rate,
        hyperparameters.warmup_ratio,
        steps,
    );
    let class_weights = class_weights(&by_class, hyperparameters);
    let mut trainer = Trainer::new(network, class_weights, schedule, hyperparameters);
    let mut best: Option<(Epoch, Parameters)> = None;
    let mut epochs = Vec::new();
    for epoch in 0..hyperparameters.epochs {
        let rows = epoch_rows(&by_class, epoch as usize, hyperparameters);
        let seed = hyperparameters.seed.wrapping_add(u64::from(epoch));
        let batches = batches::shuffled(rows, hyperparameters.train_batch_size, seed);
        let started = Instant::now();
        let (mut loss, mut rows) = (0f64, 0usize);
        for batches in batches.chunks(hyperparameters.gradient_accumulation) {
            if trainer.step == steps {
                break;
            }
            let batch = batches.concat();
            let update = trainer.update(&train, &batch);
            loss +=
                update.with_context(|| format!("epoch {}", epoch + 1))?.loss * batch.len() as f64;
            rows += batch.len();
        }
        let samples_per_second = rows as f64 / started.elapsed().as_secs_f64();
        let (val_loss, confusion) =
            trainer.validate(&validation, hyperparameters.validation_batch_size);
        let record = Epoch {
            epoch: epoch + 1,
            train_loss: loss / rows as f64,
            val_loss,
            val_accuracy: confusion.accuracy(),
            val_balanced_accuracy: confusion.balanced_accuracy(),
            samples_per_second,
        };
        log(&record, hyperparameters.epochs);
        epochs.push(record.clone());
        let best_so_far = best
            .as_ref()
            .map(|(best, _)| (best.epoch, best.val_balanced_accuracy));
        match best_so_far {
            Some((best_epoch, balanced_accuracy))
                if record.val_balanced_accuracy <= balanced_accuracy =>
            {
                if record.epoch - best_epoch >= hyperparameters.patience {
                    tracing::info!(
                        "no better validation for {} epochs: stopping",
                        hyperparameters.patience
                    );
                    break;
                }
            }
            _ => best = Some((record, trainer.network.parameters.clone())),
        }
        if trainer.step == steps {
            break;
        }
    }
    let (best, mut parameters) = best.context("no epoch was trained")?;
    model_folder.weights = parameters.to_weights(&model_folder.config)?;
    Ok(Fitted {
        epochs,
        best_epoch: best.epoch,
        train_rows,
    })
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

fn epoch_rows(
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
