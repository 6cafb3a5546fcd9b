//! A trained model of either algorithm: what evaluation and serving work with, so that champion
//! and challenger need not be of one kind.

use std::path::Path;

use anyhow::{Result, bail};
use contracts::training::TrainingCard;

use crate::fasttext::FastText;
use crate::model::ModelFolder;
use crate::model::predict::Classifier;

/// A model ready to answer, loaded from the folder that `train` left.
pub enum TrainedModel {
    /// `config.json` and what belongs to it: a Hugging Face folder.
    Bert(Classifier),
    /// `model.bin`.
    FastText(FastText),
}

impl TrainedModel {
    /// Whether a folder holds a model at all: a marker file alone says "none".
    pub fn is_in(folder: &Path) -> bool {
        ModelFolder::is_in(folder) || FastText::is_in(folder)
    }

    pub fn load(folder: &Path) -> Result<TrainedModel> {
        match (ModelFolder::is_in(folder), FastText::is_in(folder)) {
            (true, false) => Classifier::load(folder).map(TrainedModel::Bert),
            (false, true) => FastText::load(folder).map(TrainedModel::FastText),
            (true, true) => bail!(
                "{} holds both config.json and model.bin: which model is meant?",
                folder.display()
            ),
            (false, false) => bail!(
                "{} holds neither config.json nor model.bin",
                folder.display()
            ),
        }
    }

    /// The training card beside the model; one that did not come from `train` has none.
    pub fn read_card(folder: &Path) -> Result<Option<TrainingCard>> {
        ModelFolder::read_card(folder)
    }

    /// In the order of the model's outputs.
    pub fn labels(&self) -> &[String] {
        match self {
            TrainedModel::Bert(model) => model.labels(),
            TrainedModel::FastText(model) => model.labels(),
        }
    }

    /// One probability per label for each text, in the order of the texts.
    pub fn probabilities<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<f32>>> {
        match self {
            TrainedModel::Bert(model) => model.probabilities(texts),
            TrainedModel::FastText(model) => Ok(model.probabilities(texts)),
        }
    }
}
