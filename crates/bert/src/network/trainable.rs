//! A model that can be trained: its parameters, and the encoder with the same values packed for
//! products.

use anyhow::Result;

use super::{Encoder, Parameters, Settings, Tape, Texts, Wanted};
use crate::BertConfig;
use crate::tensor::Weights;

pub struct Network {
    /// After a change of any but the word embeddings, [`Network::lay_out`] has to be called.
    pub parameters: Parameters,
    pub encoder: Encoder,
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

    /// Copies and packs the parameters that a step on the `learned` ones has changed.
    pub fn lay_out(&mut self, learned: Wanted) {
        match learned {
            Wanted::Everything => self.encoder.lay_out(&self.parameters),
            Wanted::Head => self.encoder.lay_out_head(&self.parameters),
            Wanted::WordEmbeddings => {}
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
