//! fastText's supervised mode, which SageMaker offers as `BlazingText`'s text classification: the
//! mean of word and n-gram vectors, then a linear classifier.
//!
//! Models are the official package's `model.bin` of version 12, not quantised; it reads ours and we
//! read its, with the same predictions. The file does not say how texts are split into words,
//! [`FastText::words`]: at white space, as everywhere in fastText, unless the caller sets another
//! way (see [`words`]).
//!
//! Training is [`Corpus`], then [`Vectors`] an epoch at a time. Closures are taken as `&dyn Fn`: a generic
//! function would be compiled in the caller's crate, at that crate's level of optimisation.

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
