//! Stochastic gradient descent on the softmax loss, in parallel and yet repeatable.
//!
//! The official tool lets threads write into each other's vectors without locks (Hogwild): no two
//! runs are equal. Here a few dozen texts at a time have their means computed side by side, then go
//! through the classifier one after another, and then each thread adds the gradients to the vectors
//! of its own shards. A text thus sees word vectors that are up to [`BATCH`] texts old, as under
//! Hogwild, but the result depends on the seed alone.

use policy::random::seed_of;
use rayon::prelude::*;
use scores::softmax;

use crate::matrix::{Matrix, dot};
use crate::text::{SHARDS, Text};

/// Texts whose means are computed in parallel: fewer would not pay for waking the threads.
const BATCH: usize = 64;

/// Vectors of the rows that occur, and the classifier's.
#[derive(Clone)]
pub struct Vectors {
    columns: usize,
    shards: Vec<Vec<f32>>,
    pub output: Matrix,
}

impl Vectors {
    /// Word vectors start uniformly between plus and minus one over the columns, as in the official
    /// tool; the classifier starts at zero.
    pub fn new(vectors: usize, classes: usize, columns: usize, seed: u64) -> Vectors {
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

    /// One pass over these rows. `rate` is the learning rate by place; `tell` is called after each
    /// batch with the number of rows done and with the probability of each row's class before the
    /// row's step.
    pub fn epoch(
        &mut self,
        texts: &[Text],
        rows: &[usize],
        rate: &dyn Fn(usize) -> f32,
        tell: &mut dyn FnMut(usize, &[f32]),
    ) {
        let columns = self.columns;
        let mut means = vec![0f32; BATCH * columns];
        let mut gradient = vec![0f32; columns];
        let mut probabilities = Vec::new();
        let mut of_classes = Vec::with_capacity(BATCH);
        let mut place = 0;
        for batch in rows.chunks(BATCH) {
            of_classes.clear();
            let means = &mut means[..batch.len() * columns];
            means
                .par_chunks_mut(columns)
                .zip(batch)
                .for_each(|(mean, row)| self.mean(&texts[*row], mean));
            for (mean, row) in means.chunks_exact_mut(columns).zip(batch) {
                let text = &texts[*row];
                gradient.fill(0.0);
                self.classify(
                    mean,
                    text.class,
                    rate(place),
                    &mut gradient,
                    &mut probabilities,
                );
                of_classes.push(probabilities[text.class]);
                place += 1;
                // The mean's buffer now holds the step of each of the text's rows.
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
            tell(place, &of_classes);
        }
    }

    /// One step of the classifier. On return `probabilities` are those before the step, and the
    /// mean's step is added to `gradient`.
    fn classify(
        &mut self,
        mean: &[f32],
        class: usize,
        rate: f32,
        gradient: &mut [f32],
        probabilities: &mut Vec<f32>,
    ) {
        self.classes(mean, probabilities);
        for (label, probability) in probabilities.iter().enumerate() {
            let wanted = if label == class { 1.0 } else { 0.0 };
            let by = rate * (wanted - probability);
            let weights = self.output.row_mut(label);
            for ((weight, mean), gradient) in weights.iter_mut().zip(mean).zip(&mut *gradient) {
                *gradient += by * *weight;
                *weight += by * mean;
            }
        }
    }

    fn classes(&self, mean: &[f32], probabilities: &mut Vec<f32>) {
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

    /// One probability per class for each text.
    pub fn probabilities(&self, texts: &[Text]) -> Vec<Vec<f32>> {
        let answer = |text: &Text| {
            let (mut mean, mut probabilities) = (vec![0f32; self.columns], Vec::new());
            self.mean(text, &mut mean);
            self.classes(&mean, &mut probabilities);
            probabilities
        };
        texts.par_iter().map(answer).collect()
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
