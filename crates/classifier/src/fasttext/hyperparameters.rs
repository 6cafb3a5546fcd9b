//! BlazingText's hyperparameters of `mode=supervised`, beside those that both algorithms have.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use fasttext::words::Words;

use crate::train::named::{self, Field, Named};

/// What the pipeline passes to either algorithm, though fastText has no use for it: it takes a
/// text at a time and all of it.
const OF_BERT: [&str; 2] = ["train_batch_size", "max_seq_length"];

/// Passes are this many, divided by the root of an epoch's rows: 46 for 300 rows, 20 for 1,600, 8 for 10,000.
const PASSES: f64 = 800.0;
const LEAST_PASSES: u32 = 5;

/// BlazingText's names. Where its default was measurably worse on the clothing reviews or would
/// make a `model.bin` of 800 MB, ours is another; its own stands in brackets.
#[derive(Clone, Debug, PartialEq)]
pub struct Hyperparameters {
    pub algorithm: String,
    /// Only `supervised`: without `algorithm` it says that fastText is meant.
    pub mode: String,
    /// At most; see `early_stopping`. 0 is what suits the rows, see [`Hyperparameters::for_rows`] (5).
    pub epochs: u32,
    /// Falls in a straight line to zero at the end of all epochs (0.05).
    pub learning_rate: f32,
    /// Neighbouring words joined, at most.
    pub word_ngrams: usize,
    /// Columns of both matrices (100).
    pub vector_dim: usize,
    /// Words that are rarer are dropped (5).
    pub min_count: u64,
    /// Rows that word and character n-grams share by hash (2000000).
    pub buckets: usize,
    /// Characters of subwords (3 and 6, but fastText's own default for classification is none).
    pub min_char: usize,
    pub max_char: usize,
    /// Stops by the validation rows and keeps the best epoch; otherwise the last one is kept.
    pub early_stopping: bool,
    /// Epochs before early stopping may stop.
    pub min_epochs: u32,
    /// Epochs without a better validation accuracy before training ends.
    pub patience: u32,
    /// Decides initial vectors and order; never the split, which is by content.
    pub seed: u64,
    /// Every epoch sees equally many rows of each class; of the larger ones another share each.
    pub balance: bool,
    /// What a word is: `lower` for texts as people write them, `whitespace` as fastText has it.
    pub words: Words,
    pub text_column: String,
    pub label_column: String,
}

impl Default for Hyperparameters {
    fn default() -> Hyperparameters {
        Hyperparameters {
            algorithm: "fasttext".to_owned(),
            mode: "supervised".to_owned(),
            epochs: 0,
            learning_rate: 0.3,
            word_ngrams: 2,
            vector_dim: 32,
            min_count: 2,
            buckets: 200_000,
            min_char: 0,
            max_char: 0,
            early_stopping: false,
            min_epochs: 5,
            patience: 4,
            seed: 42,
            balance: true,
            words: Words::Lower,
            text_column: "review_body".to_owned(),
            label_column: "sentiment".to_owned(),
        }
    }
}

impl Hyperparameters {
    /// Errors name the hyperparameter.
    pub fn parse(values: &BTreeMap<String, String>) -> Result<Hyperparameters> {
        let mut own = values.clone();
        for name in OF_BERT {
            if own.remove(name).is_some() {
                tracing::info!("fastText has no use for the hyperparameter `{name}`");
            }
        }
        named::parse(&own)
    }

    /// With a number of epochs, where none is given: few rows need more passes than many.
    pub fn for_rows(self, epoch_rows: usize) -> Hyperparameters {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 5 to 800"
        )]
        let suiting = (PASSES / (epoch_rows.max(1) as f64).sqrt()).ceil() as u32;
        let epochs = match self.epochs {
            0 => suiting.max(LEAST_PASSES),
            given => given,
        };
        Hyperparameters { epochs, ..self }
    }
}

impl Named for Hyperparameters {
    fn each(&mut self, visit: &mut dyn FnMut(&str, &mut dyn Field)) {
        visit("algorithm", &mut self.algorithm);
        visit("mode", &mut self.mode);
        visit("epochs", &mut self.epochs);
        visit("learning_rate", &mut self.learning_rate);
        visit("word_ngrams", &mut self.word_ngrams);
        visit("vector_dim", &mut self.vector_dim);
        visit("min_count", &mut self.min_count);
        visit("buckets", &mut self.buckets);
        visit("min_char", &mut self.min_char);
        visit("max_char", &mut self.max_char);
        visit("early_stopping", &mut self.early_stopping);
        visit("min_epochs", &mut self.min_epochs);
        visit("patience", &mut self.patience);
        visit("seed", &mut self.seed);
        visit("balance", &mut self.balance);
        visit("words", &mut self.words);
        visit("text_column", &mut self.text_column);
        visit("label_column", &mut self.label_column);
    }

    fn check(&self) -> Result<()> {
        ensure!(
            self.mode == "supervised",
            "hyperparameter `mode` is {:?}: only `supervised` classifies",
            self.mode
        );
        for (name, value) in [
            ("patience", self.patience as usize),
            ("word_ngrams", self.word_ngrams),
            ("vector_dim", self.vector_dim),
            ("buckets", self.buckets),
        ] {
            ensure!(value > 0, "hyperparameter `{name}` must be at least 1");
        }
        ensure!(
            self.learning_rate.is_finite() && self.learning_rate > 0.0,
            "hyperparameter `learning_rate` must be above 0"
        );
        for (name, value, most) in [
            ("vector_dim", self.vector_dim, 4096),
            ("word_ngrams", self.word_ngrams, 16),
            ("max_char", self.max_char, 64),
            ("buckets", self.buckets, 1 << 30),
        ] {
            ensure!(
                value <= most,
                "hyperparameter `{name}` must be at most {most}"
            );
        }
        ensure!(
            self.max_char == 0 || (1..=self.max_char).contains(&self.min_char),
            "hyperparameter `min_char` must be from 1 to `max_char`"
        );
        Ok(())
    }
}
