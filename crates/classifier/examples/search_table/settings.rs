//! The space of the table, and its settings.

use serde::Serialize;
use tuning::{Direction, Parameter, Range, Scaling, Space, Strategy, Study, Values};

/// A parameter as the table's header has it.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    Continuous {
        name: String,
        min: f64,
        max: f64,
        scaling: &'static str,
    },
    Integer {
        name: String,
        min: i64,
        max: i64,
        scaling: &'static str,
    },
    Categorical {
        name: String,
        values: Vec<String>,
    },
}

/// Points that fill the space evenly, always the same.
pub fn settings(count: usize) -> Vec<Values> {
    let study = Study {
        space: space(),
        strategy: Strategy::Random,
        direction: Direction::Maximize,
        warm: Vec::new(),
        seed: 0,
    };
    study.suggest(&[], count)
}

/// `classifier train`'s hyperparameters under its names.
fn space() -> Space {
    let integer = |min, max| Range::Integer {
        min,
        max,
        scaling: Scaling::Linear,
    };
    let categorical = |values: &[&str]| Range::Categorical {
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    let rates = Range::Continuous {
        min: 0.01,
        max: 2.0,
        scaling: Scaling::Logarithmic,
    };
    let parameters = [
        ("learning_rate", rates),
        ("vector_dim", integer(10, 150)),
        ("word_ngrams", integer(1, 3)),
        ("min_count", integer(1, 10)),
        ("max_char", categorical(&["0", "4"])),
        ("words", categorical(&["lower", "whitespace"])),
        (
            "text_column",
            categorical(&["Review Text", "Title,Review Text"]),
        ),
    ];
    let parameters = parameters.map(|(name, range)| Parameter {
        name: name.to_owned(),
        range,
    });
    Space::new(parameters.to_vec()).expect("the ranges are sound")
}

pub fn shown() -> Vec<Shown> {
    let space = space();
    let parameters = space.parameters().iter().cloned();
    let shown = parameters.map(|Parameter { name, range }| match range {
        Range::Continuous { min, max, scaling } => {
            let scaling = spelled(scaling);
            Shown::Continuous {
                name,
                min,
                max,
                scaling,
            }
        }
        Range::Integer { min, max, scaling } => {
            let scaling = spelled(scaling);
            Shown::Integer {
                name,
                min,
                max,
                scaling,
            }
        }
        Range::Categorical { values } => Shown::Categorical { name, values },
    });
    shown.collect()
}

fn spelled(scaling: Scaling) -> &'static str {
    match scaling {
        Scaling::Auto => "Auto",
        Scaling::Linear => "Linear",
        Scaling::Logarithmic => "Logarithmic",
        Scaling::ReverseLogarithmic => "ReverseLogarithmic",
    }
}
