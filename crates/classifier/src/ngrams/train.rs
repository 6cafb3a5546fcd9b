//! `classifier train` with `algorithm=ngrams`: from the channels `train` and `validation` to
//! `ngrams.safetensors` and the training card.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result};
use bert::files::write_json;
use contracts::training::{Epoch, TrainingCard};
use ngrams::{Ngrams, Problem, Settings, Vocabulary, fit};
use scores::loss::of_answer;
use scores::{Confusion, most_likely};

use super::Hyperparameters;
use super::folder::save;
use crate::channel::{Columns, Files};
use crate::container::Container;
use crate::training::examples::{Example, Examples, channels, labels, number, test};
use crate::training::finish::calibrate_and_score;
use crate::training::progress::log;
use crate::training::{
    inputs,
    named::{self, Values},
};

/// Runs the job.
pub fn run(container: &Container, values: &Values) -> Result<()> {
    let started = Instant::now();
    let hyperparameters = Hyperparameters::parse(values)?;
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
    let model = model(&examples.train, labels, &hyperparameters)?;
    let epoch = record(&model, &examples, started.elapsed().as_secs_f64());
    log(&epoch, 1);
    let card = TrainingCard {
        algorithm: "ngrams".to_owned(),
        hyperparameters: named::to_strings(&hyperparameters),
        text_columns: Files::of(&container.channel("train"))?.text_columns(),
        train_rows: train.len() as u64,
        validation_rows: validation.len() as u64,
        parameters: model.parameters() as u64,
        epochs: vec![epoch],
        best_epoch: 1,
        seconds: started.elapsed().as_secs_f64(),
        truncation: None,
        inputs: Some(inputs::of(container, &train, &validation, None)?),
    };
    let folder = container.model();
    fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    write_json(&folder.join("training.json"), &card)?;
    let answer = |texts: &[&str]| Ok(model.probabilities(texts));
    calibrate_and_score(container, &examples, hyperparameters.balance, &test, answer)?;
    save(&model, &folder)?;
    tracing::info!("wrote the model to {}", folder.display());
    Ok(())
}

fn model(
    train: &[Example],
    labels: Vec<String>,
    hyperparameters: &Hyperparameters,
) -> Result<Ngrams> {
    let texts = texts(train);
    let settings = Settings {
        word_ngrams: hyperparameters.word_ngrams,
        min_count: hyperparameters.min_count,
        max_features: hyperparameters.max_features,
    };
    let vocabulary = Vocabulary::count(&texts, settings).context("read the train channel")?;
    tracing::info!("{} n-grams", vocabulary.ngrams().len());
    let classes: Vec<usize> = train.iter().map(|row| row.class).collect();
    let problem = Problem {
        rows: &vocabulary.rows(&texts),
        columns: vocabulary.ngrams().len(),
        classes: &classes,
        class_weights: &class_weights(&classes, labels.len(), hyperparameters.balance),
    };
    let weights = fit(&problem, hyperparameters.c, None);
    let weights = weights.into_iter().map(|weight| weight as f32).collect();
    Ngrams::new(vocabulary, labels, weights)
}

/// Balanced, each class counts as much as the rows divided by the classes.
fn class_weights(classes: &[usize], labels: usize, balance: bool) -> Vec<f64> {
    let mut rows = vec![0f64; labels];
    classes.iter().for_each(|class| rows[*class] += 1.0);
    let even = classes.len() as f64 / labels as f64;
    let weight = |rows: &f64| if balance { even / rows } else { 1.0 };
    rows.iter().map(weight).collect()
}

/// The fit as the only epoch.
fn record(model: &Ngrams, examples: &Examples, seconds: f64) -> Epoch {
    let (train_loss, _) = score(model, &examples.train);
    let (val_loss, confusion) = score(model, &examples.validation);
    Epoch {
        epoch: 1,
        train_loss,
        val_loss,
        val_accuracy: confusion.accuracy(),
        val_balanced_accuracy: confusion.balanced_accuracy(),
        val_f1: Some(confusion.macro_f1()),
        samples_per_second: examples.train.len() as f64 / seconds,
    }
}

/// Mean loss and confusion over every row.
fn score(model: &Ngrams, examples: &[Example]) -> (f64, Confusion) {
    let mut confusion = Confusion::new(model.labels.len());
    let mut loss = 0f64;
    for (row, probabilities) in examples.iter().zip(model.probabilities(&texts(examples))) {
        loss += of_answer(probabilities[row.class]);
        confusion.add(row.class, most_likely(&probabilities));
    }
    (loss / examples.len() as f64, confusion)
}

fn texts(examples: &[Example]) -> Vec<&str> {
    examples.iter().map(|row| row.text.as_str()).collect()
}
