//! A model in memory, which answers.

use anyhow::{Context, Result, ensure};
use rayon::prelude::*;

use crate::dictionary::{Dictionary, Entry};
use crate::loss::{HuffmanTree, Loss};
use crate::matrix::Matrix;
use crate::words::{Tokenization, split};

/// The settings that a file carries, under the official names. Only `dim`, `word_ngrams`, `loss`,
/// `bucket`, `minn` and `maxn` decide predictions.
#[derive(Clone, Debug, PartialEq)]
pub struct Args {
    pub dim: i32,
    pub ws: i32,
    pub epoch: i32,
    pub min_count: i32,
    pub neg: i32,
    pub word_ngrams: i32,
    pub loss: Loss,
    pub bucket: i32,
    pub minn: i32,
    pub maxn: i32,
    pub lr_update_rate: i32,
    pub t: f64,
}

/// A model in memory, ready to answer.
pub struct FastText {
    pub args: Args,
    pub dictionary: Dictionary,
    /// One row per word, then one per bucket of n-grams.
    pub input: Matrix,
    /// One row per label; with hierarchical softmax one per inner node of the tree.
    pub output: Matrix,
    pub words: Tokenization,
    tree: HuffmanTree,
    labels: Vec<String>,
}

impl FastText {
    pub fn new(
        args: Args,
        dictionary: Dictionary,
        input: Matrix,
        output: Matrix,
    ) -> Result<FastText> {
        let dim = usize::try_from(args.dim).context("`dim` is negative")?;
        let (words, labels) = (dictionary.words().len(), dictionary.labels().len());
        ensure!(
            labels > 0,
            "the dictionary has no label: the model is not supervised"
        );
        // The official tool writes an output row per label also for the tree's inner nodes,
        // of which there is one less.
        for (name, matrix, rows) in [
            ("input", &input, words + dictionary.buckets()),
            ("output", &output, labels),
        ] {
            ensure!(
                (matrix.rows(), matrix.columns()) == (rows, dim),
                "the {name} matrix is {} x {}, the dictionary and `dim` want {rows} x {dim}",
                matrix.rows(),
                matrix.columns()
            );
        }
        Ok(FastText {
            labels: dictionary.labels().iter().map(Entry::label).collect(),
            tree: HuffmanTree::new(dictionary.labels().iter().map(|label| label.count)),
            args,
            dictionary,
            input,
            output,
            words: Tokenization::Whitespace,
        })
    }

    /// Without their prefix, in the order of the model's outputs.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// One probability per label for each text. They sum to one under (hierarchical) softmax;
    /// the other losses judge each label for itself.
    pub fn probabilities<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Vec<Vec<f32>> {
        texts
            .par_iter()
            .map(|text| self.row_probabilities(&self.rows(text.as_ref())))
            .collect()
    }

    /// The input rows of a text: its words, their subwords and the n-grams of words.
    pub fn rows(&self, text: &str) -> Vec<u32> {
        let mut rows = Vec::new();
        let tokenised = self.words.tokenised(text);
        self.dictionary.add_rows(split(&tokenised), &mut rows);
        rows
    }

    /// The same for a text that is known by its rows.
    pub fn row_probabilities(&self, rows: &[u32]) -> Vec<f32> {
        let mut hidden = vec![0f32; self.input.columns()];
        self.input.mean(rows, &mut hidden);
        let mut probabilities = Vec::new();
        self.args
            .loss
            .probabilities(&hidden, &self.output, &self.tree, &mut probabilities);
        probabilities.truncate(self.labels.len());
        probabilities
    }
}
