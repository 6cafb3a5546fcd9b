//! fastText's supervised mode, which SageMaker offers as `BlazingText`'s text classification: the
//! mean of word and n-gram vectors, then a linear classifier.
//!
//! Models are the official package's `model.bin` of version 12, not quantised; it reads ours and
//! we read its, with the same predictions. What the words of a text are is said by the training
//! card beside it (see [`words`]); without a card they are what stands between white space, as
//! everywhere in fastText.

pub mod corpus;
pub mod dictionary;
pub mod fit;
mod folder;
pub mod format;
pub mod hyperparameters;
pub mod loss;
pub mod matrix;
mod model;
pub mod train;
pub mod words;

#[cfg(test)]
mod tests;

pub use dictionary::LABEL_PREFIX;
pub use folder::FILE;
pub use hyperparameters::Hyperparameters;
pub use model::{Args, FastText};
