//! BERT, RoBERTa and DistilBERT for sequence classification.
//!
//! Tensors come by name. [`network`] has the one forward pass, and the way back for training;
//! [`inference`] answers with it from a file. The crate [`kernels`] is where the numbers are crunched: a
//! loop over values belongs there, so that this crate need not be optimised for tests and the demo.

pub mod config;
pub mod digest;
pub mod embed;
pub mod family;
pub mod files;
pub mod folder;
pub mod inference;
pub mod init;
pub mod loss;
pub mod network;
pub mod optimizer;
mod passes;
pub mod predict;
pub mod tensor;
pub mod tokenizer;
pub mod weights;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use config::BertConfig;
pub use family::Family;
pub use folder::ModelFolder;
pub use inference::Inference;
pub use tokenizer::TextEncoder;
