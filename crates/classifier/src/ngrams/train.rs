//! `classifier train` with `algorithm=ngrams`: from the channels `train` and `validation` to
//! `ngrams.safetensors` and the training card.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result};
use bert::files::write_json;
use contracts::training::{Epoch, TrainingCard};
use ngrams::Ngrams;
use scores::loss::of_answer;
use scores::{Confusion, most_likely};

use super::Hyperparameters;
use super::best::{best, texts};
use super::folder::save;
use crate::channel::{Columns, Files};
use crate::container::Container;
use crate::training::examples::{Data, Example, Examples, labels};
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
    let Data {
        train,
        validation,
        labels,
        examples,
        test,
    } = Data::read(container, &columns, labels)?;
    let (model, hyperparameters) = best(&examples, labels, hyperparameters)?;
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
        // It sees all rows, each class weighed.
        warnings: Vec::new(),
        truncation: None,
        inputs: Some(inputs::of(container, &train, &validation, None)?),
        candidates: Vec::new(),
    };
    let folder = container.model();
    fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    write_json(&folder.join("training.json"), &card)?;
    let answer = |texts: &[&str]| Ok(model.probabilities(texts));
    let balanced = hyperparameters.balance;
    calibrate_and_score(container, &examples, &model.labels, balanced, &test, answer)?;
    save(&model, &folder)?;
    tracing::info!("wrote the model to {}", folder.display());
    Ok(())
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
