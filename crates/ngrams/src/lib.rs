//! Multinomial logistic regression on the n-grams of a text, weighted by tf-idf: the model that any
//! larger one has to beat, trained in seconds.
//!
//! A [`Vocabulary`] is counted on the training texts and makes [`Rows`] of texts. [`fit`] finds the
//! weights, and [`Ngrams`] is both together, with the labels: it answers texts, says what each of their
//! words adds, and is one file, `ngrams.safetensors`.
//!
//! Its functions take slices of `&str`: what is generic would be compiled in the caller's crate, with its
//! optimisation.

mod file;
mod fit;
mod lbfgs;
mod model;
mod rows;
mod tokens;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use file::{read, write};
pub use fit::{Fit, Problem, fit};
pub use model::{Contribution, Ngrams};
pub use rows::Rows;
pub use tokens::{Token, tokens};
pub use vocabulary::{Settings, Vocabulary};
