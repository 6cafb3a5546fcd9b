//! The encoder and its head as plain matrices: one definition for training and for answers.
//!
//! [`Encoder`] holds the parameters as products read them and has the forward pass, which leaves on
//! a [`Tape`] what `backward` needs, layer by layer; the large buffers outlive a step. Texts lie one
//! after another without padding, so no token is computed in vain and no mask is needed. Of the
//! last layer only the first token of each text is computed, for the head reads no other. Both
//! passes are tested against the definition in f64, and against what PyTorch computed.

mod attention;
mod backward;
mod encoder;
mod forward;
mod gradients;
mod layer_pass;
mod parameters;
mod tape;
mod texts;
mod weight_gradients;

#[cfg(test)]
mod tests;

pub use encoder::Encoder;
pub use gradients::{Gradients, Wanted, WordGradients};
pub use parameters::{Layer, Linear, Norm, Parameters};
pub use tape::{LayerTape, Tape};
pub use texts::Texts;

use anyhow::Result;

use super::tensor::Weights;
use super::{BertConfig, Family};

/// A model that can be trained.
pub struct Network {
    /// After a change of any but the word embeddings, [`Network::lay_out`] has to be called.
    pub parameters: Parameters,
    pub encoder: Encoder,
}

/// A model's sizes and constants.
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
        let parameters = Parameters::from_weights(config, weights)?;
        Ok(Network {
            encoder: Encoder::new(Settings::new(config), &parameters),
            parameters,
        })
    }

    /// Takes over the parameters that `learned` changes.
    pub fn lay_out(&mut self, learned: Wanted) {
        match learned {
            Wanted::Everything => self.encoder.lay_out(&self.parameters),
            Wanted::Head => self.encoder.lay_out_head(&self.parameters),
            Wanted::Words => {}
        }
    }

    /// [`Encoder::logits`] with the word embeddings of the parameters.
    pub fn forward<'a>(&self, texts: &Texts, seed: Option<u64>, tape: &'a mut Tape) -> &'a [f32] {
        let (words, hidden) = (
            &self.parameters.word_embeddings,
            self.encoder.settings.hidden,
        );
        let word = |id: u32, row: &mut [f32]| {
            row.copy_from_slice(&words[id as usize * hidden..][..hidden]);
        };
        self.encoder.logits(word, texts, seed, tape)
    }
}

/// Values that one thread takes through GELU, or back, at a time.
const GELU_BLOCK: usize = 1 << 14;

/// Rows that one thread takes at a time where a step is no product: they depend on the shapes
/// alone, so that sums are the same on any number of threads.
fn block_rows(rows: usize) -> usize {
    rows.div_ceil(8).next_multiple_of(16)
}
