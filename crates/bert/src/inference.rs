//! A model for inference: the encoder in memory, and its word embeddings in the file.

#[cfg(test)]
mod tests;

use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use kernels::rows::add;
use rayon::prelude::*;

use super::BertConfig;
use super::network::{Encoder, Parameters, Settings, Tape, Texts};
use super::weights::{Table, Tensors};

const WORDS: &str = "bert.embeddings.word_embeddings.weight";

pub struct Inference {
    encoder: Encoder,
    /// In the file, because a text reads few of its rows.
    words: Table,
    /// Buffers of passes that have ended, which later passes use again.
    tapes: Mutex<Vec<Tape>>,
}

impl Inference {
    /// Errors name the tensor that is missing or of another shape.
    pub fn new(config: &BertConfig, tensors: &Tensors) -> Result<Inference> {
        tensors.check(config)?;
        let mut parameters = Parameters::of_layers(config.num_hidden_layers);
        let named = parameters.named().into_par_iter();
        named.try_for_each(|(name, values)| {
            // DistilBERT has no token types.
            if name != WORDS && tensors.shape(&name).is_some() {
                *values = tensors.values(&name)?.into_owned();
            }
            anyhow::Ok(())
        })?;
        Ok(Inference {
            encoder: Encoder::new(Settings::new(config), &parameters),
            words: tensors.table(WORDS)?,
            tapes: Mutex::default(),
        })
    }

    /// Logits of each text, none of which is without a token. Ids and lengths lie inside the
    /// tables: the text encoder was made for this model.
    pub fn logits(&self, texts: &[&[u32]]) -> Vec<Vec<f32>> {
        self.with_tape(|tape| {
            let words = |id: u32, row: &mut [f32]| self.words.read_row(id as usize, row);
            let logits = self.encoder.logits(words, &Texts::new(texts), None, tape);
            let logits = logits.chunks_exact(self.encoder.settings.labels);
            logits.map(<[f32]>::to_vec).collect()
        })
    }

    /// The mean of the last hidden states over each text's tokens.
    pub fn mean_hidden_states(&self, texts: &[&[u32]]) -> Vec<Vec<f32>> {
        let hidden = self.encoder.settings.hidden;
        self.with_tape(|tape| {
            let words = |id: u32, row: &mut [f32]| self.words.read_row(id as usize, row);
            let states = self.encoder.hidden_states(words, &Texts::new(texts), tape);
            let mut rows = states.chunks_exact(hidden);
            let mean = |ids: &&[u32]| {
                let mut mean = vec![0f32; hidden];
                for row in rows.by_ref().take(ids.len()) {
                    add(&mut mean, row);
                }
                mean.iter().map(|sum| sum / ids.len() as f32).collect()
            };
            texts.iter().map(mean).collect()
        })
    }

    fn with_tape<T>(&self, pass: impl FnOnce(&mut Tape) -> T) -> T {
        let tapes = || self.tapes.lock().unwrap_or_else(PoisonError::into_inner);
        let spare = tapes().pop();
        let mut tape = spare.unwrap_or_default();
        let found = pass(&mut tape);
        tapes().push(tape);
        found
    }
}
