//! The training loop, from its start or a checkpoint to its end.

use std::fs;
use std::mem;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use bert::BertConfig;
use bert::network::{Parameters, Wanted};
use contracts::training::Epoch;

use super::Hyperparameters;
use super::checkpoint::{self, Best, State};
use super::health::{Health, SAMPLE_EVERY, Sample};
use super::hyperparameters::Keep;
use super::profile::Profile;
use super::trainer::{Encoded, Trainer};
use crate::training::batches;
use crate::training::progress::{Progress, log};

pub struct TrainingLoop<'a> {
    pub config: &'a BertConfig,
    pub hyperparameters: &'a Hyperparameters,
    pub by_class: &'a [Vec<usize>],
    pub train: &'a Encoded,
    pub validation: &'a Encoded,
    /// Updates of the whole training.
    pub steps: usize,
    pub checkpoints: Option<PathBuf>,
    pub state: State,
    /// The best epoch's parameters, where that epoch is kept.
    pub best: Option<Parameters>,
    pub health: Health,
    pub profile: Profile,
    pub trainer: Trainer,
}

/// All epochs, and the weights of the one that is kept.
pub struct Kept {
    pub epochs: Vec<Epoch>,
    pub epoch: u32,
    pub parameters: Parameters,
    /// Of the attempts before this one.
    pub seconds_before: f64,
}

impl TrainingLoop<'_> {
    /// Trains to the end. Health and profile are written even where an error ends the training.
    pub fn run(mut self, output_data: &Path) -> Result<Kept> {
        let outcome = self.resume().and_then(|resumed| {
            if !resumed {
                self.look_before()?;
            }
            self.epochs()
        });
        let written = fs::create_dir_all(output_data)
            .with_context(|| format!("create {}", output_data.display()))
            .and_then(|()| self.health.write(output_data))
            .and_then(|()| self.profile.write(output_data));
        outcome?;
        written?;
        self.kept()
    }

    fn kept(self) -> Result<Kept> {
        let (epochs, last) = (self.state.epochs, self.state.epoch);
        let seconds_before = self.profile.seconds_before;
        let (epoch, parameters) = match self.hyperparameters.keep {
            Keep::Last => (last, Some(self.trainer.network.parameters)),
            Keep::Best => (self.state.best.map_or(0, |best| best.epoch), self.best),
        };
        let parameters = parameters
            .filter(|_| epoch > 0)
            .context("no epoch was trained")?;
        Ok(Kept {
            epochs,
            epoch,
            parameters,
            seconds_before,
        })
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
        self.trainer.network.lay_out(Wanted::Everything);
        self.trainer.step = restored.state.step;
        (self.state, self.best) = (restored.state, restored.best);
        self.health.so_far = mem::take(&mut self.state.health);
        self.profile.resume(mem::take(&mut self.state.profile));
        Ok(true)
    }

    fn look_before(&mut self) -> Result<()> {
        let mut rows: Vec<usize> = self.by_class.iter().map(Vec::len).collect();
        if self.hyperparameters.balance {
            let smallest = rows.iter().copied().min().unwrap_or_default();
            rows.fill(smallest);
        }
        let named = self.trainer.network.parameters.named();
        // A linear layer's bias follows its weight.
        let matrices = named.windows(2).filter_map(|pair| {
            let [(name, weight), (next, bias)] = pair else {
                return None;
            };
            let linear = next.ends_with(".bias") && !name.contains("LayerNorm");
            linear.then(|| (name.as_str(), weight.len() / bias.len(), weight.as_slice()))
        });
        self.health.before(&rows, matrices)
    }

    fn epochs(&mut self) -> Result<()> {
        let mut progress = Progress::new("step", self.state.step, self.steps, Instant::now());
        while !self.state.finished {
            let epoch = self.state.epoch;
            self.epoch(&mut progress)
                .with_context(|| format!("epoch {}", epoch + 1))?;
            self.state.finished |=
                self.state.epoch == self.hyperparameters.epochs || self.state.step == self.steps;
            // Before the checkpoint: a job that a rule has stopped must not find itself finished.
            self.health
                .after_epoch(self.state.step, &self.state.epochs)?;
            self.save()?;
        }
        Ok(())
    }

    /// The rest of the current epoch, and the validation after it.
    fn epoch(&mut self, progress: &mut Progress) -> Result<()> {
        let settings = self.hyperparameters;
        let epoch = self.state.epoch;
        let mut rows = batches::epoch_rows(self.by_class, epoch as usize, settings.balance);
        batches::shuffle(&mut rows, settings.seed, epoch);
        let batches = batches::in_batches(&rows, settings.train_batch_size);
        let updates: Vec<&[Vec<usize>]> = batches.chunks(settings.gradient_accumulation).collect();
        let (started, rows_before) = (Instant::now(), self.state.rows);
        while self.state.update < updates.len() && self.state.step < self.steps {
            self.update(updates[self.state.update], progress)?;
            let every = settings.checkpoint_steps;
            if every > 0 && self.state.step.is_multiple_of(every) {
                self.save()?;
            }
        }
        let rows = self.state.rows - rows_before;
        let samples_per_second = rows as f64 / started.elapsed().as_secs_f64();
        self.validate(samples_per_second)
    }

    fn update(&mut self, batches: &[Vec<usize>], progress: &mut Progress) -> Result<()> {
        let started = Instant::now();
        let rows = batches.concat();
        let sampled = self.state.step.is_multiple_of(SAMPLE_EVERY);
        let update = self.trainer.update(self.train, &rows, sampled)?;
        self.profile.step(started, &update);
        self.state.update += 1;
        self.state.step += 1;
        self.state.loss += update.loss * rows.len() as f64;
        self.state.rows += rows.len();
        let rate = self.trainer.schedule.rate(self.state.step - 1);
        progress.add(self.state.step, rows.len(), update.loss, rate);
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

    fn validate(&mut self, samples_per_second: f64) -> Result<()> {
        let started = Instant::now();
        let batch_size = self.hyperparameters.validation_batch_size;
        let (val_loss, confusion) = self.trainer.validate(self.validation, batch_size);
        self.profile.record.validation += started.elapsed().as_secs_f64();
        ensure!(
            val_loss.is_finite(),
            "the validation loss is {val_loss}: lower learning_rate or raise warmup_ratio"
        );
        let state = &mut self.state;
        state.epoch += 1;
        let record = Epoch {
            epoch: state.epoch,
            train_loss: state.loss / state.rows as f64,
            val_loss,
            val_accuracy: confusion.accuracy(),
            val_balanced_accuracy: confusion.balanced_accuracy(),
            val_f1: Some(confusion.macro_f1()),
            samples_per_second,
        };
        (state.update, state.loss, state.rows) = (0, 0.0, 0);
        log(&record, self.hyperparameters.epochs);
        let balanced_accuracy = record.val_balanced_accuracy;
        state.epochs.push(record);
        if self.hyperparameters.keep == Keep::Best {
            self.keep_if_better(balanced_accuracy);
        }
        Ok(())
    }

    fn keep_if_better(&mut self, balanced_accuracy: f64) {
        let state = &mut self.state;
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
        self.state.health = self.health.so_far.clone();
        self.state.profile = self.profile.so_far().clone();
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
