//! `classifier train`: from the channels `train`, `validation` and perhaps `pretrained` to a Hugging Face folder in
//! `/opt/ml/model`, to fastText's `model.bin` or to `ngrams.safetensors`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::container::Container;
use crate::trained_model::TrainedModel;
use crate::training::named;
use crate::{bert, fasttext, ngrams};

/// Runs the job.
pub fn run(container: &Container) -> Result<()> {
    let values = named::read(&container.hyperparameters())?;
    let algorithm = Algorithm::of(&values)?;
    refuse_other_model(&container.model(), algorithm)?;
    if algorithm != Algorithm::Bert && TrainedModel::is_in(&container.channel("pretrained")) {
        let name = algorithm.name();
        tracing::warn!("{name} starts from no model: the pretrained channel is not read");
    }
    match algorithm {
        Algorithm::Bert => bert::train::run(container, values),
        Algorithm::FastText => fasttext::train::run(container, &values),
        Algorithm::Ngrams => ngrams::train::run(container, &values),
    }
}

/// Which family of models a job trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Bert,
    FastText,
    Ngrams,
}

impl Algorithm {
    const ALL: [Algorithm; 3] = [Algorithm::Bert, Algorithm::FastText, Algorithm::Ngrams];

    /// By the hyperparameter `algorithm`; BlazingText's users say `mode` instead.
    pub fn of(values: &BTreeMap<String, String>) -> Result<Algorithm> {
        let Some(name) = values.get("algorithm").map(|name| named::unquoted(name)) else {
            let says_mode = values.contains_key("mode");
            return Ok(if says_mode {
                Algorithm::FastText
            } else {
                Algorithm::Bert
            });
        };
        let found = Algorithm::ALL.into_iter().find(|one| one.name() == name);
        found.with_context(|| {
            let names = Algorithm::ALL.map(Algorithm::name).join(", ");
            format!("algorithm {name:?} is not known: {names} are")
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Bert => "bert",
            Algorithm::FastText => "fasttext",
            Algorithm::Ngrams => "ngrams",
        }
    }

    /// By which its model is known in a folder.
    fn file(self) -> &'static str {
        match self {
            Algorithm::Bert => "config.json",
            Algorithm::FastText => fasttext::FILE,
            Algorithm::Ngrams => ngrams::FILE,
        }
    }
}

/// A folder with two models could not be loaded.
fn refuse_other_model(folder: &Path, algorithm: Algorithm) -> Result<()> {
    for other in Algorithm::ALL.into_iter().filter(|one| *one != algorithm) {
        let file = other.file();
        ensure!(
            !folder.join(file).exists(),
            "{} holds {file} of another algorithm's model: remove it first",
            folder.display()
        );
    }
    Ok(())
}
