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
    /// Longer n-grams, and n-grams of characters beside the words, were not better on the clothing reviews.
    pub struct Hyperparameters {
        algorithm: String = "ngrams".to_owned(),
        /// Neighbouring words joined, at most; 0 tries 1 and 2.
        word_ngrams: usize = 0,
        /// Texts that an n-gram must be in.
        min_count: u32 = 2,
        /// N-grams kept at most, those of most texts: the fit of three labels then takes 0.7 GB.
        max_features: usize = 1_000_000,
        /// scikit-learn's `C`, the inverse of the regularisation's strength; 0 tries some. What is tried is chosen by
        /// the loss of the validation rows.
        c: f64 = 0.0,
        /// Rows of a rare class count more, so that all classes together count the same.
        balance: bool = true,
        text_column: String = "review_body".to_owned(),
        label_column: String = "sentiment".to_owned(),
    }
}

impl Hyperparameters {
    /// Errors name the hyperparameter.
    pub fn parse(values: &Values) -> Result<Hyperparameters> {
        let own = named::without(values, &OF_OTHERS, "a logistic regression")?;
        let hyperparameters: Hyperparameters = named::parse(&own)?;
        let Hyperparameters {
            word_ngrams,
            min_count,
            max_features,
            c,
            ..
        } = hyperparameters;
        ensure!(
            word_ngrams <= 5,
            "hyperparameter `word_ngrams` must be at most 5"
        );
        for (name, value) in [
            ("max_features", max_features),
            ("min_count", min_count as usize),
        ] {
            ensure!(value > 0, "hyperparameter `{name}` must be at least 1");
        }
        ensure!(
            c.is_finite() && c >= 0.0,
            "hyperparameter `c` must be 0 or above"
        );
        Ok(hyperparameters)
    }
}
