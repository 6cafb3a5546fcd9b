//! Word, position and token-type embeddings, summed and normalised.

use anyhow::Result;

use super::Norm;
use crate::model::BertConfig;
use crate::model::kernels::rows::add;
use crate::model::weights::{Table, Tensors};

pub struct Embeddings {
    /// Stays in the file: a text reads a few of its rows.
    words: Table,
    /// With the type of the only part of a text that there is, where the family has types.
    positions: Vec<f32>,
    first_position: usize,
    norm: Norm,
}

impl Embeddings {
    pub fn new(config: &BertConfig, tensors: &Tensors) -> Result<Embeddings> {
        let name = |kind: &str| format!("bert.embeddings.{kind}_embeddings.weight");
        let mut positions = tensors.values(&name("position"))?.into_owned();
        if config.model_type.has_token_types() {
            let types = tensors.values(&name("token_type"))?;
            for row in positions.chunks_exact_mut(config.hidden_size) {
                add(row, &types[..config.hidden_size]);
            }
        }
        Ok(Embeddings {
            words: tensors.table(&name("word"))?,
            positions,
            first_position: config.first_position(),
            norm: Norm::new(config, tensors, "bert.embeddings.LayerNorm")?,
        })
    }

    pub fn forward(&self, texts: &[&[u32]]) -> Vec<f32> {
        let width = self.norm.weight.len();
        let tokens: usize = texts.iter().map(|ids| ids.len()).sum();
        let mut out = vec![0f32; tokens * width];
        let positions = self.positions.chunks_exact(width).skip(self.first_position);
        let places = texts
            .iter()
            .flat_map(|ids| ids.iter().zip(positions.clone()));
        for (out, (id, position)) in out.chunks_exact_mut(width).zip(places) {
            self.words.read_row(*id as usize, out);
            add(out, position);
        }
        self.norm.forward(&mut out);
        out
    }
}
