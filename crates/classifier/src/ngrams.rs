//! The job around logistic regression on n-grams: its hyperparameters by name, its channels and its
//! folder. What is computed is the crate [`ngrams`](::ngrams)'s.

mod best;
pub mod folder;
pub mod hyperparameters;
pub mod train;

#[cfg(test)]
mod tests;

pub use folder::FILE;
pub use hyperparameters::Hyperparameters;
