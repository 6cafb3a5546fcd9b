//! The training loop: epochs of shuffled batches, a validation pass over every row after each,
//! and the best epoch's weights in the end.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use candle_core::Tensor;
use contracts::training::Epoch;

use super::checkpoint::{self, Best, State};
use super::health::{Health, SAMPLE_EVERY, Sample};
use super::profile::Profile;
use super::schedule::Schedule;
use super::trainer::{self, Encoded, Trainer};
use super::{Hyperparameters, batches};
use crate::evaluate::confusion::Confusion;
use crate::model::network::{Network, Parameters, Tape};
use crate::model::{BertConfig, ModelFolder};

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
            run: fingerprint(hyperparameters, &train, &validation),
            ..State::default()
        },
        best: None,
        health: Health::new(&hyperparameters.health_rules),
        profile: Profile::new(places.started),
        trainer: Trainer::new(network, class_weights, schedule, hyperparameters),
    };
    let fresh = matrices(model_folder);
    // From here on the weights live in the network alone.
    model_folder.weights.clear();
    let (state, mut parameters) = run.run(&fresh, &places.output_data)?;
    model_folder.weights = parameters.to_weights(&model_folder.config)?;
    Ok(Fitted {
        best_epoch: state.best.map_or(0, |best| best.epoch),
        epochs: state.epochs,
        train_rows,
    })
}

/// Mean loss and confusion of a trained model over other rows.
pub fn score(
    model_folder: &ModelFolder,
    examples: &[Example],
    hyperparameters: &Hyperparameters,
) -> Result<(f64, Confusion)> {
    let network = Network::new(&model_folder.config, &model_folder.weights)?;
    let rows = encode(model_folder, examples)?;
    let batch_size = hyperparameters.validation_batch_size;
    Ok(trainer::score(
        &network,
        &mut Tape::default(),
        &rows,
        batch_size,
    ))
}

struct Run<'a> {
    config: &'a BertConfig,
    hyperparameters: &'a Hyperparameters,
    by_class: &'a [Vec<usize>],
    train: &'a Encoded,
    validation: &'a Encoded,
    /// Updates of the whole training.
    steps: usize,
    checkpoints: Option<PathBuf>,
    state: State,
    best: Option<Parameters>,
    health: Health,
    profile: Profile,
    trainer: Trainer,
}

impl Run<'_> {
    /// To the end, or to the error that ended it; what was found on the way is written either way.
    fn run(mut self, fresh: &[Fresh], output_data: &Path) -> Result<(State, Parameters)> {
        let outcome = self.resume().and_then(|resumed| {
            if !resumed {
                self.look_before(fresh)?;
            }
            self.epochs()
        });
        let written = fs::create_dir_all(output_data)
            .with_context(|| format!("create {}", output_data.display()))
            .and_then(|()| self.health.write(output_data))
            .and_then(|()| self.profile.write(output_data));
        outcome?;
        written?;
        Ok((self.state, self.best.context("no epoch was trained")?))
    }

    fn resume(&mut self) -> Result<bool> {
        let Some(folder) = &self.checkpoints else {
            return Ok(false);
        };
        let optimizer = &mut self.trainer.optimizer;
        let Some(restored) = checkpoint::restore(folder, self.config, &self.state.run, optimizer)?
        else {
            return Ok(false);
        };
        self.trainer.network.parameters = restored.parameters;
        self.trainer.step = restored.state.step;
        (self.state, self.best) = (restored.state, restored.best);
        Ok(true)
    }

    fn look_before(&mut self, fresh: &[Fresh]) -> Result<()> {
        let mut rows: Vec<usize> = self.by_class.iter().map(Vec::len).collect();
        if self.hyperparameters.balance {
            let smallest = rows.iter().copied().min().unwrap_or_default();
            rows.fill(smallest);
        }
        let fresh = fresh
            .iter()
            .map(|(name, inputs, values)| (name.as_str(), *inputs, values.as_slice()));
        self.health.before(&rows, fresh)
    }

    fn epochs(&mut self) -> Result<()> {
        while !self.state.finished {
            let epoch = self.state.epoch;
            self.epoch()
                .with_context(|| format!("epoch {}", epoch + 1))?;
            self.state.finished |=
                self.state.epoch == self.hyperparameters.epochs || self.state.step == self.steps;
            self.save()?;
            self.health
                .after_epoch(self.state.step, &self.state.epochs)?;
        }
        Ok(())
    }

    /// What is left of the epoch at hand, and the validation after it.
    fn epoch(&mut self) -> Result<()> {
        let settings = self.hyperparameters;
        let rows = epoch_rows(self.by_class, self.state.epoch as usize, settings);
        let seed = settings.seed.wrapping_add(u64::from(self.state.epoch));
        let batches = batches::shuffled(rows, settings.train_batch_size, seed);
        let updates: Vec<&[Vec<usize>]> = batches.chunks(settings.gradient_accumulation).collect();
        let (started, rows_before) = (Instant::now(), self.state.rows);
        while self.state.update < updates.len() && self.state.step < self.steps {
            self.update(updates[self.state.update])?;
            let every = settings.checkpoint_steps;
            if every > 0 && self.state.step.is_multiple_of(every) {
                self.save()?;
            }
        }
        let rows = self.state.rows - rows_before;
        let samples_per_second = rows as f64 / started.elapsed().as_secs_f64();
        self.validate(samples_per_second);
        Ok(())
    }

    fn update(&mut self, batches: &[Vec<usize>]) -> Result<()> {
        let started = Instant::now();
        let rows = batches.concat();
        let data = started.elapsed();
        let sampled = self.state.step.is_multiple_of(SAMPLE_EVERY);
        let update = self.trainer.update(self.train, &rows, sampled)?;
        self.profile.step(started, data, &update);
        self.state.update += 1;
        self.state.step += 1;
        self.state.loss += update.loss * rows.len() as f64;
        self.state.rows += rows.len();
        if sampled {
            self.health.after_update(&Sample {
                step: self.state.step,
                loss: update.loss,
                gradient_norm: update.gradient_norm,
                layers: update.layers,
            })?;
        }
        Ok(())
    }

    fn validate(&mut self, samples_per_second: f64) {
        let started = Instant::now();
        let batch_size = self.hyperparameters.validation_batch_size;
        let (val_loss, confusion) = self.trainer.validate(self.validation, batch_size);
        self.profile.validation += started.elapsed().as_secs_f64();
        let state = &mut self.state;
        state.epoch += 1;
        let record = Epoch {
            epoch: state.epoch,
            train_loss: state.loss / state.rows as f64,
            val_loss,
            val_accuracy: confusion.accuracy(),
            val_balanced_accuracy: confusion.balanced_accuracy(),
            samples_per_second,
        };
        (state.update, state.loss, state.rows) = (0, 0.0, 0);
        log(&record, self.hyperparameters.epochs);
        let balanced_accuracy = record.val_balanced_accuracy;
        state.epochs.push(record);
        match state.best {
            Some(best) if balanced_accuracy <= f64::from_bits(best.balanced_accuracy) => {
                let patience = self.hyperparameters.patience;
                if state.epoch - best.epoch >= patience {
                    tracing::info!("no better validation for {patience} epochs: stopping");
                    state.finished = true;
                }
            }
            _ => {
                state.best = Some(Best {
                    epoch: state.epoch,
                    balanced_accuracy: balanced_accuracy.to_bits(),
                });
                self.best = Some(self.trainer.network.parameters.clone());
            }
        }
    }

    fn save(&mut self) -> Result<()> {
        let Some(folder) = &self.checkpoints else {
            return Ok(());
        };
        checkpoint::save(
            folder,
            self.config,
            &self.state,
            &mut self.trainer.network.parameters,
            self.best.as_mut(),
            &mut self.trainer.optimizer,
        )
    }
}

/// A matrix's name, its inputs and its values.
type Fresh = (String, usize, Vec<f32>);

/// The encoder's and the head's matrices, as they are before the first update.
fn matrices(model_folder: &ModelFolder) -> Vec<Fresh> {
    let matrix = |(name, tensor): (&String, &Tensor)| {
        let inputs = *tensor.dims().get(1)?;
        let values = tensor.flatten_all().ok()?.to_vec1().ok()?;
        (!name.contains("embeddings")).then(|| (name.clone(), inputs, values))
    };
    model_folder.weights.iter().filter_map(matrix).collect()
}

/// What must be the same for a checkpoint to be gone on from.
fn fingerprint(
    hyperparameters: &Hyperparameters,
    train: &Encoded,
    validation: &Encoded,
) -> BTreeMap<String, String> {
    let mut run = hyperparameters.to_strings();
    // These change what is recorded, not what is computed.
    for name in ["checkpoint_steps", "health_rules", "validation_batch_size"] {
        run.remove(name);
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
