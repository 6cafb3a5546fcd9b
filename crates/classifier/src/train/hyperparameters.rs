//! The choice of algorithm, and BERT's hyperparameters with their defaults.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail, ensure};
use bert::Family;

use super::health::Actions;
use super::named::{self, Field, Named};

/// The defaults where training starts from fresh weights; a pretrained model has some of its own, see [`super::given`].
/// They train a small BERT on some thousand reviews with two cores in a
/// minute or two. They were chosen by validation scores on the clothing reviews and on synthetic
/// ones: with so few rows a second layer learned more slowly and no better, and small batches
/// (more steps) mattered most.
#[derive(Clone, Debug, PartialEq)]
pub struct Hyperparameters {
    pub algorithm: String,
    /// At most; see `patience`.
    pub epochs: u32,
    /// The peak of a linear rise and fall.
    pub learning_rate: f64,
    pub train_batch_size: usize,
    /// Rows that are taken at a time when validating, at most; it changes no result.
    pub validation_batch_size: usize,
    /// Batches whose gradients make one update, as if they were one larger batch.
    pub gradient_accumulation: usize,
    /// Updates at most, over all epochs; 0 for no limit.
    pub max_steps: usize,
    /// Trains the head alone (the pooler and the classifier), on top of what the encoder knows.
    pub freeze_bert_layer: bool,
    /// Updates from one checkpoint to the next, besides those after each epoch; 0 for none.
    pub checkpoint_steps: usize,
    /// See [`super::health`].
    pub health_rules: Actions,
    /// Tokens per text with `[CLS]` and `[SEP]`; longer texts lose their end.
    pub max_seq_length: usize,
    /// Decides initial weights, order and dropout; never the split, which is by content.
    pub seed: u64,
    /// Not applied to biases and layer norms.
    pub weight_decay: f32,
    /// Share of all steps in which the learning rate rises.
    pub warmup_ratio: f64,
    /// Gradients are scaled down to this norm.
    pub max_grad_norm: f64,
    /// Every epoch sees equally many rows of each class; of the larger ones another share each.
    pub balance: bool,
    /// Weighs each class's loss by the inverse of its share; changes nothing if balanced.
    pub class_weights: bool,
    /// The epoch whose weights become the model.
    pub keep: Keep,
    /// Epochs without a better balanced accuracy on the validation rows before training ends; where the last epoch is
    /// kept, it ends after all of them.
    pub patience: u32,
    pub text_column: String,
    pub label_column: String,
    // Where weights are pretrained, their probabilities unless given.
    pub hidden_dropout_prob: f32,
    pub attention_probs_dropout_prob: f32,
    // The rest shapes a model from scratch; a pretrained one brings its own.
    pub model_type: Family,
    pub vocab_size: usize,
    pub hidden_size: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    pub intermediate_size: usize,
    pub initializer_range: f64,
}

impl Default for Hyperparameters {
    fn default() -> Hyperparameters {
        Hyperparameters {
            algorithm: "bert".to_owned(),
            epochs: 5,
            learning_rate: 1e-3,
            train_batch_size: 16,
            validation_batch_size: 64,
            gradient_accumulation: 1,
            max_steps: 0,
            freeze_bert_layer: false,
            checkpoint_steps: 0,
            health_rules: Actions::default(),
            max_seq_length: 128,
            seed: 42,
            weight_decay: 0.01,
            warmup_ratio: 0.1,
            max_grad_norm: 1.0,
            balance: true,
            class_weights: true,
            keep: Keep::Best,
            patience: 2,
            text_column: "review_body".to_owned(),
            label_column: "sentiment".to_owned(),
            model_type: Family::Bert,
            vocab_size: 4096,
            hidden_size: 96,
            num_hidden_layers: 1,
            num_attention_heads: 4,
            intermediate_size: 192,
            hidden_dropout_prob: 0.1,
            attention_probs_dropout_prob: 0.1,
            // BERT's 0.02 at a width of 768 is 0.05 at 96 to 128: it goes with the root of the width.
            initializer_range: 0.05,
        }
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

/// Which family of models a job trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Bert,
    FastText,
}

impl Algorithm {
    /// By the hyperparameter `algorithm`; BlazingText's users say `mode` instead.
    pub fn of(values: &BTreeMap<String, String>) -> Result<Algorithm> {
        let named = values.get("algorithm").map(|name| named::unquoted(name));
        match named.as_deref() {
            Some("bert") => Ok(Algorithm::Bert),
            Some("fasttext") => Ok(Algorithm::FastText),
            Some(other) => bail!("algorithm {other:?} is not known: `bert` and `fasttext` are"),
            None if values.contains_key("mode") => Ok(Algorithm::FastText),
            None => Ok(Algorithm::Bert),
        }
    }
}

impl Hyperparameters {
    /// Errors name the hyperparameter.
    pub fn parse(values: &BTreeMap<String, String>) -> Result<Hyperparameters> {
        named::parse(values)
    }

    /// All of them, the defaults too, as SageMaker would pass them.
    pub fn to_strings(&self) -> BTreeMap<String, String> {
        named::to_strings(self)
    }
}

impl Named for Hyperparameters {
    /// The one list of names.
    fn each(&mut self, visit: &mut dyn FnMut(&str, &mut dyn Field)) {
        visit("algorithm", &mut self.algorithm);
        visit("epochs", &mut self.epochs);
        visit("learning_rate", &mut self.learning_rate);
        visit("train_batch_size", &mut self.train_batch_size);
        visit("validation_batch_size", &mut self.validation_batch_size);
        visit("gradient_accumulation", &mut self.gradient_accumulation);
        visit("max_steps", &mut self.max_steps);
        visit("freeze_bert_layer", &mut self.freeze_bert_layer);
        visit("checkpoint_steps", &mut self.checkpoint_steps);
        visit("health_rules", &mut self.health_rules);
        visit("max_seq_length", &mut self.max_seq_length);
        visit("seed", &mut self.seed);
        visit("weight_decay", &mut self.weight_decay);
        visit("warmup_ratio", &mut self.warmup_ratio);
        visit("max_grad_norm", &mut self.max_grad_norm);
        visit("balance", &mut self.balance);
        visit("class_weights", &mut self.class_weights);
        visit("keep", &mut self.keep);
        visit("patience", &mut self.patience);
        visit("text_column", &mut self.text_column);
        visit("label_column", &mut self.label_column);
        visit("model_type", &mut self.model_type);
        visit("vocab_size", &mut self.vocab_size);
        visit("hidden_size", &mut self.hidden_size);
        visit("num_hidden_layers", &mut self.num_hidden_layers);
        visit("num_attention_heads", &mut self.num_attention_heads);
        visit("intermediate_size", &mut self.intermediate_size);
        visit("hidden_dropout_prob", &mut self.hidden_dropout_prob);
        visit(
            "attention_probs_dropout_prob",
            &mut self.attention_probs_dropout_prob,
        );
        visit("initializer_range", &mut self.initializer_range);
    }

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
            (64..=500_000).contains(&self.vocab_size),
            "hyperparameter `vocab_size` must be from 64 to 500000"
        );
        ensure!(
            self.hidden_size.is_multiple_of(self.num_attention_heads),
            "hyperparameter `hidden_size` must be a multiple of `num_attention_heads`"
        );
        Ok(())
    }
}
