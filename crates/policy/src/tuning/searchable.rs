//! The hyperparameters of the classifier that a study may search, and the values that each takes: a trial with another
//! value fails after its machine has been paid for. The classifier's tests hold that it refuses the same.

use std::fmt;

use contracts::tuning::Range;

/// The values that a hyperparameter takes. Ends are included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Whole(i64, i64),
    Fraction(f64, f64),
    OneOf(&'static [&'static str]),
}

use Kind::{Fraction, OneOf, Whole};

/// Above 0.
const POSITIVE: Kind = Fraction(f64::MIN_POSITIVE, f64::MAX);
/// Below 1, as far as a 32-bit number can tell.
const SHARE: Kind = Fraction(0.0, 0.999_999);
/// As large as a count can be.
const MANY: i64 = u32::MAX as i64;
const COUNT: Kind = Whole(1, MANY);
const TRUTH: Kind = OneOf(&["true", "false"]);

const OF_FASTTEXT: &[(&str, Kind)] = &[
    ("balance", TRUTH),
    ("buckets", Whole(1, 1 << 30)),
    ("early_stopping", TRUTH),
    ("epochs", Whole(0, MANY)),
    (
        "learning_rate",
        Fraction(f32::MIN_POSITIVE as f64, f32::MAX as f64),
    ),
    ("max_char", Whole(0, 64)),
    ("min_char", Whole(0, 64)),
    ("min_count", Whole(0, MANY)),
    ("min_epochs", Whole(0, MANY)),
    ("patience", COUNT),
    ("vector_dim", Whole(1, 4096)),
    ("word_ngrams", Whole(1, 16)),
    ("words", OneOf(&["lower", "whitespace"])),
];

const OF_NGRAMS: &[(&str, Kind)] = &[
    ("balance", TRUTH),
    ("c", Fraction(0.0, f64::MAX)),
    ("max_features", COUNT),
    ("min_count", COUNT),
    ("word_ngrams", Whole(0, 5)),
];

const OF_BERT: &[(&str, Kind)] = &[
    ("attention_probs_dropout_prob", SHARE),
    ("balance", TRUTH),
    ("class_weights", TRUTH),
    ("epochs", COUNT),
    ("freeze_bert_layer", TRUTH),
    ("gradient_accumulation", COUNT),
    ("hidden_dropout_prob", SHARE),
    ("keep", OneOf(&["best", "last"])),
    ("learning_rate", POSITIVE),
    ("max_grad_norm", POSITIVE),
    ("max_seq_length", Whole(3, 512)),
    ("max_steps", Whole(0, MANY)),
    ("patience", COUNT),
    ("train_batch_size", COUNT),
    ("warmup_ratio", SHARE),
    ("weight_decay", SHARE),
];

/// A pretrained model has its own.
const OF_A_FRESH_BERT: &[(&str, Kind)] = &[
    ("hidden_size", COUNT),
    ("initializer_range", POSITIVE),
    ("intermediate_size", COUNT),
    ("model_type", OneOf(&["bert", "roberta", "distilbert"])),
    ("num_attention_heads", COUNT),
    ("num_hidden_layers", COUNT),
    ("vocab_size", Whole(64, 500_000)),
];

pub fn of_algorithm(algorithm: &str, is_pretrained: bool) -> Vec<(&'static str, Kind)> {
    match (algorithm, is_pretrained) {
        ("bert", true) => OF_BERT.to_vec(),
        ("bert", false) => [OF_BERT, OF_A_FRESH_BERT].concat(),
        ("fasttext", _) => OF_FASTTEXT.to_vec(),
        ("ngrams", _) => OF_NGRAMS.to_vec(),
        _ => Vec::new(),
    }
}

impl Kind {
    /// The range with values of this kind: whole ends are fractions too. Errors say what the values are.
    pub fn of(self, range: Range) -> Result<Range, String> {
        match (self, &range) {
            (_, Range::Categorical { values }) => {
                let wrong = values.iter().find(|value| !self.takes(value));
                wrong.map_or(Ok(()), |value| {
                    Err(format!("{value} is none of its values: {self}"))
                })?;
                Ok(range)
            }
            (OneOf(_), _) => Err(format!("its values are no numbers: {self}")),
            (Whole(..), Range::Continuous { .. }) => Err(format!("its values are {self}")),
            (
                _,
                Range::Integer {
                    min,
                    max,
                    logarithmic,
                }
                | Range::Continuous {
                    min,
                    max,
                    logarithmic,
                },
            ) => {
                let outside = [min, max].into_iter().find(|end| !self.takes(end));
                if let Some(end) = outside {
                    return Err(format!("{end} is none of its values: {self}"));
                }
                Ok(match self {
                    Fraction(..) => Range::Continuous {
                        min: min.clone(),
                        max: max.clone(),
                        logarithmic: *logarithmic,
                    },
                    Whole(..) | OneOf(_) => range,
                })
            }
        }
    }

    fn takes(self, value: &str) -> bool {
        match self {
            Whole(least, most) => value
                .parse()
                .is_ok_and(|value| (least..=most).contains(&value)),
            Fraction(least, most) => value
                .parse()
                .is_ok_and(|value| (least..=most).contains(&value)),
            // A training reads Python's booleans, too.
            OneOf(values) => match value {
                "True" => values.contains(&"true"),
                "False" => values.contains(&"false"),
                _ => values.contains(&value),
            },
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Whole(least, most) if most == MANY => {
                write!(f, "whole numbers from {least} on")
            }
            Whole(least, most) => write!(f, "whole numbers from {least} to {most}"),
            SHARE => write!(f, "numbers from 0, below 1"),
            Fraction(least, _) if least > 0.0 => write!(f, "numbers above 0"),
            Fraction(..) => write!(f, "numbers from 0 on"),
            OneOf(values) => write!(f, "{}", values.join(", ")),
        }
    }
}
