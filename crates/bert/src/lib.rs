//! BERT, RoBERTa and DistilBERT for sequence classification.
//!
//! [`network`] has the forward pass, the same for training and inference, and the backward pass;
//! [`inference`] runs the forward pass on the weights of a file. Loops over values belong to the crate
//! [`kernels`], which is optimised in every profile, so that this crate need not be.

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
