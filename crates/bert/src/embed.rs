//! Texts as vectors: the mean over a text's tokens of the encoder's last hidden states.

use std::path::Path;

use anyhow::{Context, Result};

use super::passes::in_passes;
use super::weights::Tensors;
use super::{Inference, ModelFolder, TextEncoder, init};

/// An encoder of which only the hidden states are read.
pub struct Embedder {
    inference: Inference,
    encoder: TextEncoder,
}

impl Embedder {
    /// Reads a pretrained folder; `max_length` as in [`TextEncoder::new`].
    pub fn load(folder: &Path, max_length: usize) -> Result<Embedder> {
        let mut model = ModelFolder::read(folder, Some(max_length))?;
        // A bare encoder is enough: the head's values are never read, but its tensors must be
        // there.
        if model.config.id2label.is_empty() {
            model.config.set_labels(&["unread".to_owned()]);
        }
        let labels = model.config.id2label.len();
        init::add_head(&mut model.weights, &model.config, labels, 0);
        let inference = Inference::new(&model.config, &Tensors::of(&model.weights));
        Ok(Embedder {
            inference: inference.with_context(|| format!("load {}", folder.display()))?,
            encoder: model.encoder,
        })
    }

    pub fn encoder(&self) -> &TextEncoder {
        &self.encoder
    }

    /// One vector per text, in the order of the texts, which are given by their token ids.
    pub fn embeddings(&self, encoded: &[Vec<u32>]) -> Vec<Vec<f32>> {
        in_passes(encoded, |ids| self.inference.mean_hidden_states(ids))
    }
}
