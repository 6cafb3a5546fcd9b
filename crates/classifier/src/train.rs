//! `classifier train`: from the channels `train`, `validation` and perhaps `pretrained` to a
//! Hugging Face folder in `/opt/ml/model`, or to fastText's `model.bin`.

pub mod batches;
pub mod checkpoint;
pub mod examples;
pub mod finish;
pub mod fit;
mod given;
pub mod health;
pub mod hyperparameters;
pub mod inputs;
pub mod named;
pub mod profile;
pub mod progress;
mod run;
pub mod schedule;
pub mod start;
pub mod trainer;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use bert::ModelFolder;
use bert::predict::Classifier;
use bert::tensor;
use contracts::training::TrainingCard;

use examples::{Examples, channels, labels, number, test};
use finish::finish;
pub use hyperparameters::{Algorithm, Hyperparameters};

use crate::channel::{Columns, Files};
use crate::container::Container;
use crate::fasttext;

/// Runs the job.
pub fn run(container: &Container) -> Result<()> {
    let started = Instant::now();
    let values = given::read(&container.hyperparameters())?;
    let algorithm = Algorithm::of(&values)?;
    refuse_other_model(&container.model(), algorithm)?;
    if algorithm == Algorithm::FastText {
        return fasttext::train::run(container, &values);
    }
    let pretrained = container.channel("pretrained");
    let mut values = given::with_our_names(values)?;
    if ModelFolder::is_in(&pretrained) {
        given::fine_tune(&mut values, &start::config(&pretrained)?)?;
    }
    let hyperparameters = Hyperparameters::parse(&values)?;
    let columns = Columns {
        text: hyperparameters.text_column.clone(),
        label: hyperparameters.label_column.clone(),
    };
    let (train, validation) = channels(container, &columns)?;
    let labels = labels(&train)?;
    let examples = Examples {
        train: number(&train, &labels)?,
        validation: number(&validation, &labels).context("read the validation channel")?,
    };
    let test = test(container, &columns, &labels)?;
    let mut folder = start::start(&pretrained, &train, &labels, &hyperparameters)?;
    let is_pretrained = ModelFolder::is_in(&pretrained);
    let pretrained_digest = is_pretrained.then(|| tensor::digest(&folder.weights));
    let places = fit::Places {
        started,
        checkpoints: container.checkpoints(),
        output_data: container.output_data(),
        pretrained: is_pretrained,
    };
    let fitted = fit::fit(&mut folder, &examples, &hyperparameters, places)?;
    folder.card = Some(TrainingCard {
        algorithm: hyperparameters.algorithm.clone(),
        hyperparameters: hyperparameters.to_strings(),
        text_columns: Files::of(&container.channel("train"))?.text_columns(),
        train_rows: fitted.train_rows as u64,
        validation_rows: validation.len() as u64,
        parameters: folder
            .weights
            .values()
            .map(|tensor| tensor.values.len() as u64)
            .sum(),
        epochs: fitted.epochs,
        best_epoch: fitted.best_epoch,
        seconds: fitted.seconds_before + started.elapsed().as_secs_f64(),
        truncation: Some(fitted.truncation),
        inputs: Some(inputs::of(
            container,
            &train,
            &validation,
            pretrained_digest,
        )?),
    });
    let model = Classifier::new(&folder)?;
    let answer = |texts: &[&str]| model.probabilities(texts);
    // Before the model, which is whole when its last file is there.
    let balanced = hyperparameters.balance || hyperparameters.class_weights;
    finish(container, &examples, balanced, &test, answer)?;
    folder.write(&container.model())?;
    tracing::info!("wrote the model to {}", container.model().display());
    Ok(())
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
