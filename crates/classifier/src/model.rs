//! BERT for sequence classification on candle.
//!
//! One definition serves training and serving: tensors come by the checkpoint's own names
//! through a `VarBuilder`, and only training passes [`Mode::Training`], which switches dropout on.

pub mod batch;
pub mod bert;
pub mod config;
pub mod folder;
pub mod init;
pub mod kernels;
pub mod network;
pub mod predict;
pub mod tokenizer;

#[cfg(test)]
mod tests;

pub use batch::Batch;
pub use bert::{BertForSequenceClassification, Mode};
pub use config::BertConfig;
pub use folder::ModelFolder;
pub use tokenizer::TextEncoder;
