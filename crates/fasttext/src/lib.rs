//! fastText's supervised mode, which SageMaker offers as `BlazingText`'s text classification: the
//! mean of word and n-gram vectors, then a linear classifier.
//!
//! Models are the official package's `model.bin` of version 12, not quantised; it reads ours and
//! we read its, with the same predictions. What the words of a text are is [`FastText::words`],
//! which the file does not say: what stands between white space, as everywhere in fastText, unless
//! the caller knows better (see [`words`]).
//!
//! Training is [`Corpus`], then [`Vectors`] an epoch at a time. What the caller hands over here is called
//! through a pointer: what is generic over it would be compiled in the caller's crate, with its optimisation.

pub mod corpus;
pub mod dictionary;
pub mod format;
pub mod loss;
pub mod matrix;
mod model;
pub mod text;
pub mod vectors;
pub mod words;

#[cfg(test)]
mod tests;

pub use corpus::Corpus;
pub use dictionary::LABEL_PREFIX;
pub use model::{Args, FastText};
pub use vectors::Vectors;
