//! A vocabulary and its weights: answers, and what each word adds to them.

use std::collections::HashMap;
use std::ops::Range;

use anyhow::{Result, ensure};
use rayon::prelude::*;

use crate::fit::softmax;
use crate::tokens::{Token, tokens};
use crate::vocabulary::Vocabulary;

pub struct Ngrams {
    pub vocabulary: Vocabulary,
    /// In the order of the outputs.
    pub labels: Vec<String>,
    /// Of each n-gram by label, and after them the labels' biases.
    pub(crate) weights: Vec<f32>,
}

/// What a label's logit, less the mean of all labels', is made of.
pub struct Contribution {
    pub tokens: Vec<Token>,
    /// Of each token.
    pub of_tokens: Vec<f64>,
    /// What is there without any word.
    pub bias: f64,
    /// As the model computes it.
    pub logit: f64,
}

impl Ngrams {
    /// `weights` as [`crate::fit`] leaves them.
    pub fn new(vocabulary: Vocabulary, labels: Vec<String>, weights: Vec<f32>) -> Result<Ngrams> {
        let expected = (vocabulary.ngrams().len() + 1) * labels.len();
        ensure!(
            labels.len() > 1 && weights.len() == expected,
            "{} weights for {} n-grams and {} labels",
            weights.len(),
            vocabulary.ngrams().len(),
            labels.len()
        );
        Ok(Ngrams {
            vocabulary,
            labels,
            weights,
        })
    }

    /// Weights and biases.
    pub fn parameters(&self) -> usize {
        self.weights.len()
    }

    /// One probability per label for each text.
    pub fn probabilities(&self, texts: &[&str]) -> Vec<Vec<f32>> {
        let of_text = |text: &&str| {
            let mut logits = self.logits(&self.row(&tokens(text)));
            softmax(&mut logits);
            logits
                .into_iter()
                .map(|probability| probability as f32)
                .collect()
        };
        texts.par_iter().map(of_text).collect()
    }

    /// Each word gets an equal part of every n-gram that it is in.
    pub fn contribution(&self, text: &str, class: usize) -> Contribution {
        let tokens = tokens(text);
        let occurrences: Vec<(u32, Range<usize>)> = self.vocabulary.occurrences(&tokens).collect();
        let mut counts: HashMap<u32, f64> = HashMap::new();
        for (column, _) in &occurrences {
            *counts.entry(*column).or_default() += 1.0;
        }
        let row = self.row(&tokens);
        let values: HashMap<u32, f32> = row.iter().copied().collect();
        let mut of_tokens = vec![0.0; tokens.len()];
        for (column, words) in occurrences {
            let place = column as usize;
            let share = f64::from(values[&column]) * centred(self.of_place(place), class);
            let part = share / counts[&column] / words.len() as f64;
            of_tokens[words]
                .iter_mut()
                .for_each(|of_token| *of_token += part);
        }
        let logits = self.logits(&row);
        let mean = logits.iter().sum::<f64>() / logits.len() as f64;
        Contribution {
            tokens,
            of_tokens,
            bias: centred(self.biases(), class),
            logit: logits[class] - mean,
        }
    }

    fn row(&self, tokens: &[Token]) -> Vec<(u32, f32)> {
        let columns = self
            .vocabulary
            .occurrences(tokens)
            .map(|(column, _)| column);
        self.vocabulary.weigh(columns).into_iter().collect()
    }

    fn logits(&self, row: &[(u32, f32)]) -> Vec<f64> {
        let mut logits: Vec<f64> = self.biases().iter().copied().map(f64::from).collect();
        for (column, value) in row {
            let weights = self.of_place(*column as usize);
            for (logit, weight) in logits.iter_mut().zip(weights) {
                *logit += f64::from(*value) * f64::from(*weight);
            }
        }
        logits
    }

    fn of_place(&self, place: usize) -> &[f32] {
        &self.weights[place * self.labels.len()..(place + 1) * self.labels.len()]
    }

    fn biases(&self) -> &[f32] {
        self.of_place(self.vocabulary.ngrams().len())
    }
}

/// A label's weight less the mean of all labels'.
fn centred(weights: &[f32], class: usize) -> f64 {
    let sum: f64 = weights.iter().copied().map(f64::from).sum();
    f64::from(weights[class]) - sum / weights.len() as f64
}
