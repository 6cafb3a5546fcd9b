//! Stochastic gradient descent on the softmax loss, in parallel and yet repeatable.
//!
//! The official tool lets threads write into each other's vectors as it comes (Hogwild): no two
//! runs are equal. Here a few dozen texts at a time have their means computed side by side, then go
//! through the classifier one after another, and then each thread adds the gradients to the
//! vectors of its own shards. A text thus sees word vectors that are up to [`BATCH`] texts old,
//! as under Hogwild, but the result depends on the seed alone.

use std::time::Instant;

use anyhow::{Result, ensure};
use contracts::training::Epoch;
use rayon::prelude::*;

use super::Hyperparameters;
use super::corpus::{Corpus, SHARDS, Text};
use super::loss::softmax;
use super::matrix::{Matrix, dot};
use crate::evaluate::confusion::Confusion;
use crate::model::predict::most_likely;
use crate::train::batches;
use crate::train::loss::of_answer;
use crate::train::progress::{Progress, log, log_rows};
use policy::random::seed_of;

/// Texts whose means are computed side by side: enough to be worth waking threads for.
const BATCH: usize = 64;

/// Vectors of the rows that occur, and the classifier's.
#[derive(Clone)]
pub struct Vectors {
    columns: usize,
    shards: Vec<Vec<f32>>,
    pub output: Matrix,
}

/// What training did; the vectors are those of the epoch that is kept.
pub struct Fitted {
    pub vectors: Vectors,
    pub epochs: Vec<Epoch>,
    pub best_epoch: u32,
    /// Rows of one epoch.
    pub train_rows: usize,
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
    let labels: Vec<_> = labels
        .map(|label| String::from_utf8_lossy(&label.word))
        .collect();
    log_rows(by_class, &labels, train_rows);
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
        let tell = |done: usize, texts: usize, loss: f64| {
            progress.add(before + done, texts, loss, f64::from(rate(done)));
        };
        let train_loss = vectors.epoch(&corpus.train, &rows, rate, tell);
        ensure!(
            train_loss.is_finite(),
            "epoch {} has loss {train_loss}: lower learning_rate",
            epoch + 1
        );
        let samples_per_second = train_rows as f64 / started.elapsed().as_secs_f64();
        let (val_loss, confusion) = vectors.validate(&corpus.validation);
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
    Ok(Fitted {
        vectors,
        epochs,
        best_epoch,
        train_rows,
    })
}

impl Vectors {
    /// Words start anywhere within one over the columns of zero, as in the official tool, the
    /// classifier at zero.
    fn new(vectors: usize, classes: usize, columns: usize, seed: u64) -> Vectors {
        let shard = |shard: usize| -> Vec<f32> {
            let mine = (shard..vectors).step_by(SHARDS as usize);
            mine.flat_map(|vector| {
                (0..columns).map(move |column| {
                    let at = uniform(seed, (vector * columns + column) as u64);
                    (2.0 * at - 1.0) / columns as f32
                })
            })
            .collect()
        };
        Vectors {
            columns,
            shards: (0..SHARDS as usize).into_par_iter().map(shard).collect(),
            output: Matrix::zeros(classes, columns),
        }
    }

    pub fn vector(&self, vector: usize) -> &[f32] {
        &self.shards[vector % SHARDS as usize][vector / SHARDS as usize * self.columns..]
            [..self.columns]
    }

    /// One pass over these rows; `rate` is the learning rate by place, and `tell` hears after each
    /// batch how many rows are done, and the batch's rows and mean loss. Returns the mean loss.
    fn epoch(
        &mut self,
        texts: &[Text],
        rows: &[usize],
        rate: impl Fn(usize) -> f32,
        mut tell: impl FnMut(usize, usize, f64),
    ) -> f64 {
        let columns = self.columns;
        let mut means = vec![0f32; BATCH * columns];
        let mut gradient = vec![0f32; columns];
        let mut probabilities = Vec::new();
        let (mut loss, mut place) = (0f64, 0);
        for batch in rows.chunks(BATCH) {
            let loss_before = loss;
            let means = &mut means[..batch.len() * columns];
            means
                .par_chunks_mut(columns)
                .zip(batch)
                .for_each(|(mean, row)| self.mean(&texts[*row], mean));
            for (mean, row) in means.chunks_exact_mut(columns).zip(batch) {
                let text = &texts[*row];
                gradient.fill(0.0);
                loss += self.classify(
                    mean,
                    text.class,
                    rate(place),
                    &mut gradient,
                    &mut probabilities,
                );
                place += 1;
                // From here on the mean's place holds what each of its rows moves by.
                let share = 1.0 / text.rows.max(1) as f32;
                for (step, gradient) in mean.iter_mut().zip(&gradient) {
                    *step = gradient * share;
                }
            }
            let steps = &*means;
            self.shards
                .par_iter_mut()
                .enumerate()
                .for_each(|(number, shard)| {
                    for (step, row) in steps.chunks_exact(columns).zip(batch) {
                        for place in texts[*row].places(number) {
                            add(&mut shard[*place as usize * columns..][..columns], step);
                        }
                    }
                });
            tell(
                place,
                batch.len(),
                (loss - loss_before) / batch.len() as f64,
            );
        }
        loss / rows.len() as f64
    }

    /// One step of the classifier; adds what the mean should move by to `gradient` and returns
    /// the loss before the step.
    fn classify(
        &mut self,
        mean: &[f32],
        class: usize,
        rate: f32,
        gradient: &mut [f32],
        probabilities: &mut Vec<f32>,
    ) -> f64 {
        self.probabilities(mean, probabilities);
        for (label, probability) in probabilities.iter().enumerate() {
            let wanted = if label == class { 1.0 } else { 0.0 };
            let by = rate * (wanted - probability);
            let weights = self.output.row_mut(label);
            for ((weight, mean), gradient) in weights.iter_mut().zip(mean).zip(&mut *gradient) {
                *gradient += by * *weight;
                *weight += by * mean;
            }
        }
        of_answer(probabilities[class])
    }

    fn probabilities(&self, mean: &[f32], probabilities: &mut Vec<f32>) {
        probabilities.clear();
        let rows = 0..self.output.rows();
        probabilities.extend(rows.map(|label| dot(self.output.row(label), mean)));
        softmax(probabilities);
    }

    fn mean(&self, text: &Text, mean: &mut [f32]) {
        mean.fill(0.0);
        for (number, shard) in self.shards.iter().enumerate() {
            for place in text.places(number) {
                add(
                    mean,
                    &shard[*place as usize * self.columns..][..self.columns],
                );
            }
        }
        let share = 1.0 / text.rows.max(1) as f32;
        for value in mean {
            *value *= share;
        }
    }

    /// Mean loss and confusion over every row.
    fn validate(&self, texts: &[Text]) -> (f64, Confusion) {
        let answer = |text: &Text| {
            let (mut mean, mut probabilities) = (vec![0f32; self.columns], Vec::new());
            self.mean(text, &mut mean);
            self.probabilities(&mean, &mut probabilities);
            (
                of_answer(probabilities[text.class]),
                most_likely(&probabilities),
            )
        };
        let answers: Vec<(f64, usize)> = texts.par_iter().map(answer).collect();
        let mut confusion = Confusion::new(self.output.rows());
        let mut loss = 0f64;
        for (text, (of_text, predicted)) in texts.iter().zip(answers) {
            loss += of_text;
            confusion.add(text.class, predicted);
        }
        (loss / texts.len() as f64, confusion)
    }
}

fn add(sum: &mut [f32], values: &[f32]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += value;
    }
}

/// A number in `[0, 1)` by its place, so that any thread can draw any of them.
fn uniform(seed: u64, place: u64) -> f32 {
    // 24 bits are what an f32 holds exactly.
    (seed_of(seed, place.wrapping_add(1)) >> 40) as f32 / (1u32 << 24) as f32
}
