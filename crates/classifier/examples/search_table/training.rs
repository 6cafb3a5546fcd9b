//! A training as `classifier train` does it, with its scores on both held-out parts after each epoch. The job itself
//! scores the test rows in the end alone.

use std::time::Instant;

use anyhow::{Context, Result};
use classifier::fasttext::Hyperparameters;
use classifier::fasttext::corpus::{by_falling_count, corpus};
use classifier::training::batches;
use classifier::training::examples::{Examples, by_class, labels, number};
use contracts::dataset::SplitPart;
use fasttext::Vectors;
use fasttext::text::Text;
use scores::{Confusion, most_likely};
use tuning::Values;

use super::reviews::Reviews;
use super::table::Run;

/// Shorter n-grams of characters are hardly ever words' own.
const MIN_CHAR: &str = "3";

pub fn run(reviews: &Reviews, values: &Values, seed: u64, epochs: u32) -> Result<Run> {
    let started = Instant::now();
    let mut values = values.clone();
    let columns = values.get("text_column").context("no text_column")?.clone();
    if values.get("max_char").is_some_and(|longest| longest != "0") {
        values.insert("min_char".to_owned(), MIN_CHAR.to_owned());
    }
    values.insert("seed".to_owned(), seed.to_string());
    values.insert("epochs".to_owned(), epochs.to_string());
    let hyperparameters = Hyperparameters::parse(&values)?;

    let train = reviews.part(SplitPart::Train, &columns)?;
    let validation = reviews.part(SplitPart::Validation, &columns)?;
    let test = reviews.part(SplitPart::Test, &columns)?;
    let labels = by_falling_count(labels(&train)?, &train);
    let held_out: Vec<_> = validation.iter().chain(&test).cloned().collect();
    let examples = Examples {
        train: number(&train, &labels)?,
        validation: number(&held_out, &labels)?,
    };
    let corpus = corpus(&examples, &labels, &hyperparameters);
    let (of_validation, of_test) = corpus.validation.split_at(validation.len());
    let by_class = by_class(&examples.train, labels.len());

    let mut vectors = Vectors::new(
        corpus.rows.len(),
        labels.len(),
        hyperparameters.vector_dim,
        seed,
    );
    let mut run = Run {
        seconds: 0.0,
        validation: Vec::new(),
        test: Vec::new(),
    };
    for epoch in 0..epochs {
        let mut rows = batches::epoch_rows(&by_class, epoch as usize, hyperparameters.balance);
        batches::shuffle(&mut rows, seed, epoch);
        let (before, of) = (epoch as usize * rows.len(), epochs as usize * rows.len());
        let rate =
            |row: usize| hyperparameters.learning_rate * (1.0 - (before + row) as f32 / of as f32);
        let mut is_finite = true;
        let mut tell = |_: usize, of_classes: &[f32]| {
            is_finite &= of_classes.iter().all(|probability| probability.is_finite());
        };
        vectors.epoch(&corpus.train, &rows, &rate, &mut tell);
        if !is_finite {
            break;
        }
        run.validation.push(score(&vectors, of_validation));
        run.test.push(score(&vectors, of_test));
    }
    run.seconds = (started.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    Ok(run)
}

/// Balanced accuracy to four digits: a row of the smallest class is more than that.
fn score(vectors: &Vectors, texts: &[Text]) -> f64 {
    let mut confusion = Confusion::new(vectors.output.rows());
    for (text, probabilities) in texts.iter().zip(vectors.probabilities(texts)) {
        confusion.add(text.class, most_likely(&probabilities));
    }
    (confusion.balanced_accuracy() * 1e4).round() / 1e4
}
