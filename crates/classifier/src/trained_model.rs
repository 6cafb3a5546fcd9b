//! A trained model of any algorithm: what evaluation and serving work with, so that champion
//! and challenger need not be of one kind.

pub mod artifact;
pub mod ensemble;
pub mod model;

use std::path::Path;

use ::fasttext::FastText;
use anyhow::{Context, Result, bail};
use bert::ModelFolder;
use bert::predict::Classifier;
use contracts::training::TrainingCard;
use policy::text::TextColumns;

use crate::algorithm::Algorithm;
use crate::calibration::Temperature;
use crate::calibration::applied::Applied;
use ensemble::Answering;
use model::Model;

/// A model ready to answer, loaded from the folder that `train` left, with its prior and
/// temperature. Confidence is one quantity everywhere because it is computed here.
pub struct TrainedModel {
    trained: Trained,
    applied: Applied,
    text_columns: Option<TextColumns>,
}

pub enum Trained {
    One(Model),
    /// `ensemble.json`, and a folder for each of its models.
    Ensemble(Answering),
}

impl TrainedModel {
    /// Whether a folder holds a model at all: a marker file alone says "none".
    pub fn is_in(folder: &Path) -> bool {
        !Algorithm::in_folder(folder).is_empty()
    }

    pub fn load(folder: &Path) -> Result<TrainedModel> {
        let trained = Trained::load(folder)?;
        Ok(TrainedModel {
            applied: Applied::of(folder, trained.labels().len())?,
            trained,
            text_columns: text_columns(folder)?,
        })
    }

    /// The training card beside the model; one that did not come from `train` has none.
    pub fn read_card(folder: &Path) -> Result<Option<TrainingCard>> {
        ModelFolder::read_card(folder)
    }

    pub fn trained(&self) -> &Trained {
        &self.trained
    }

    pub fn temperature(&self) -> Temperature {
        self.applied.temperature
    }

    /// The columns whose joined fields it reads; none where its card names none.
    pub fn text_columns(&self) -> Option<&TextColumns> {
        self.text_columns.as_ref()
    }

    /// In the order of the model's outputs.
    pub fn labels(&self) -> &[String] {
        self.trained.labels()
    }

    /// One probability per label for each text, in the order of the texts, as they are served.
    pub fn probabilities<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<f32>>> {
        let mut rows = self.uncalibrated_probabilities(texts)?;
        for row in &mut rows {
            self.applied.temperature.apply(row);
        }
        Ok(rows)
    }

    /// With its prior, before the temperature.
    pub fn uncalibrated_probabilities<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
    ) -> Result<Vec<Vec<f32>>> {
        let mut rows = self.own_probabilities(texts)?;
        rows.iter_mut()
            .for_each(|row| self.applied.prior.apply(row));
        Ok(rows)
    }

    /// As it was trained, without prior and temperature.
    pub fn own_probabilities<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<f32>>> {
        match &self.trained {
            Trained::One(model) => model.probabilities(texts),
            Trained::Ensemble(members) => members.probabilities(texts),
        }
    }
}

impl Trained {
    fn load(folder: &Path) -> Result<Trained> {
        match Algorithm::in_folder(folder)[..] {
            [Algorithm::Automl] => Ok(Trained::Ensemble(Answering::load(folder)?)),
            [algorithm] => Ok(Trained::One(Model::load(folder, algorithm)?)),
            [] => {
                let files = Algorithm::ALL.map(Algorithm::file).join(", ");
                bail!("{} holds none of {files}", folder.display())
            }
            [first, second, ..] => bail!(
                "{} holds {} and {}: which model is meant?",
                folder.display(),
                first.file(),
                second.file()
            ),
        }
    }

    fn labels(&self) -> &[String] {
        match self {
            Trained::One(model) => model.labels(),
            Trained::Ensemble(members) => members.labels(),
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

impl From<Model> for TrainedModel {
    fn from(model: Model) -> TrainedModel {
        TrainedModel {
            trained: Trained::One(model),
            applied: Applied::default(),
            text_columns: None,
        }
    }
}

impl From<Classifier> for TrainedModel {
    fn from(model: Classifier) -> TrainedModel {
        Model::Bert(Box::new(model)).into()
    }
}

impl From<FastText> for TrainedModel {
    fn from(model: FastText) -> TrainedModel {
        Model::FastText(Box::new(model)).into()
    }
}
