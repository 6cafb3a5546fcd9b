//! A model's sizes and constants, as its passes need them.

use crate::{BertConfig, Family};

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
    pub fn new(config: &BertConfig) -> Settings {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "1e-12 is representable as f32"
        )]
        let eps = config.layer_norm_eps as f32;
        let hidden_dropout = config.hidden_dropout_prob;
        Settings {
            hidden: config.hidden_size,
            intermediate: config.intermediate_size,
            heads: config.num_attention_heads,
            labels: config.id2label.len(),
            eps,
            hidden_dropout,
            attention_dropout: config.attention_probs_dropout_prob,
            classifier_dropout: config.classifier_dropout.unwrap_or(hidden_dropout),
            family: config.model_type,
            first_position: config.first_position(),
        }
    }

    pub fn head_input_dropout(&self) -> f32 {
        if self.family.drops_head_input() {
            self.classifier_dropout
        } else {
            0.0
        }
    }
}
