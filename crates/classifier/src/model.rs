//! BERT, RoBERTa and DistilBERT for sequence classification.
//!
//! Tensors come by name. [`network`] computes with them in training, forward and back; [`inference`]
//! computes the answers, and a test holds the one to the other.

pub mod config;
pub mod embed;
pub mod family;
pub mod folder;
pub mod inference;
pub mod init;
pub mod kernels;
pub mod network;
pub mod predict;
pub mod tensor;
pub mod tokenizer;
pub mod weights;

#[cfg(test)]
mod tests;

pub use config::BertConfig;
pub use family::Family;
pub use folder::ModelFolder;
pub use inference::Inference;
pub use tokenizer::TextEncoder;
