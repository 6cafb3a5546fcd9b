//! BERT, RoBERTa and DistilBERT for sequence classification.
//!
//! One definition serves training and serving: tensors come by name
//! through a `VarBuilder`, and only training passes [`Mode::Training`], which switches dropout on.

pub mod batch;
pub mod bert;
pub mod config;
pub mod embed;
pub mod family;
pub mod folder;
pub mod inference;
pub mod init;
pub mod kernels;
pub mod network;
pub mod predict;
pub mod tokenizer;
pub mod weights;

#[cfg(test)]
mod tests;

pub use batch::Batch;
pub use bert::{BertForSequenceClassification, Mode};
pub use config::BertConfig;
pub use family::Family;
pub use folder::ModelFolder;
pub use inference::Inference;
pub use tokenizer::TextEncoder;
