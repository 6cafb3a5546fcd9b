//! The encoder and its head as plain matrices: what training computes with.
//!
//! `forward` leaves on a [`Tape`] what `backward` needs, layer by layer; nothing is allocated per
//! step. Texts lie one after another without padding, so no token is computed in vain and no mask
//! is needed. Of the last layer only the first token of each text is computed, for the head reads
//! no other. Both are tested against the definition in f64, and against what PyTorch computed.

mod attention;
mod backward;
mod forward;
mod gradients;
mod parameters;
mod tape;
mod texts;
mod weight_gradients;

#[cfg(test)]
mod tests;

pub use gradients::{Gradients, WordGradients};
pub use parameters::{Layer, Linear, Norm, Parameters};
pub use tape::{LayerTape, Tape};
pub use texts::Texts;

use anyhow::Result;

use super::tensor::Weights;
use super::{BertConfig, Family};

/// A model's sizes and constants, and its parameters.
pub struct Network {
    pub settings: Settings,
    pub parameters: Parameters,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    pub hidden: usize,
    pub intermediate: usize,
    pub heads: usize,
    pub labels: usize,
    pub eps: f32,
    pub hidden_dropout: f32,
    pub attention_dropout: f32,
    pub classifier_dropout: f32,
    pub family: Family,
    /// The first token's row of the position embeddings.
    pub first_position: usize,
}

impl Settings {
    fn head_input_dropout(&self) -> f32 {
        if self.family.drops_head_input() {
            self.classifier_dropout
        } else {
            0.0
        }
    }
}

impl Network {
    /// Errors name the tensor that is missing or of another shape.
    pub fn new(config: &BertConfig, weights: &Weights) -> Result<Network> {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "1e-12 is representable as f32"
        )]
        let eps = config.layer_norm_eps as f32;
        Ok(Network {
            settings: Settings {
                hidden: config.hidden_size,
                intermediate: config.intermediate_size,
                heads: config.num_attention_heads,
                labels: config.id2label.len(),
                eps,
                hidden_dropout: config.hidden_dropout_prob,
                attention_dropout: config.attention_probs_dropout_prob,
                classifier_dropout: config
                    .classifier_dropout
                    .unwrap_or(config.hidden_dropout_prob),
                family: config.model_type,
                first_position: config.first_position(),
            },
            parameters: Parameters::from_weights(config, weights)?,
        })
    }
}
