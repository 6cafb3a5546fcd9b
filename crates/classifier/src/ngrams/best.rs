//! Which n-grams and which strength: those with the least loss on the validation rows.

use anyhow::{Context, Result};
use ngrams::{Fit, Ngrams, Problem, Settings, Vocabulary, fit};

use super::Hyperparameters;
use crate::training::examples::{Example, Examples};

/// Pairs of words say more where there are enough texts, and drown the words where there are few.
const WORD_NGRAMS: [usize; 2] = [1, 2];
/// From the strongest regularisation on; the next is tried while the loss falls.
const STRENGTHS: [f64; 8] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0];

struct Fitted {
    loss: f64,
    vocabulary: Vocabulary,
    weights: Vec<f64>,
    c: f64,
}

/// The model, and its hyperparameters with what was chosen.
pub fn best(
    examples: &Examples,
    labels: Vec<String>,
    hyperparameters: Hyperparameters,
) -> Result<(Ngrams, Hyperparameters)> {
    let sizes = match hyperparameters.word_ngrams {
        0 => WORD_NGRAMS.to_vec(),
        given => vec![given],
    };
    let of_size = |word_ngrams| of_size(examples, labels.len(), word_ngrams, &hyperparameters);
    let fitted: Vec<Fitted> = sizes.into_iter().map(of_size).collect::<Result<_>>()?;
    let best = fitted.into_iter().min_by(|a, b| a.loss.total_cmp(&b.loss));
    let best = best.expect("at least one size");
    let hyperparameters = Hyperparameters {
        word_ngrams: best.vocabulary.word_ngrams(),
        c: best.c,
        ..hyperparameters
    };
    let weights = best.weights.into_iter().map(|weight| weight as f32);
    let model = Ngrams::new(best.vocabulary, labels, weights.collect())?;
    Ok((model, hyperparameters))
}

fn of_size(
    examples: &Examples,
    labels: usize,
    word_ngrams: usize,
    hyperparameters: &Hyperparameters,
) -> Result<Fitted> {
    let texts_of_train = texts(&examples.train);
    let settings = Settings {
        word_ngrams,
        min_count: hyperparameters.min_count,
        max_features: hyperparameters.max_features,
    };
    let vocabulary =
        Vocabulary::count(&texts_of_train, settings).context("read the train channel")?;
    let columns = vocabulary.ngrams().len();
    let classes = [classes(&examples.train), classes(&examples.validation)];
    let class_weights = class_weights(&classes[0], labels, hyperparameters.balance);
    let rows = [
        vocabulary.rows(&texts_of_train),
        vocabulary.rows(&texts(&examples.validation)),
    ];
    let [train, validation] = [0, 1].map(|part| Problem {
        rows: &rows[part],
        columns,
        classes: &classes[part],
        class_weights: &class_weights,
    });
    let strengths = match hyperparameters.c {
        0.0 => STRENGTHS.to_vec(),
        given => vec![given],
    };
    let mut best: Option<(f64, f64, Vec<f64>)> = None;
    for c in strengths {
        let start = best.as_ref().map(|(_, _, weights)| weights.clone());
        let Fit { weights, converged } = fit(&train, c, start);
        if !converged {
            tracing::warn!("C {c}: the fit was ended before its minimum");
        }
        let loss = validation.loss(&weights);
        tracing::info!(
            "n-grams of at most {word_ngrams} words ({columns}), C {c}: validation loss {loss:.4}"
        );
        if best.as_ref().is_some_and(|(least, ..)| *least <= loss) {
            break;
        }
        best = Some((loss, c, weights));
    }
    let (loss, c, weights) = best.expect("at least one strength");
    Ok(Fitted {
        loss,
        vocabulary,
        weights,
        c,
    })
}

fn classes(examples: &[Example]) -> Vec<usize> {
    examples.iter().map(|row| row.class).collect()
}

pub fn texts(examples: &[Example]) -> Vec<&str> {
    examples.iter().map(|row| row.text.as_str()).collect()
}

/// Balanced, each class counts as much as the rows divided by the classes.
fn class_weights(classes: &[usize], labels: usize, balance: bool) -> Vec<f64> {
    let mut rows = vec![0f64; labels];
    classes.iter().for_each(|class| rows[*class] += 1.0);
    let even = classes.len() as f64 / labels as f64;
    let weight = |rows: &f64| if balance { even / rows } else { 1.0 };
    rows.iter().map(weight).collect()
}
