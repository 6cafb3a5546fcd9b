//! The hyperparameters of `algorithm=ngrams`.

use anyhow::{Result, ensure};

use crate::training::named::{self, Values, hyperparameters};

/// The pipeline passes them to any algorithm. A logistic regression has one minimum, which is found
/// without epochs, and nothing is drawn.
const OF_OTHERS: [&str; 5] = [
    "epochs",
    "learning_rate",
    "train_batch_size",
    "max_seq_length",
    "seed",
];

hyperparameters! {
    /// On five splits of the balanced clothing reviews other strengths and longer n-grams were not
    /// distinguishable from these, nor were n-grams of characters beside the words.
    pub struct Hyperparameters {
        algorithm: String = "ngrams".to_owned(),
        /// Neighbouring words joined, at most.
        word_ngrams: usize = 2,
        /// Texts that an n-gram must be in.
        min_count: u32 = 2,
        /// N-grams kept at most: those of most texts.
        max_features: usize = 1_000_000,
        /// scikit-learn's `C`, the inverse of the regularisation's strength.
        c: f64 = 1.0,
        /// Rows of a rare class count more, so that all classes together count the same.
        balance: bool = true,
        text_column: String = "review_body".to_owned(),
        label_column: String = "sentiment".to_owned(),
    }
}

impl Hyperparameters {
    /// Errors name the hyperparameter.
    pub fn parse(values: &Values) -> Result<Hyperparameters> {
        let own = named::without(values, &OF_OTHERS, "a logistic regression");
        let hyperparameters: Hyperparameters = named::parse(&own)?;
        let Hyperparameters {
            word_ngrams,
            max_features,
            c,
            ..
        } = hyperparameters;
        ensure!(
            (1..=5).contains(&word_ngrams),
            "hyperparameter `word_ngrams` must be from 1 to 5"
        );
        ensure!(
            max_features > 0,
            "hyperparameter `max_features` must be at least 1"
        );
        ensure!(
            c.is_finite() && c > 0.0,
            "hyperparameter `c` must be above 0"
        );
        Ok(hyperparameters)
    }
}
