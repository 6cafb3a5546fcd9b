//! `AdamW` with gradient clipping over a model's parameters, in place and on every thread.
//!
//! The word embeddings get gradients for the tokens of a batch only. A row that was touched once is
//! updated in every step, as PyTorch does it: its moments keep changing it. A row that never was
//! has no moments, so that only weight decay applies to it: the factors are multiplied, and the row
//! gets their product before it is read.

use kernels::{AdamWStep, adam_w, sum_of_squares};
use rayon::prelude::*;

use crate::network::{Gradients, Parameters, WordGradients};

// The values of the paper, and of BERT.
const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPS: f32 = 1e-8;

/// Values that one thread updates at a time.
const BLOCK: usize = 1 << 16;

/// A checkpoint stores its public fields.
pub struct AdamW {
    pub first: Parameters,
    pub second: Parameters,
    /// Rows of the word embeddings that ever had a gradient.
    pub touched: Vec<bool>,
    /// The product of the weight decay's factors that the other rows have not got yet.
    pub pending: f32,
    pub step: i32,
    weight_decay: f32,
    hidden: usize,
    head_only: bool,
}

/// Which parameters weight decay leaves alone.
fn decays(name: &str) -> bool {
    !name.ends_with(".bias") && !name.contains("LayerNorm")
}

impl AdamW {
    pub fn new(parameters: &mut Parameters, weight_decay: f32, head_only: bool) -> AdamW {
        let hidden = parameters.embeddings_norm.weight.len();
        AdamW {
            first: Parameters::zeros_like(parameters),
            second: Parameters::zeros_like(parameters),
            touched: vec![false; parameters.word_embeddings.len() / hidden],
            pending: 1.0,
            step: 0,
            weight_decay,
            hidden,
            head_only,
        }
    }

    /// Applies the pending weight decay to rows that are about to be read for the first time.
    pub fn touch(&mut self, parameters: &mut Parameters, words: &WordGradients) {
        if self.head_only {
            return;
        }
        for id in &words.ids {
            let id = *id as usize;
            if !self.touched[id] {
                self.touched[id] = true;
                let row = &mut parameters.word_embeddings[id * self.hidden..][..self.hidden];
                row.iter_mut().for_each(|w| *w *= self.pending);
            }
        }
    }

    /// Applies the pending weight decay to all rows.
    pub fn settle(&mut self, parameters: &mut Parameters) {
        let rows = parameters.word_embeddings.chunks_exact_mut(self.hidden);
        for (row, _) in rows.zip(&self.touched).filter(|(_, touched)| !**touched) {
            row.iter_mut().for_each(|w| *w *= self.pending);
        }
        self.pending = 1.0;
    }

    /// One update; the gradients are scaled by `scale` first.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "updates are computed in f32"
    )]
    pub fn step(
        &mut self,
        parameters: &mut Parameters,
        gradients: &mut Gradients,
        learning_rate: f64,
        scale: f64,
    ) {
        self.step += 1;
        let update = AdamWStep {
            learning_rate: learning_rate as f32,
            beta1: BETA1 as f32,
            beta2: BETA2 as f32,
            eps: EPS,
            corrections: (
                (1.0 - BETA1.powi(self.step)) as f32,
                (1.0 - BETA2.powi(self.step)) as f32,
            ),
            gradient_scale: scale as f32,
        };
        let mut blocks = Vec::new();
        let tensors = parameters
            .named()
            .into_iter()
            .zip(gradients.dense.named())
            .zip(self.first.named().into_iter().zip(self.second.named()));
        for (((name, weights), (_, gradients)), ((_, first), (_, second))) in tensors {
            // Frozen parameters have no gradient; the word embeddings' gradient is kept apart.
            if gradients.is_empty() {
                continue;
            }
            let decay = if decays(&name) {
                self.weight_decay
            } else {
                0.0
            };
            let parts = weights.chunks_mut(BLOCK).zip(gradients.chunks(BLOCK));
            let moments = first.chunks_mut(BLOCK).zip(second.chunks_mut(BLOCK));
            blocks.extend(
                parts
                    .zip(moments)
                    .map(move |(values, moments)| (decay, values, moments)),
            );
        }
        blocks
            .into_par_iter()
            .for_each(|(decay, (weights, gradients), (first, second))| {
                adam_w(&update, decay, weights, gradients, first, second);
            });
        if !self.head_only {
            self.step_words(parameters, &gradients.words, &update);
        }
    }

    fn step_words(
        &mut self,
        parameters: &mut Parameters,
        words: &WordGradients,
        update: &AdamWStep,
    ) {
        let (hidden, decay) = (self.hidden, self.weight_decay);
        let no_gradient = vec![0f32; hidden];
        let rows = parameters
            .word_embeddings
            .par_chunks_exact_mut(hidden)
            .zip(self.first.word_embeddings.par_chunks_exact_mut(hidden))
            .zip(self.second.word_embeddings.par_chunks_exact_mut(hidden))
            .zip(&self.touched)
            .enumerate()
            .with_min_len(256);
        rows.for_each(|(id, (((weights, first), second), touched))| {
            if *touched {
                let gradient = words.row(id).unwrap_or(&no_gradient);
                adam_w(update, decay, weights, gradient, first, second);
            }
        });
        self.pending *= 1.0 - update.learning_rate * decay;
    }
}

/// The Euclidean norm of all gradients together.
pub fn norm(gradients: &mut Gradients) -> f64 {
    let mut blocks: Vec<&[f32]> = gradients.words.rows.chunks(BLOCK).collect();
    for (_, values) in gradients.dense.named() {
        blocks.extend(values.chunks(BLOCK));
    }
    let squares: Vec<f64> = blocks
        .par_iter()
        .map(|block| sum_of_squares(block))
        .collect();
    squares.iter().sum::<f64>().sqrt()
}
