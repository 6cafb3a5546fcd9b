//! BlazingText's hyperparameters of `mode=supervised`, beside those that all algorithms have.

use anyhow::{Result, ensure};
use fasttext::words::Tokenization;

use crate::training::named::{self, Values, hyperparameters};

/// Hyperparameters that the pipeline passes to any algorithm. fastText has no use for them: it
/// takes one text at a time, and all of it.
const OF_BERT: [&str; 2] = ["train_batch_size", "max_seq_length"];

/// Passes are this many, divided by the root of an epoch's rows: 46 for 300 rows, 20 for 1,600, 8 for 10,000.
const PASSES: f64 = 800.0;
const LEAST_PASSES: u32 = 5;

hyperparameters! {
    /// BlazingText's names. Where its default was measurably worse on the clothing reviews or would
    /// make a `model.bin` of 800 MB, ours is another; its own stands in brackets.
    pub struct Hyperparameters {
        algorithm: String = "fasttext".to_owned(),
        /// Only `supervised`. Without `algorithm`, this name selects fastText.
        mode: String = "supervised".to_owned(),
        /// At most; see `early_stopping`. 0 is what suits the rows, see [`Hyperparameters::for_rows`] (5).
        epochs: u32 = 0,
        /// Falls in a straight line to zero at the end of all epochs (0.05).
        learning_rate: f32 = 0.3,
        /// Neighbouring words joined, at most.
        word_ngrams: usize = 2,
        /// Columns of both matrices (100).
        vector_dim: usize = 32,
        /// Words that are rarer are dropped (5).
        min_count: u64 = 2,
        /// Rows that word and character n-grams share by hash (2000000).
        buckets: usize = 200_000,
        /// Characters of subwords (3 and 6, but fastText's own default for classification is none).
        min_char: usize = 0,
        max_char: usize = 0,
        /// Stops by the validation rows and keeps the best epoch; otherwise the last one is kept.
        early_stopping: bool = false,
        /// Epochs before `early_stopping` may stop.
        min_epochs: u32 = 5,
        /// Epochs without a better validation accuracy before `early_stopping` stops.
        patience: u32 = 4,
        /// Decides initial vectors and order; never the split, which is by content.
        seed: u64 = 42,
        /// Every epoch sees equally many rows of each class; of the larger ones another share each.
        balance: bool = true,
        /// What a word is: `lower` for texts as people write them, `whitespace` as fastText has it.
        words: Tokenization = Tokenization::Lower,
        text_column: String = "review_body".to_owned(),
        label_column: String = "sentiment".to_owned(),
    }
}

impl Hyperparameters {
    /// Errors name the hyperparameter.
    pub fn parse(values: &Values) -> Result<Hyperparameters> {
        let own = named::without(values, &OF_BERT, "fastText")?;
        let hyperparameters: Hyperparameters = named::parse(&own)?;
        hyperparameters.check()?;
        named::refuse_idle(&hyperparameters, "fasttext")?;
        Ok(hyperparameters)
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

    /// Errors name the hyperparameter whose value cannot be.
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
