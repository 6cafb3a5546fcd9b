//! Attention (arXiv:1706.03762), one head on one thread from projection to context.

use anyhow::Result;
use rayon::prelude::*;

use super::Rows;
use crate::model::BertConfig;
use crate::model::kernels::packed::{Interleaved, Panels};
use crate::model::kernels::rows::{add_bias, softmax};
use crate::model::weights::Tensors;

pub struct Attention {
    heads: Vec<Head>,
}

/// A head's own weights.
struct Head {
    query: Projection,
    /// Keys, then values: the same rows go into both.
    key_value: Projection,
    width: usize,
}

struct Projection {
    weights: Panels,
    bias: Vec<f32>,
}

impl Attention {
    pub fn new(config: &BertConfig, tensors: &Tensors, name: &str) -> Result<Attention> {
        let (hidden, width) = (config.hidden_size, config.head_size());
        let tensor = |part: &str| tensors.values(&format!("{name}.{part}"));
        let (query, query_bias) = (tensor("query.weight")?, tensor("query.bias")?);
        let (key, key_bias) = (tensor("key.weight")?, tensor("key.bias")?);
        let (value, value_bias) = (tensor("value.weight")?, tensor("value.bias")?);
        let heads = (0..config.num_attention_heads).map(|head| {
            let rows = head * width * hidden..(head + 1) * width * hidden;
            let places = head * width..(head + 1) * width;
            let key_value = [&key[rows.clone()], &value[rows.clone()]].concat();
            Head {
                query: Projection {
                    weights: Panels::new(&query[rows], hidden),
                    bias: query_bias[places.clone()].to_vec(),
                },
                key_value: Projection {
                    weights: Panels::new(&key_value, hidden),
                    bias: [&key_bias[places.clone()], &value_bias[places]].concat(),
                },
                width,
            }
        });
        Ok(Attention {
            heads: heads.collect(),
        })
    }

    /// Each head's context, one row per token, or one per row of `first` where only those ask.
    pub fn forward(&self, rows: Rows, first: Option<&[f32]>) -> Vec<Vec<f32>> {
        let all = Interleaved::new(rows.values.len() / rows.hidden, &[rows.values]);
        let first = first.map(|first| Interleaved::new(first.len() / rows.hidden, &[first]));
        let heads = self.heads.par_iter();
        heads
            .map(|head| head.forward(&all, first.as_ref(), rows.lengths))
            .collect()
    }
}

impl Head {
    fn forward(
        &self,
        all: &Interleaved,
        first: Option<&Interleaved>,
        lengths: &[usize],
    ) -> Vec<f32> {
        let query = self.query.forward(first.unwrap_or(all));
        let key_value = self.key_value.forward(all);
        let (mut queries, mut rest) = (query.as_slice(), key_value.as_slice());
        let mut context = Vec::with_capacity(query.len());
        for length in lengths {
            let asking = if first.is_some() { 1 } else { *length };
            let (query, other_queries) = queries.split_at(asking * self.width);
            let (key_value, other_rows) = rest.split_at(length * 2 * self.width);
            context.extend(self.attend(query, key_value));
            (queries, rest) = (other_queries, other_rows);
        }
        context
    }

    /// Within one text.
    fn attend(&self, query: &[f32], key_value: &[f32]) -> Vec<f32> {
        let (keys, asking) = (key_value.len() / (2 * self.width), query.len() / self.width);
        let rows = key_value.chunks_exact(2 * self.width);
        let key: Vec<f32> = rows.flat_map(|row| &row[..self.width]).copied().collect();
        let key = Panels::new(&key, self.width);
        let mut probabilities = key.product(&Interleaved::new(asking, &[query]));
        let scale = 1.0 / (self.width as f32).sqrt();
        softmax(&mut probabilities, keys, scale);
        let value = Panels::transposed(&key_value[self.width..], self.width, 2 * self.width);
        value.product(&Interleaved::new(asking, &[&probabilities]))
    }
}

impl Projection {
    fn forward(&self, xs: &Interleaved) -> Vec<f32> {
        let mut out = self.weights.product(xs);
        add_bias(&mut out, &self.bias);
        out
    }
}
