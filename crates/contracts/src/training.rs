//! What a training run records beside its model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `training.json` in the model folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingCard {
    pub algorithm: String,
    pub hyperparameters: BTreeMap<String, String>,
    /// After balancing.
    pub train_rows: u64,
    pub validation_rows: u64,
    pub parameters: u64,
    pub epochs: Vec<Epoch>,
    /// The epoch (from 1) whose weights were kept.
    pub best_epoch: u32,
    pub seconds: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    pub epoch: u32,
    /// Mean cross entropy (nats) over the epoch's batches.
    pub train_loss: f64,
    /// Mean cross entropy over every validation row, after the epoch's last update.
    pub val_loss: f64,
    pub val_accuracy: f64,
    pub val_balanced_accuracy: f64,
    pub samples_per_second: f64,
}
