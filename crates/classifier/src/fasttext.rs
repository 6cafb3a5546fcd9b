//! The job around fastText: its hyperparameters by name, its channels, its epochs and its folder.
//!
//! What is computed is the crate [`fasttext`]'s. The training card beside the model says how texts
//! are split into words; without a card they are split at white space.

pub mod corpus;
pub mod fit;
pub mod folder;
pub mod hyperparameters;
pub mod train;

#[cfg(test)]
mod tests;

pub use folder::FILE;
pub use hyperparameters::Hyperparameters;
