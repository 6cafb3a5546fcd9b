//! The forward pass that answers: weights laid out once, nothing kept for a way back.
//!
//! It computes what [`super::network::Network`] computes, which a test holds it to.
//! Texts lie one after another without padding. Every step is split by columns, not by rows: a
//! thread then reads its share of the weights only, and for one short text reading them is most
//! of the work. Of the last layer only each text's first token is computed, for the head reads no
//! other.

mod attention;
mod embeddings;

#[cfg(test)]
mod tests;

use anyhow::Result;
use rayon::prelude::*;

use super::BertConfig;
use super::family::HeadActivation;
use super::kernels::packed::{Interleaved, Panels};
use super::kernels::rows::{add, add_bias, bias_gelu, layer_norm};
use super::weights::Tensors;
use attention::Attention;
use embeddings::Embeddings;

/// Columns that one thread computes at a time.
const CHUNK: usize = 96;

pub struct Inference {
    embeddings: Embeddings,
    layers: Vec<Layer>,
    pooler: Linear,
    classifier: Linear,
    head_activation: HeadActivation,
    hidden: usize,
}

struct Layer {
    attention: Attention,
    attention_output: Linear,
    attention_norm: Norm,
    intermediate: Linear,
    output: Linear,
    output_norm: Norm,
}

/// Rows of several texts, one after another.
#[derive(Clone, Copy)]
struct Rows<'a> {
    values: &'a [f32],
    hidden: usize,
    /// Tokens of each text.
    lengths: &'a [usize],
}

impl Inference {
    /// Errors name the tensor that is missing or of another shape.
    pub fn new(config: &BertConfig, tensors: &Tensors) -> Result<Inference> {
        tensors.check(config)?;
        let layers = (0..config.num_hidden_layers).into_par_iter();
        let layers = layers.map(|layer| Layer::new(config, tensors, layer));
        Ok(Inference {
            layers: layers.collect::<Result<_>>()?,
            embeddings: Embeddings::new(config, tensors)?,
            pooler: Linear::new(tensors, "bert.pooler.dense")?,
            classifier: Linear::new(tensors, "classifier")?,
            head_activation: config.model_type.head_activation(),
            hidden: config.hidden_size,
        })
    }

    /// Logits of each text, none of which is without a token. Ids and lengths lie inside the
    /// tables: the encoder was made for this model.
    pub fn logits(&self, texts: &[&[u32]]) -> Vec<Vec<f32>> {
        let hidden_states = self.hidden_states(texts, true);
        let mut pooled = self
            .pooler
            .forward(&Interleaved::new(texts.len(), &[&hidden_states]));
        for x in &mut pooled {
            *x = match self.head_activation {
                HeadActivation::Tanh => x.tanh(),
                HeadActivation::Relu => x.max(0.0),
            };
        }
        let logits = self
            .classifier
            .forward(&Interleaved::new(texts.len(), &[&pooled]));
        logits
            .chunks(self.classifier.bias.len())
            .map(<[f32]>::to_vec)
            .collect()
    }

    /// The mean over each text's tokens of what the last layer says of them.
    pub fn mean_hidden_states(&self, texts: &[&[u32]]) -> Vec<Vec<f32>> {
        let hidden_states = self.hidden_states(texts, false);
        let mut rest = hidden_states.as_slice();
        let mean = |ids: &&[u32]| {
            let (rows, later) = rest.split_at(ids.len() * self.hidden);
            rest = later;
            let mut mean = vec![0f32; self.hidden];
            for row in rows.chunks(self.hidden) {
                add(&mut mean, row);
            }
            mean.iter().map(|sum| sum / ids.len() as f32).collect()
        };
        texts.iter().map(mean).collect()
    }

    /// Of the last layer, one row per token, or with `first_only` one per text.
    fn hidden_states(&self, texts: &[&[u32]], first_only: bool) -> Vec<f32> {
        let lengths: Vec<usize> = texts.iter().map(|ids| ids.len()).collect();
        let mut hidden_states = self.embeddings.forward(texts);
        for (place, layer) in self.layers.iter().enumerate() {
            let rows = Rows {
                values: &hidden_states,
                hidden: self.hidden,
                lengths: &lengths,
            };
            let last = place + 1 == self.layers.len();
            hidden_states = layer.forward(rows, last && first_only);
        }
        hidden_states
    }
}

impl Layer {
    fn new(config: &BertConfig, tensors: &Tensors, layer: usize) -> Result<Layer> {
        let name = |part: &str| format!("bert.encoder.layer.{layer}.{part}");
        let linear = |part| Linear::new(tensors, &name(part));
        let norm = |part| Norm::new(config, tensors, &name(part));
        Ok(Layer {
            attention: Attention::new(config, tensors, &name("attention.self"))?,
            attention_output: linear("attention.output.dense")?,
            attention_norm: norm("attention.output.LayerNorm")?,
            intermediate: linear("intermediate.dense")?,
            output: linear("output.dense")?,
            output_norm: norm("output.LayerNorm")?,
        })
    }

    /// One row per token, or with `first_only` one per text.
    fn forward(&self, rows: Rows, first_only: bool) -> Vec<f32> {
        let first = first_only.then(|| rows.first());
        let residual = first.as_deref().unwrap_or(rows.values);
        let count = residual.len() / rows.hidden;
        let context = self.attention.forward(rows, first.as_deref());
        let context: Vec<&[f32]> = context.iter().map(Vec::as_slice).collect();
        let mut attended = self
            .attention_output
            .forward(&Interleaved::new(count, &context));
        self.attention_norm.add(&mut attended, residual);
        let between = Interleaved::new(count, &[&attended]);
        let activated = self.intermediate.chunks(&between, |mut xs, bias| {
            let mut out = vec![0f32; xs.len()];
            bias_gelu(&mut xs, bias, &mut out);
            out
        });
        let activated: Vec<&[f32]> = activated.iter().map(Vec::as_slice).collect();
        let mut out = self.output.forward(&Interleaved::new(count, &activated));
        self.output_norm.add(&mut out, &attended);
        out
    }
}

impl Rows<'_> {
    /// Each text's first.
    fn first(self) -> Vec<f32> {
        let mut rest = self.values;
        let mut first = Vec::with_capacity(self.lengths.len() * self.hidden);
        for length in self.lengths {
            first.extend_from_slice(&rest[..self.hidden]);
            rest = &rest[length * self.hidden..];
        }
        first
    }
}

/// Weights in chunks of columns.
struct Linear {
    chunks: Vec<Panels>,
    bias: Vec<f32>,
}

impl Linear {
    fn new(tensors: &Tensors, name: &str) -> Result<Linear> {
        let weight = tensors.values(&format!("{name}.weight"))?;
        let bias = tensors.values(&format!("{name}.bias"))?.into_owned();
        let input = weight.len() / bias.len();
        let chunks = weight
            .chunks(CHUNK * input)
            .map(|chunk| Panels::new(chunk, input));
        Ok(Linear {
            chunks: chunks.collect(),
            bias,
        })
    }

    /// What `finish` makes of each chunk of columns and its biases, chunk by chunk.
    fn chunks(
        &self,
        xs: &Interleaved,
        finish: impl Fn(Vec<f32>, &[f32]) -> Vec<f32> + Sync,
    ) -> Vec<Vec<f32>> {
        let chunks = self.chunks.par_iter().zip(self.bias.par_chunks(CHUNK));
        chunks
            .map(|(weights, bias)| finish(weights.product(xs), bias))
            .collect()
    }

    /// Rows of all outputs.
    fn forward(&self, xs: &Interleaved) -> Vec<f32> {
        let chunks = self.chunks(xs, |mut xs, bias| {
            add_bias(&mut xs, bias);
            xs
        });
        let mut out = Vec::with_capacity(xs.rows() * self.bias.len());
        for row in 0..xs.rows() {
            for (chunk, weights) in chunks.iter().zip(&self.chunks) {
                out.extend_from_slice(&chunk[row * weights.output()..(row + 1) * weights.output()]);
            }
        }
        out
    }
}

struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
    eps: f32,
}

impl Norm {
    fn new(config: &BertConfig, tensors: &Tensors, name: &str) -> Result<Norm> {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "1e-12 is representable as f32"
        )]
        let eps = config.layer_norm_eps as f32;
        Ok(Norm {
            weight: tensors.values(&format!("{name}.weight"))?.into_owned(),
            bias: tensors.values(&format!("{name}.bias"))?.into_owned(),
            eps,
        })
    }

    /// `xs = norm(xs + residual)`.
    fn add(&self, xs: &mut Vec<f32>, residual: &[f32]) {
        add(xs, residual);
        self.forward(xs);
    }

    fn forward(&self, xs: &mut Vec<f32>) {
        let mut scales = vec![0f32; xs.len() / self.weight.len()];
        let mut out = vec![0f32; xs.len()];
        layer_norm(
            xs,
            &mut scales,
            &self.weight,
            &self.bias,
            self.eps,
            &mut out,
        );
        *xs = out;
    }
}
