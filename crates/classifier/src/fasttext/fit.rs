//! The epochs of a training: their losses and scores, and which of them is kept.

use std::time::Instant;

use anyhow::{Result, ensure};
use contracts::training::Epoch;
use fasttext::dictionary::Entry;
use fasttext::text::Text;
use fasttext::{Corpus, Vectors};
use scores::loss::of_answer;
use scores::{Confusion, most_likely};

use super::Hyperparameters;
use crate::training::batches;
use crate::training::progress::{Progress, log, log_kept, log_rows};

/// What training did; the vectors are those of the epoch that is kept.
pub struct Fitted {
    pub vectors: Vectors,
    pub epochs: Vec<Epoch>,
    pub best_epoch: u32,
    /// Rows of one epoch.
    pub train_rows: usize,
    /// For the card.
    pub warnings: Vec<String>,
}

/// `by_class` are the train rows of each class in the order of their balancing fractions.
pub fn fit(
    corpus: &Corpus,
    by_class: &[Vec<usize>],
    hyperparameters: &Hyperparameters,
) -> Result<Fitted> {
    let mut vectors = Vectors::new(
        corpus.rows.len(),
        by_class.len(),
        hyperparameters.vector_dim,
        hyperparameters.seed,
    );
    let epoch_rows =
        |epoch: u32| batches::epoch_rows(by_class, epoch as usize, hyperparameters.balance);
    let train_rows = epoch_rows(0).len();
    let labels = corpus.dictionary.labels().iter();
    let labels: Vec<String> = labels.map(Entry::label).collect();
    let warnings = log_rows(by_class, &labels, hyperparameters.balance);
    let peak = hyperparameters.learning_rate;
    let of = train_rows * hyperparameters.epochs as usize;
    let mut progress = Progress::new("text", 0, of, Instant::now());
    let mut best: Option<(Epoch, Vectors)> = None;
    let mut epochs: Vec<Epoch> = Vec::new();
    for epoch in 0..hyperparameters.epochs {
        let mut rows = epoch_rows(epoch);
        batches::shuffle(&mut rows, hyperparameters.seed, epoch);
        let started = Instant::now();
        let before = epoch as usize * train_rows;
        let rate = |row: usize| peak * (1.0 - (before + row) as f32 / of as f32);
        let mut loss = 0f64;
        let mut tell = |done: usize, of_classes: &[f32]| {
            let loss_before = loss;
            for probability in of_classes {
                loss += of_answer(*probability);
            }
            let of_batch = (loss - loss_before) / of_classes.len() as f64;
            let rate = f64::from(rate(done));
            progress.add(before + done, of_classes.len(), of_batch, rate);
        };
        vectors.epoch(&corpus.train, &rows, &rate, &mut tell);
        let train_loss = loss / rows.len() as f64;
        ensure!(
            train_loss.is_finite(),
            "epoch {} has loss {train_loss}: lower learning_rate",
            epoch + 1
        );
        let samples_per_second = train_rows as f64 / started.elapsed().as_secs_f64();
        let (val_loss, confusion) = validate(&vectors, &corpus.validation);
        ensure!(
            val_loss.is_finite(),
            "epoch {} has validation loss {val_loss}: lower learning_rate",
            epoch + 1
        );
        let record = Epoch {
            epoch: epoch + 1,
            train_loss,
            val_loss,
            val_accuracy: confusion.accuracy(),
            val_balanced_accuracy: confusion.balanced_accuracy(),
            val_f1: Some(confusion.macro_f1()),
            samples_per_second,
        };
        log(&record, hyperparameters.epochs);
        epochs.push(record.clone());
        if !hyperparameters.early_stopping {
            continue;
        }
        match &best {
            Some((best, _)) if record.val_balanced_accuracy <= best.val_balanced_accuracy => {
                let waited = record.epoch - best.epoch;
                if record.epoch >= hyperparameters.min_epochs && waited >= hyperparameters.patience
                {
                    tracing::info!("no better validation for {waited} epochs: stopping");
                    break;
                }
            }
            _ => best = Some((record, vectors.clone())),
        }
    }
    let last = epochs.len();
    let (best_epoch, vectors) = match best {
        Some((best, vectors)) => (best.epoch, vectors),
        None => (
            u32::try_from(last).expect("epochs are counted in u32"),
            vectors,
        ),
    };
    log_kept(&epochs, best_epoch, hyperparameters.epochs);
    Ok(Fitted {
        vectors,
        epochs,
        best_epoch,
        train_rows,
        warnings,
    })
}

/// Mean loss and confusion over every row.
fn validate(vectors: &Vectors, texts: &[Text]) -> (f64, Confusion) {
    let mut confusion = Confusion::new(vectors.output.rows());
    let mut loss = 0f64;
    for (text, probabilities) in texts.iter().zip(vectors.probabilities(texts)) {
        loss += of_answer(probabilities[text.class]);
        confusion.add(text.class, most_likely(&probabilities));
    }
    (loss / texts.len() as f64, confusion)
}
