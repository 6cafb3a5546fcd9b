//! `classifier train`: from the channels `train`, `validation` and perhaps `pretrained` to a Hugging Face folder in
//! `/opt/ml/model`, to fastText's `model.bin`, to `ngrams.safetensors` or to an ensemble of them.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use policy::hyperparameters::with_our_names;

use crate::algorithm::Algorithm;
use crate::container::Container;
use crate::trained_model::TrainedModel;
use crate::training::named::{self, Values};
use crate::{bert, ensemble, fasttext, ngrams};

const CHECKPOINT_STEPS: &str = "checkpoint_steps";

/// Runs the job.
pub fn run(container: &Container) -> Result<()> {
    let values = named::read(&container.hyperparameters())?;
    let algorithm = algorithm(&values)?;
    refuse_other_model(&container.model(), algorithm)?;
    let starts_from_one = matches!(algorithm, Algorithm::Bert | Algorithm::Automl);
    if !starts_from_one && TrainedModel::is_in(&container.channel("pretrained")) {
        let name = algorithm.name();
        tracing::warn!("{name} starts from no model: the pretrained channel is not read");
    }
    if starts_from_one {
        refuse_idle_checkpoints(container, &values)?;
    }
    match algorithm {
        Algorithm::Bert => bert::train::run(container, values).map(drop),
        Algorithm::FastText => fasttext::train::run(container, &values),
        Algorithm::Ngrams => ngrams::train::run(container, &values),
        Algorithm::Automl => ensemble::train::run(container, &values),
    }
}

/// By the hyperparameter `algorithm`; BlazingText's users say `mode` instead.
pub fn algorithm(values: &Values) -> Result<Algorithm> {
    let Some(name) = values.get("algorithm").map(|name| named::unquoted(name)) else {
        let says_mode = values.contains_key("mode");
        return Ok(if says_mode {
            Algorithm::FastText
        } else {
            Algorithm::Bert
        });
    };
    Algorithm::named(&name).with_context(|| {
        let names = Algorithm::ALL.map(Algorithm::name).join(", ");
        format!("algorithm {name:?} is not known: {names} are")
    })
}

/// A job's `CheckpointConfig` makes the folder of checkpoints; without it none is written.
fn refuse_idle_checkpoints(container: &Container, values: &Values) -> Result<()> {
    let values = with_our_names(values.clone(), |name| name == CHECKPOINT_STEPS);
    let values = values.map_err(anyhow::Error::msg)?;
    let given = values
        .get(CHECKPOINT_STEPS)
        .map(|value| named::unquoted(value));
    let is_given = given.is_some_and(|value| value != "0" && value != named::AUTO);
    ensure!(
        !is_given || container.checkpoints().is_dir(),
        "hyperparameter `{CHECKPOINT_STEPS}` has no effect without a CheckpointConfig: give the job one, or leave the hyperparameter out"
    );
    Ok(())
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
