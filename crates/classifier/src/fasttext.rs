//! The job around fastText: its hyperparameters by name, its channels, its epochs and its folder.
//!
//! What is computed is the crate [`fasttext`]'s. What the words of a text are is said by the
//! training card beside the model; without a card they are what stands between white space.

pub mod corpus;
pub mod fit;
pub mod folder;
pub mod hyperparameters;
pub mod train;

#[cfg(test)]
mod tests;

pub use folder::FILE;
pub use hyperparameters::Hyperparameters;
