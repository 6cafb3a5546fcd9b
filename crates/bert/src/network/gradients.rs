//! The accumulated gradients of a batch.

use std::collections::HashMap;

use kernels::product::Onto;
use kernels::rows::{add, resize};

use super::Parameters;
use super::parameters::{is_head, is_linear};

pub struct Gradients {
    /// Of everything but the word embeddings; what is not wanted is empty.
    pub dense: Parameters,
    pub words: WordGradients,
    pub wanted: Wanted,
    /// What the next backward pass does with the weights of linear maps: the batch's first one needs no zeros.
    pub(super) onto: Onto,
}

/// What a backward pass computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Everything,
    /// Gradients of the pooler and the classifier alone: the encoder is frozen.
    Head,
    /// Gradients with respect to the word embeddings alone (integrated gradients).
    WordEmbeddings,
}

/// Rows of the word embeddings' gradient: those that the batch's texts touch.
#[derive(Default)]
pub struct WordGradients {
    /// Ascending.
    pub ids: Vec<u32>,
    /// A row per id.
    pub rows: Vec<f32>,
    places: HashMap<u32, usize>,
}

impl Wanted {
    fn wants(self, name: &str) -> bool {
        match self {
            Wanted::Everything => !name.ends_with("word_embeddings.weight"),
            Wanted::Head => is_head(name),
            Wanted::WordEmbeddings => false,
        }
    }
}

impl Gradients {
    pub fn new(parameters: &mut Parameters, wanted: Wanted) -> Gradients {
        let mut dense = Parameters::of_layers(parameters.layers.len());
        let tensors = dense.named().into_iter().zip(parameters.named());
        for ((name, zeros), (_, values)) in tensors {
            if wanted.wants(&name) {
                *zeros = vec![0.0; values.len()];
            }
        }
        Gradients {
            dense,
            words: WordGradients::default(),
            wanted,
            onto: Onto::Replace,
        }
    }

    /// Begins a batch, with a row of the word embeddings' gradient for each of these tokens.
    pub fn start<'a>(&mut self, tokens: impl Iterator<Item = &'a u32>, hidden: usize) {
        for (name, values) in self.dense.named() {
            if !is_linear(&name) {
                values.fill(0.0);
            }
        }
        self.onto = Onto::Replace;
        self.words.start(tokens, hidden);
    }
}

impl WordGradients {
    fn start<'a>(&mut self, tokens: impl Iterator<Item = &'a u32>, hidden: usize) {
        self.ids = tokens.copied().collect();
        self.ids.sort_unstable();
        self.ids.dedup();
        self.places = self.ids.iter().copied().zip(0..).collect();
        self.rows.clear();
        resize(&mut self.rows, self.ids.len() * hidden);
    }

    /// The gradient of one word, if the batch has it.
    pub fn row(&self, id: usize) -> Option<&[f32]> {
        let width = self.rows.len() / self.ids.len().max(1);
        let place = self.places.get(&u32::try_from(id).ok()?)?;
        Some(&self.rows[place * width..(place + 1) * width])
    }

    pub(super) fn add(&mut self, id: u32, gradient: &[f32]) {
        let place = self.places[&id] * gradient.len();
        add(&mut self.rows[place..place + gradient.len()], gradient);
    }
}
