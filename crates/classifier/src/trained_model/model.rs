//! A model of one algorithm, as its folder has it: without prior and temperature.

use std::path::Path;

use ::fasttext::FastText;
use ::ngrams::Ngrams;
use anyhow::{Result, bail};
use bert::predict::Classifier;

use crate::algorithm::Algorithm;
use crate::{fasttext, ngrams};

pub enum Model {
    /// `config.json` and what belongs to it: a Hugging Face folder.
    Bert(Box<Classifier>),
    /// `model.bin`.
    FastText(Box<FastText>),
    /// `ngrams.safetensors`.
    Ngrams(Box<Ngrams>),
}

impl Model {
    pub fn load(folder: &Path, algorithm: Algorithm) -> Result<Model> {
        Ok(match algorithm {
            Algorithm::Bert => Model::Bert(Box::new(Classifier::load(folder)?)),
            Algorithm::FastText => Model::FastText(Box::new(fasttext::folder::load(folder)?)),
            Algorithm::Ngrams => Model::Ngrams(Box::new(ngrams::folder::load(folder)?)),
            Algorithm::Automl => bail!("{} holds an ensemble of models", folder.display()),
        })
    }

    /// In the order of the model's outputs.
    pub fn labels(&self) -> &[String] {
        match self {
            Model::Bert(model) => model.labels(),
            Model::FastText(model) => model.labels(),
            Model::Ngrams(model) => &model.labels,
        }
    }

    /// One probability per label for each text, in the order of the texts.
    pub fn probabilities<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Vec<f32>>> {
        match self {
            Model::Bert(model) => model.probabilities(texts),
            Model::FastText(model) => Ok(model.probabilities(texts)),
            Model::Ngrams(model) => {
                let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
                Ok(model.probabilities(&texts))
            }
        }
    }
}
