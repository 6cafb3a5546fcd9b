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

use anyhow::{Context, Result, bail, ensure};
use contracts::training::TrainingCard;

pub use hyperparameters::{Algorithm, Hyperparameters};

use crate::channel::{self, Columns, LabelledText};
use crate::container::Container;
use crate::evaluate::confusion::Confusion;
use crate::model::ModelFolder;
use crate::model::predict::{Classifier, most_likely};
use crate::{calibration, fasttext, labels};

/// Runs the job.
pub fn run(container: &Container) -> Result<()> {
    let started = Instant::now();
    let mut values = hyperparameters::read(&container.hyperparameters())?;
    let algorithm = Algorithm::of(&values)?;
    refuse_other_model(&container.model(), algorithm)?;
    if algorithm == Algorithm::FastText {
        return fasttext::train::run(container, &values);
    }
    let pretrained = container.channel("pretrained");
    if ModelFolder::is_in(&pretrained) {
        hyperparameters::fine_tune(&mut values);
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
        validation: number(&validation, &labels).context("read the validation channel")?,
    };
    let test = test(container, &columns, &labels)?;
    let mut folder = start::start(&pretrained, &train, &labels, &hyperparameters)?;
    let places = fit::Places {
        started,
        checkpoints: container.checkpoints(),
        output_data: container.output_data(),
    };
    let fitted = fit::fit(&mut folder, &examples, &hyperparameters, places)?;
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
    let model = Classifier::new(&folder)?;
    let answer = |texts: &[&str]| model.probabilities(texts);
    // Before the model, which is whole when its last file is there.
    finish(container, &examples.validation, &test, answer)?;
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

/// What a trained model of either algorithm goes through: its temperature is fitted on the
/// validation rows, and the test rows are scored, if there are any.
pub(crate) fn finish(
    container: &Container,
    validation: &[fit::Example],
    test: &[fit::Example],
    answer: impl Fn(&[&str]) -> Result<Vec<Vec<f32>>>,
) -> Result<()> {
    let ask = |examples: &[fit::Example]| {
        let texts: Vec<&str> = examples.iter().map(|row| row.text.as_str()).collect();
        let classes: Vec<usize> = examples.iter().map(|row| row.class).collect();
        anyhow::Ok((answer(&texts)?, classes))
    };
    let (answers, classes) = ask(validation)?;
    calibration::calibrate(&container.model(), &answers, &classes)?;
    if test.is_empty() {
        return Ok(());
    }
    let (answers, classes) = ask(test)?;
    let (mut loss, mut confusion) = (0.0, Confusion::new(answers[0].len()));
    for (answer, class) in answers.iter().zip(&classes) {
        loss += loss::of_probability(answer[*class].into());
        confusion.add(*class, most_likely(answer));
    }
    tracing::info!(
        "test: rows: {} test_loss: {:.4} test_accuracy: {:.4} test_balanced_accuracy: {:.4}",
        test.len(),
        loss / test.len() as f64,
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

/// The rows of the channel `test`; none if there is no such channel. It is read before the training,
/// so that a bad row costs none.
pub(crate) fn test(
    container: &Container,
    columns: &Columns,
    labels: &[String],
) -> Result<Vec<fit::Example>> {
    let channel = container.channel("test");
    if !channel.is_dir() {
        return Ok(Vec::new());
    }
    let rows = channel::read(&channel, columns).context("read the test channel")?;
    ensure!(!rows.is_empty(), "the test channel holds no rows");
    number(&rows, labels).context("read the test channel")
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
    let rows = rows.iter().enumerate();
    rows.map(|(place, row)| {
        let class = labels.iter().position(|label| *label == row.label);
        let class = class.with_context(|| {
            format!(
                "row {} has the label \"{}\", which no train row has",
                place + 1,
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
