//! BERT's hyperparameters with their defaults.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, ensure};
use bert::Family;

use super::health::Actions;
use crate::training::named::{self, Values, hyperparameters};

hyperparameters! {
    /// The defaults where training starts from fresh weights; a pretrained model has some of its own, see [`super::given`].
    /// They train a small BERT on some thousand reviews with two cores in a
    /// minute or two. They were chosen by validation scores on the clothing reviews and on synthetic
    /// ones: with so few rows a second layer learned more slowly and no better, and small batches
    /// (more steps) mattered most.
    pub struct Hyperparameters {
        algorithm: String = "bert".to_owned(),
        /// At most; see `patience`.
        epochs: u32 = 5,
        /// The peak of a linear rise and fall.
        learning_rate: f64 = 1e-3,
        train_batch_size: usize = 16,
        /// Rows that are taken at a time when validating, at most; it changes no result.
        validation_batch_size: usize = 64,
        /// Batches whose gradients make one update, as if they were one larger batch.
        gradient_accumulation: usize = 1,
        /// Updates at most, over all epochs; 0 for no limit.
        max_steps: usize = 0,
        /// Trains the head alone (the pooler and the classifier), on top of what the encoder knows.
        freeze_bert_layer: bool = false,
        /// Updates from one checkpoint to the next, besides those after each epoch; 0 for none.
        checkpoint_steps: usize = 0,
        /// See [`super::health`].
        health_rules: Actions = Actions::default(),
        /// Tokens per text with `[CLS]` and `[SEP]`; longer texts lose their end.
        max_seq_length: usize = 128,
        /// Decides initial weights, order and dropout; never the split, which is by content.
        seed: u64 = 42,
        /// Not applied to biases and layer norms.
        weight_decay: f32 = 0.01,
        /// Share of all steps in which the learning rate rises.
        warmup_ratio: f64 = 0.1,
        /// Gradients are scaled down to this norm.
        max_grad_norm: f64 = 1.0,
        /// Every epoch sees equally many rows of each class; of the larger ones another share each.
        balance: bool = true,
        /// Weighs each class's loss by the inverse of its share, where `balance` is false.
        class_weights: bool = true,
        /// The epoch whose weights become the model.
        keep: Keep = Keep::Best,
        /// Epochs without a better balanced accuracy on the validation rows before training ends, where the best epoch is
        /// kept.
        patience: u32 = 2,
        text_column: String = "review_body".to_owned(),
        label_column: String = "sentiment".to_owned(),
        // Where weights are pretrained, their probabilities unless given.
        hidden_dropout_prob: f32 = 0.1,
        attention_probs_dropout_prob: f32 = 0.1,
        // The rest shapes a model from scratch; a pretrained one brings its own.
        model_type: Family = Family::Bert,
        vocab_size: usize = 4096,
        hidden_size: usize = 96,
        num_hidden_layers: usize = 1,
        num_attention_heads: usize = 4,
        intermediate_size: usize = 192,
        // BERT's 0.02 at a width of 768 is 0.05 at 96 to 128: it goes with the root of the width.
        initializer_range: f64 = 0.05,
    }
}

/// Which epoch's weights become the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    Last,
    /// By balanced accuracy on the validation rows; the first of equals.
    Best,
}

impl FromStr for Keep {
    type Err = String;

    fn from_str(text: &str) -> Result<Keep, String> {
        match text {
            "last" => Ok(Keep::Last),
            "best" => Ok(Keep::Best),
            _ => Err("it is `last`, `best` or `auto`".to_owned()),
        }
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Keep::Last => "last",
            Keep::Best => "best",
        })
    }
}

impl Hyperparameters {
    /// Errors name the hyperparameter.
    pub fn parse(values: &Values) -> Result<Hyperparameters> {
        let hyperparameters: Hyperparameters = named::parse(values)?;
        hyperparameters.check()?;
        named::refuse_idle(&hyperparameters, "bert")?;
        Ok(hyperparameters)
    }

    /// All of them, the defaults too, as SageMaker would pass them.
    pub fn to_strings(&self) -> Values {
        named::to_strings(self)
    }

    /// Errors name the hyperparameter whose value cannot be.
    fn check(&self) -> Result<()> {
        ensure!(
            self.algorithm == "bert",
            "algorithm {:?} has other hyperparameters",
            self.algorithm
        );
        let at_least_one = [
            ("epochs", self.epochs as usize),
            ("train_batch_size", self.train_batch_size),
            ("validation_batch_size", self.validation_batch_size),
            ("gradient_accumulation", self.gradient_accumulation),
            ("patience", self.patience as usize),
            ("hidden_size", self.hidden_size),
            ("num_hidden_layers", self.num_hidden_layers),
            ("num_attention_heads", self.num_attention_heads),
            ("intermediate_size", self.intermediate_size),
        ];
        for (name, value) in at_least_one {
            ensure!(value > 0, "hyperparameter `{name}` must be at least 1");
        }
        for (name, value) in [
            ("learning_rate", self.learning_rate),
            ("max_grad_norm", self.max_grad_norm),
            ("initializer_range", self.initializer_range),
        ] {
            ensure!(
                value.is_finite() && value > 0.0,
                "hyperparameter `{name}` must be above 0"
            );
        }
        let shares = [
            ("warmup_ratio", self.warmup_ratio),
            ("weight_decay", f64::from(self.weight_decay)),
            ("hidden_dropout_prob", f64::from(self.hidden_dropout_prob)),
            (
                "attention_probs_dropout_prob",
                f64::from(self.attention_probs_dropout_prob),
            ),
        ];
        for (name, value) in shares {
            ensure!(
                (0.0..1.0).contains(&value),
                "hyperparameter `{name}` must be at least 0 and below 1"
            );
        }
        ensure!(
            (3..=512).contains(&self.max_seq_length),
            "hyperparameter `max_seq_length` must be from 3 to 512"
        );
        ensure!(
            self.hidden_size.is_multiple_of(self.num_attention_heads),
            "hyperparameter `hidden_size` must be a multiple of `num_attention_heads`"
        );
        Ok(())
    }

    /// The vocabulary that is trained here; a pretrained model's is as large as it is.
    pub fn check_vocabulary(&self) -> Result<()> {
        ensure!(
            (64..=500_000).contains(&self.vocab_size),
            "hyperparameter `vocab_size` must be from 64 to 500000"
        );
        Ok(())
    }
}
