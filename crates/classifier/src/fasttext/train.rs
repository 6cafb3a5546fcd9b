//! `classifier train` with `algorithm=fasttext`: from the channels `train` and `validation` to
//! `model.bin` and the training card.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result};
use bert::files::write_json;
use contracts::training::TrainingCard;
use fasttext::loss::Loss;
use fasttext::{Args, Corpus, FastText};

use super::Hyperparameters;
use super::corpus::{by_falling_count, corpus};
use super::fit::{Fitted, fit};
use super::folder::save;
use crate::channel::{Columns, Files, LabelledText};
use crate::container::Container;
use crate::training::batches::epoch_rows;
use crate::training::examples::{Data, by_class, labels};
use crate::training::finish::calibrate_and_score;
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
    let in_order = |train: &[LabelledText]| Ok(by_falling_count(labels(train)?, train));
    let Data {
        train,
        validation,
        labels,
        examples,
        test,
    } = Data::read(container, &columns, in_order)?;
    let corpus = corpus(&examples, &labels, &hyperparameters);
    tracing::info!(
        "a dictionary of {} words, {} vectors with their n-grams",
        corpus.dictionary.words().len(),
        corpus.rows.len()
    );
    let by_class = by_class(&examples.train, labels.len());
    let epoch_rows = epoch_rows(&by_class, 0, hyperparameters.balance).len();
    let hyperparameters = hyperparameters.for_rows(epoch_rows);
    let fitted = fit(&corpus, &by_class, &hyperparameters)?;
    let card = TrainingCard {
        algorithm: "fasttext".to_owned(),
        hyperparameters: named::to_strings(&hyperparameters),
        text_columns: Files::of(&container.channel("train"))?.text_columns(),
        train_rows: fitted.train_rows as u64,
        validation_rows: validation.len() as u64,
        parameters: ((corpus.rows.len() + labels.len()) * hyperparameters.vector_dim) as u64,
        epochs: fitted.epochs.clone(),
        best_epoch: fitted.best_epoch,
        seconds: started.elapsed().as_secs_f64(),
        warnings: fitted.warnings.clone(),
        truncation: None,
        inputs: Some(inputs::of(container, &train, &validation, None)?),
        candidates: Vec::new(),
    };
    let model = model(corpus, &fitted, &hyperparameters)?;
    let folder = container.model();
    fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    write_json(&folder.join("training.json"), &card)?;
    let answer = |texts: &[&str]| Ok(model.probabilities(texts));
    let balanced = hyperparameters.balance;
    calibrate_and_score(container, &examples, &labels, balanced, &test, answer)?;
    save(&model, &folder)?;
    tracing::info!("wrote the model to {}", folder.display());
    Ok(())
}

/// The model of a training.
pub fn model(
    corpus: Corpus,
    fitted: &Fitted,
    hyperparameters: &Hyperparameters,
) -> Result<FastText> {
    let number = |name, value: usize| {
        i32::try_from(value).with_context(|| format!("hyperparameter `{name}` is too large"))
    };
    let buckets = corpus.dictionary.buckets();
    let input = corpus.input(&fitted.vectors);
    let args = Args {
        dim: number("vector_dim", hyperparameters.vector_dim)?,
        ws: 5,
        epoch: i32::try_from(hyperparameters.epochs).context("`epochs` is too large")?,
        min_count: i32::try_from(hyperparameters.min_count).context("`min_count` is too large")?,
        neg: 5,
        word_ngrams: number("word_ngrams", hyperparameters.word_ngrams)?,
        loss: Loss::Softmax,
        bucket: number("buckets", buckets)?,
        minn: number("min_char", hyperparameters.min_char)?,
        maxn: number("max_char", hyperparameters.max_char)?,
        lr_update_rate: 100,
        t: 1e-4,
    };
    let output = fitted.vectors.output.clone();
    let mut model = FastText::new(args, corpus.dictionary, input, output)?;
    model.words = hyperparameters.words;
    Ok(model)
}
