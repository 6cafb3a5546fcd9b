//! The training loop: epochs of bucketed batches, a validation pass over every row after each,
//! and the best epoch's weights in the end.

use std::time::Instant;

use anyhow::{Context, Result, bail};
use candle_core::backprop::GradStore;
use candle_core::{Device, Tensor};
use candle_nn::ops::log_softmax;
use contracts::training::Epoch;
use rayon::prelude::*;

use super::Hyperparameters;
use super::batches;
use super::optimizer::AdamW;
use super::schedule::Schedule;
use crate::evaluate::confusion::Confusion;
use crate::model::init::Weights;
use crate::model::predict::{most_likely, probabilities};
use crate::model::{Batch, BertForSequenceClassification, Mode, ModelFolder, folder};

/// Parts of a batch that are computed side by side. Their number is fixed, so that the sum of
/// their gradients, and with it the whole run, is the same on any number of threads.
const SHARDS: usize = 4;

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
    let train = Encoded::new(model_folder, &examples.train)?;
    let validation = Encoded::new(model_folder, &examples.validation)?;
    let by_class = by_class(&examples.train, model_folder.config.id2label.len());
    let train_rows = epoch_rows(&by_class, 0, hyperparameters).len();
    let steps =
        train_rows.div_ceil(hyperparameters.train_batch_size) * hyperparameters.epochs as usize;
    let mut run = Run {
        class_weights: class_weights(&by_class, hyperparameters),
        optimizer: AdamW::new(
            &mut model_folder.weights,
            hyperparameters.weight_decay,
            hyperparameters.max_grad_norm,
        )?,
        model: folder::build(&model_folder.config, &model_folder.weights)?,
        schedule: Schedule::new(
            hyperparameters.learning_rate,
            hyperparameters.warmup_ratio,
            steps,
        ),
        pad_token_id: model_folder.encoder.pad_token_id(),
        seed: hyperparameters.seed,
        step: 0,
    };
    let mut best: Option<(Epoch, Weights)> = None;
    let mut epochs = Vec::new();
    for epoch in 0..hyperparameters.epochs {
        let rows = epoch_rows(&by_class, epoch as usize, hyperparameters);
        let seed = hyperparameters.seed.wrapping_add(u64::from(epoch));
        let batches =
            batches::shuffled(rows, &train.lengths, hyperparameters.train_batch_size, seed);
        let started = Instant::now();
        let train_loss = run
            .epoch(&train, &batches)
            .with_context(|| format!("epoch {}", epoch + 1))?;
        let samples_per_second = train_rows as f64 / started.elapsed().as_secs_f64();
        let (val_loss, confusion) = run.validate(&validation)?;
        let record = Epoch {
            epoch: epoch + 1,
            train_loss,
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
            _ => best = Some((record, copy(&model_folder.weights)?)),
        }
    }
    let (best, weights) = best.context("no epoch was trained")?;
    model_folder.weights = weights;
    Ok(Fitted {
        epochs,
        best_epoch: best.epoch,
        train_rows,
    })
}

/// Rows as the model takes them.
struct Encoded {
    input_ids: Vec<Vec<u32>>,
    lengths: Vec<usize>,
    classes: Vec<usize>,
}

impl Encoded {
    fn new(folder: &ModelFolder, examples: &[Example]) -> Result<Encoded> {
        let texts: Vec<&str> = examples
            .iter()
            .map(|example| example.text.as_str())
            .collect();
        let input_ids = folder.encoder.encode(&texts)?;
        Ok(Encoded {
            lengths: input_ids.iter().map(Vec::len).collect(),
            classes: examples.iter().map(|example| example.class).collect(),
            input_ids,
        })
    }
}

struct Run {
    class_weights: Vec<f32>,
    optimizer: AdamW,
    model: BertForSequenceClassification,
    schedule: Schedule,
    pad_token_id: u32,
    seed: u64,
    step: usize,
}

impl Run {
    /// One pass over the batches; returns the mean loss per row.
    fn epoch(&mut self, train: &Encoded, batches: &[Vec<usize>]) -> Result<f64> {
        let (mut sum, mut rows) = (0f64, 0usize);
        for batch in batches {
            sum += self.update(train, batch)? * batch.len() as f64;
            rows += batch.len();
        }
        Ok(sum / rows as f64)
    }

    /// One batch forward, back and into the weights; returns its loss.
    fn update(&mut self, train: &Encoded, rows: &[usize]) -> Result<f64> {
        let total: f32 = rows
            .iter()
            .map(|row| self.class_weights[train.classes[*row]])
            .sum();
        let shards: Vec<&[usize]> = rows.chunks(rows.len().div_ceil(SHARDS)).collect();
        let outcomes: Vec<(f64, GradStore)> = shards
            .par_iter()
            .enumerate()
            .map(|(shard, rows)| self.gradients(train, rows, shard, total))
            .collect::<Result<_>>()?;
        let (losses, gradients): (Vec<f64>, Vec<GradStore>) = outcomes.into_iter().unzip();
        let loss: f64 = losses.iter().sum();
        let (step, rate) = (self.step + 1, self.schedule.rate(self.step));
        let norm = self.optimizer.step(&gradients, rate)?;
        if !loss.is_finite() || !norm.is_finite() {
            bail!(
                "step {step} has loss {loss} and gradient norm {norm} at learning rate {rate:e}: lower learning_rate"
            );
        }
        self.step += 1;
        Ok(loss)
    }

    /// A shard's part of the batch's loss, and its gradients.
    fn gradients(
        &self,
        train: &Encoded,
        rows: &[usize],
        shard: usize,
        total: f32,
    ) -> Result<(f64, GradStore)> {
        let ids: Vec<&[u32]> = rows
            .iter()
            .map(|row| train.input_ids[*row].as_slice())
            .collect();
        let classes: Vec<usize> = rows.iter().map(|row| train.classes[*row]).collect();
        let mode = Mode::training(self.seed.wrapping_add((self.step * SHARDS + shard) as u64));
        let logits = self
            .model
            .forward(&Batch::new(&ids, self.pad_token_id), &mode)?;
        let loss = cross_entropy(&logits, &classes, &self.class_weights, total)?;
        Ok((f64::from(loss.to_scalar::<f32>()?), loss.backward()?))
    }

    /// Mean loss and confusion over every row: no batch is dropped, and the weights are those
    /// after the epoch's last update.
    fn validate(&self, rows: &Encoded) -> Result<(f64, Confusion)> {
        let answers = probabilities(&self.model, &rows.input_ids, self.pad_token_id)?;
        let mut confusion = Confusion::new(self.class_weights.len());
        let mut loss = 0f64;
        for (answer, class) in answers.iter().zip(&rows.classes) {
            loss -= f64::from(answer[*class].max(f32::MIN_POSITIVE)).ln();
            confusion.add(*class, most_likely(answer));
        }
        Ok((loss / answers.len() as f64, confusion))
    }
}

/// Each row's loss times its class's weight, over the batch's `total` of weights.
fn cross_entropy(
    logits: &Tensor,
    classes: &[usize],
    class_weights: &[f32],
    total: f32,
) -> Result<Tensor> {
    let mut target = vec![0f32; logits.elem_count()];
    for (row, class) in target.chunks_exact_mut(class_weights.len()).zip(classes) {
        row[*class] = -class_weights[*class] / total;
    }
    let target = Tensor::from_vec(target, logits.shape(), &Device::Cpu)?;
    Ok((log_softmax(logits, 1)? * target)?.sum_all()?)
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

/// Variables change in place; a copy does not.
fn copy(weights: &Weights) -> Result<Weights> {
    weights
        .iter()
        .map(|(name, tensor)| Ok((name.clone(), tensor.copy()?.detach())))
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
