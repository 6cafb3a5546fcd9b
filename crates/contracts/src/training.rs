//! What a training run records beside its model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::interval::Interval;

/// `training.json` in the model folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingCard {
    pub algorithm: String,
    pub hyperparameters: BTreeMap<String, String>,
    /// The columns whose joined fields the model reads, the review last; empty where the training
    /// channel does not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub text_columns: Vec<String>,
    /// After balancing.
    pub train_rows: u64,
    pub validation_rows: u64,
    pub parameters: u64,
    /// Empty where models of other trainings are averaged: each candidate has its own.
    pub epochs: Vec<Epoch>,
    /// The epoch (from 1) whose weights were kept: the best one or the last, as the hyperparameters say. 0 without epochs.
    pub best_epoch: u32,
    /// Of all attempts of a job that was interrupted, those before the last one up to their last checkpoint.
    pub seconds: f64,
    /// Sentences about the rows that a person should know before they trust the model.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// `None` where no text is cut, as in fastText, and in cards that are older. Of an ensemble it is that of BERT, the
    /// one member that cuts texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncation: Option<Truncation>,
    /// `None` in cards that are older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Inputs>,
    /// What `automl` tried, in the order of the trainings; empty for other algorithms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
}

/// An algorithm that an AutoML training tried.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The algorithm's name.
    pub name: String,
    /// Its share of the ensemble's answer; 0 where it has none.
    pub weight: f64,
    /// On the validation rows; `None` where there is no model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<ValidationScores>,
    /// As its own training's card has them, like the two that follow: empty where there is no model, and in cards that
    /// are older.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hyperparameters: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub epochs: Vec<Epoch>,
    #[serde(default)]
    pub best_epoch: u32,
    pub parameters: u64,
    pub seconds: f64,
    /// Why there is no model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// Of the answers with their prior and temperature. They are a little too good: the same rows decided about the
/// temperature, the weights and, where an algorithm chooses any, its hyperparameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValidationScores {
    pub accuracy: f64,
    pub balanced_accuracy: f64,
    /// 95 %.
    pub balanced_accuracy_interval: Interval,
    /// In nats. Each class counts the same where the training balances its classes.
    pub cross_entropy: f64,
}

/// What a training read, so that a model without its job can be traced. Digests have 16 hexadecimal digits; they tell
/// inputs apart and protect from no forgery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// That trained, with its version and, where its build knew it, its commit.
    pub program: String,
    /// `None` where the train channel was not written by `prepare`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset_version_id: Option<String>,
    /// Of the rows' texts and labels, in their order.
    pub train_digest: String,
    pub validation_digest: String,
    /// Of the file of weights that training started from, the beginning of its SHA-256; `None` where they followed from
    /// the seed. Cards that are older have another digest, which depends on the head that was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pretrained_digest: Option<String>,
    /// Rows of each label, before balancing.
    pub train_labels: BTreeMap<String, u64>,
    pub validation_labels: BTreeMap<String, u64>,
}

/// In a training job's `output.tar.gz`: a [`ValidationPrediction`] a line.
pub const VALIDATION_PREDICTIONS: &str = "validation_predictions.jsonl";

/// A validation row's label and the model's own prediction, as `validation:balanced_accuracy` counts it: without the
/// prior that calibration fits, of an ensemble with its members' priors. In the order of the channel's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidationPrediction {
    pub label: String,
    pub predicted: String,
}

/// Texts of the train and validation rows that were longer than the model takes; they lost their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truncation {
    /// In tokens, the special ones included.
    pub max_seq_length: u64,
    pub rows: u64,
    pub of_rows: u64,
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
    /// The mean of the classes' F1; `None` in cards that are older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub val_f1: Option<f64>,
    pub samples_per_second: f64,
}

/// `calibration.json` in the model folder: what the model's logits are divided by before the
/// softmax. A folder without it has the temperature 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    pub temperature: f64,
    /// For each output, what the model's own probability is multiplied by before the temperature: it takes the choice
    /// of texts that people were asked about out of the answer. Empty where there was no such choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prior: Vec<f64>,
    /// Which rows it was fitted on, and how many.
    pub fitted_on: String,
    pub rows: u64,
    /// Mean cross entropy (nats) over those rows without and with the temperature.
    pub mean_cross_entropy_before: f64,
    pub mean_cross_entropy_after: f64,
    /// Why the temperature is not the minimum's, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
