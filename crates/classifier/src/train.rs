//! `classifier train`: from the channels `train`, `validation` and perhaps `pretrained` to a
//! Hugging Face folder in `/opt/ml/model`, or to fastText's `model.bin`.

pub mod batches;
pub mod checkpoint;
pub mod fit;
pub mod health;
pub mod hyperparameters;
pub mod loss;
pub mod named;
pub mod optimizer;
pub mod profile;
mod run;
pub mod schedule;
pub mod start;
pub mod trainer;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use contracts::training::TrainingCard;

pub use hyperparameters::{Algorithm, Hyperparameters};

use crate::channel::{self, Columns, LabelledText};
use crate::container::Container;
use crate::model::ModelFolder;
use crate::model::predict::Classifier;
use crate::{calibration, fasttext, labels};

/// Runs the job.
pub fn run(container: &Container) -> Result<()> {
    let started = Instant::now();
    let values = hyperparameters::read(&container.hyperparameters())?;
    if Algorithm::of(&values)? == Algorithm::FastText {
        return fasttext::train::run(container, &values);
    }
    let hyperparameters = Hyperparameters::parse(&values)?;
    let columns = Columns {
        text: hyperparameters.text_column.clone(),
        label: hyperparameters.label_column.clone(),
    };
    let (train, validation) = channels(container, &columns)?;
    let labels = labels(&train)?;
    let examples = fit::Examples {
        train: number(&train, &labels)?,
        validation: number(&validation, &labels)?,
    };
    let mut folder = start::start(
        &container.channel("pretrained"),
        &train,
        &labels,
        &hyperparameters,
    )?;
    let places = fit::Places {
        started,
        checkpoints: container.checkpoints(),
        output_data: container.output_data(),
    };
    let fitted = fit::fit(&mut folder, &examples, &hyperparameters, places)?;
    test(container, &folder, &columns, &hyperparameters)?;
    folder.card = Some(TrainingCard {
        algorithm: hyperparameters.algorithm.clone(),
        hyperparameters: hyperparameters.to_strings(),
        train_rows: fitted.train_rows as u64,
        validation_rows: validation.len() as u64,
        parameters: folder
            .weights
            .values()
            .map(|tensor| tensor.values.len() as u64)
            .sum(),
        epochs: fitted.epochs,
        best_epoch: fitted.best_epoch,
        seconds: started.elapsed().as_secs_f64(),
    });
    // Before the model, which is whole when its last file is there.
    calibrate(&container.model(), &folder, &examples.validation)?;
    folder.write(&container.model())?;
    tracing::info!("wrote the model to {}", container.model().display());
    Ok(())
}

/// Scores the channel `test`, if there is one, with the model as it will be served.
fn test(
    container: &Container,
    folder: &ModelFolder,
    columns: &Columns,
    hyperparameters: &Hyperparameters,
) -> Result<()> {
    let channel = container.channel("test");
    if !channel.is_dir() {
        return Ok(());
    }
    let rows = channel::read(&channel, columns).context("read the test channel")?;
    let examples = number(&rows, &folder.config.labels()?)?;
    if examples.is_empty() {
        bail!("the test channel holds no rows");
    }
    let (loss, confusion) = fit::score(folder, &examples, hyperparameters)?;
    tracing::info!(
        "test: rows: {} test_loss: {loss:.4} test_accuracy: {:.4} test_balanced_accuracy: {:.4}",
        examples.len(),
        confusion.accuracy(),
        confusion.balanced_accuracy()
    );
    Ok(())
}

/// The rows of the channels `train` and `validation`.
pub(crate) fn channels(
    container: &Container,
    columns: &Columns,
) -> Result<(Vec<LabelledText>, Vec<LabelledText>)> {
    let channel = |name| {
        let rows = channel::read(&container.channel(name), columns);
        rows.with_context(|| format!("read the {name} channel"))
    };
    let (train, validation) = (channel("train")?, channel("validation")?);
    if validation.is_empty() {
        bail!("the validation channel holds no rows");
    }
    Ok((train, validation))
}

/// The temperature of the weights that were kept.
fn calibrate(path: &Path, folder: &ModelFolder, validation: &[fit::Example]) -> Result<()> {
    let texts: Vec<&str> = validation.iter().map(|row| row.text.as_str()).collect();
    let classes: Vec<usize> = validation.iter().map(|row| row.class).collect();
    let answers = Classifier::new(folder)?.probabilities(&texts)?;
    calibration::calibrate(path, &answers, &classes)
}

/// The classes, as the train rows have them.
pub(crate) fn labels(train: &[LabelledText]) -> Result<Vec<String>> {
    let labels = labels::distinct(train.iter().map(|row| row.label.as_str()));
    match labels.as_slice() {
        [] => bail!("the train channel holds no rows"),
        [only] => bail!(
            "all {} train rows have the label \"{only}\": a classifier needs at least two classes",
            train.len()
        ),
        _ => Ok(labels),
    }
}

/// Rows with their label's place among the classifier's outputs.
pub(crate) fn number(rows: &[LabelledText], labels: &[String]) -> Result<Vec<fit::Example>> {
    rows.iter()
        .map(|row| {
            let class = labels.iter().position(|label| *label == row.label);
            let class = class.with_context(|| {
                format!(
                    "a row has the label \"{}\", which no train row has",
                    row.label
                )
            })?;
            Ok(fit::Example {
                text: row.text.clone(),
                class,
            })
        })
        .collect()
}
