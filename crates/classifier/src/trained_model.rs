//! A trained model of either algorithm: what evaluation and serving work with, so that champion
//! and challenger need not be of one kind.

pub mod artifact;

use std::path::Path;

use ::fasttext::FastText;
use ::ngrams::Ngrams;
use anyhow::{Context, Result, bail};
use bert::ModelFolder;
use bert::predict::Classifier;
use contracts::training::TrainingCard;
use policy::text::TextColumns;

use crate::calibration::Temperature;
use crate::calibration::prior::Prior;
use crate::{fasttext, ngrams};

/// A model ready to answer, loaded from the folder that `train` left, with its prior and
/// temperature. Confidence is one quantity everywhere because it is computed here.
pub struct TrainedModel {
    algorithm: Algorithm,
    prior: Prior,
    temperature: Temperature,
    text_columns: Option<TextColumns>,
}

pub enum Algorithm {
    /// `config.json` and what belongs to it: a Hugging Face folder.
    Bert(Box<Classifier>),
    /// `model.bin`.
    FastText(Box<FastText>),
    /// `ngrams.safetensors`.
    Ngrams(Box<Ngrams>),
}

impl TrainedModel {
    /// Whether a folder holds a model at all: a marker file alone says "none".
    pub fn is_in(folder: &Path) -> bool {
        ModelFolder::is_in(folder)
            || fasttext::folder::is_in(folder)
            || ngrams::folder::is_in(folder)
    }

    pub fn load(folder: &Path) -> Result<TrainedModel> {
        let algorithm = Algorithm::load(folder)?;
        Ok(TrainedModel {
            prior: Prior::of(folder, algorithm.labels().len())?,
            algorithm,
            temperature: Temperature::of(folder)?,
            text_columns: text_columns(folder)?,
        })
    }

    /// The training card beside the model; one that did not come from `train` has none.
    pub fn read_card(folder: &Path) -> Result<Option<TrainingCard>> {
        ModelFolder::read_card(folder)
    }

    pub fn algorithm(&self) -> &Algorithm {
        &self.algorithm
    }

    pub fn temperature(&self) -> Temperature {
        self.temperature
    }

    /// The columns whose joined fields it reads; none where its card names none.
    pub fn text_columns(&self) -> Option<&TextColumns> {
        self.text_columns.as_ref()
    }

    /// In the order of the model's outputs.
    pub fn labels(&self) -> &[String] {
        self.algorithm.labels()
    }

    /// One probability per label for each text, in the order of the texts, as they are served.
    pub fn probabilities<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<f32>>> {
        let mut rows = self.uncalibrated_probabilities(texts)?;
        for row in &mut rows {
            self.temperature.apply(row);
        }
        Ok(rows)
    }

    /// With its prior, before the temperature.
    pub fn uncalibrated_probabilities<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
    ) -> Result<Vec<Vec<f32>>> {
        let mut rows = self.own_probabilities(texts)?;
        rows.iter_mut().for_each(|row| self.prior.apply(row));
        Ok(rows)
    }

    /// As it was trained, without prior and temperature.
    pub fn own_probabilities<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<f32>>> {
        match &self.algorithm {
            Algorithm::Bert(model) => model.probabilities(texts),
            Algorithm::FastText(model) => Ok(model.probabilities(texts)),
            Algorithm::Ngrams(model) => {
                let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
                Ok(model.probabilities(&texts))
            }
        }
    }
}

impl Algorithm {
    fn load(folder: &Path) -> Result<Algorithm> {
        let files = ["config.json", ngrams::FILE, fasttext::FILE];
        let is_there = [
            ModelFolder::is_in(folder),
            ngrams::folder::is_in(folder),
            fasttext::folder::is_in(folder),
        ];
        let found = files
            .into_iter()
            .zip(is_there)
            .filter(|(_, is_there)| *is_there);
        let found: Vec<&str> = found.map(|(file, _)| file).collect();
        match found[..] {
            ["config.json"] => Ok(Algorithm::Bert(Box::new(Classifier::load(folder)?))),
            [ngrams::FILE] => Ok(Algorithm::Ngrams(Box::new(ngrams::folder::load(folder)?))),
            [fasttext::FILE] => Ok(Algorithm::FastText(Box::new(fasttext::folder::load(
                folder,
            )?))),
            [] => bail!("{} holds none of {}", folder.display(), files.join(", ")),
            [..] => {
                let found = found.join(" and ");
                bail!("{} holds {found}: which model is meant?", folder.display())
            }
        }
    }

    fn labels(&self) -> &[String] {
        match self {
            Algorithm::Bert(model) => model.labels(),
            Algorithm::FastText(model) => model.labels(),
            Algorithm::Ngrams(model) => &model.labels,
        }
    }
}

fn text_columns(folder: &Path) -> Result<Option<TextColumns>> {
    let card = TrainedModel::read_card(folder)?;
    let names = card.map(|card| card.text_columns).unwrap_or_default();
    if names.is_empty() {
        return Ok(None);
    }
    let columns = TextColumns::new(names).map_err(anyhow::Error::msg);
    columns.context("read the training card").map(Some)
}

impl From<Classifier> for TrainedModel {
    fn from(model: Classifier) -> TrainedModel {
        TrainedModel {
            algorithm: Algorithm::Bert(Box::new(model)),
            prior: Prior::default(),
            temperature: Temperature::default(),
            text_columns: None,
        }
    }
}

impl From<FastText> for TrainedModel {
    fn from(model: FastText) -> TrainedModel {
        TrainedModel {
            algorithm: Algorithm::FastText(Box::new(model)),
            prior: Prior::default(),
            temperature: Temperature::default(),
            text_columns: None,
        }
    }
}
