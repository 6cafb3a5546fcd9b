//! `classifier train`: from the channels `train`, `validation` and perhaps `pretrained` to a Hugging Face folder in
//! `/opt/ml/model`, or to fastText's `model.bin`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail, ensure};

use crate::bert;
use crate::container::Container;
use crate::fasttext;
use crate::trained_model::TrainedModel;
use crate::training::named;

/// Runs the job.
pub fn run(container: &Container) -> Result<()> {
    let values = named::read(&container.hyperparameters())?;
    let algorithm = Algorithm::of(&values)?;
    refuse_other_model(&container.model(), algorithm)?;
    match algorithm {
        Algorithm::Bert => bert::train::run(container, values),
        Algorithm::FastText => {
            if TrainedModel::is_in(&container.channel("pretrained")) {
                tracing::warn!("fastText starts from no model: the pretrained channel is not read");
            }
            fasttext::train::run(container, &values)
        }
    }
}

/// Which family of models a job trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Bert,
    FastText,
}

impl Algorithm {
    /// By the hyperparameter `algorithm`; BlazingText's users say `mode` instead.
    pub fn of(values: &BTreeMap<String, String>) -> Result<Algorithm> {
        let named = values.get("algorithm").map(|name| named::unquoted(name));
        match named.as_deref() {
            Some("bert") => Ok(Algorithm::Bert),
            Some("fasttext") => Ok(Algorithm::FastText),
            Some(other) => bail!("algorithm {other:?} is not known: `bert` and `fasttext` are"),
            None if values.contains_key("mode") => Ok(Algorithm::FastText),
            None => Ok(Algorithm::Bert),
        }
    }
}

/// A folder with two models could not be loaded.
fn refuse_other_model(folder: &Path, algorithm: Algorithm) -> Result<()> {
    let other = match algorithm {
        Algorithm::Bert => fasttext::FILE,
        Algorithm::FastText => "config.json",
    };
    ensure!(
        !folder.join(other).exists(),
        "{} holds {other} of another algorithm's model: remove it first",
        folder.display()
    );
    Ok(())
}
