//! Every tensor by name: one type for weights, gradients and moments.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::tensor::{Tensor, Weights};
use crate::{BertConfig, init};

#[derive(Clone, Default)]
pub struct Parameters {
    pub word_embeddings: Vec<f32>,
    pub position_embeddings: Vec<f32>,
    pub token_type_embeddings: Vec<f32>,
    pub embeddings_norm: Norm,
    pub layers: Vec<Layer>,
    pub pooler: Linear,
    pub classifier: Linear,
}

#[derive(Clone, Default)]
pub struct Layer {
    pub query: Linear,
    pub key: Linear,
    pub value: Linear,
    pub attention_output: Linear,
    pub attention_norm: Norm,
    pub intermediate: Linear,
    pub output: Linear,
    pub output_norm: Norm,
}

/// `weight` is [output, input].
#[derive(Clone, Default)]
pub struct Linear {
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
}

#[derive(Clone, Default)]
pub struct Norm {
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
}

impl Parameters {
    pub fn from_weights(config: &BertConfig, weights: &Weights) -> Result<Parameters> {
        let mut parameters = Parameters::of_layers(config.num_hidden_layers);
        init::check(config, |name| {
            weights.get(name).map(|tensor| tensor.shape.as_slice())
        })?;
        for (name, values) in parameters.named() {
            // DistilBERT has no token types.
            if let Some(tensor) = weights.get(&name) {
                values.clone_from(&tensor.values);
            }
        }
        Ok(parameters)
    }

    /// The same as tensors by name.
    pub fn to_weights(&mut self, config: &BertConfig) -> Result<Weights> {
        let shapes = init::shapes(config, config.id2label.len());
        let mut shapes: BTreeMap<String, Vec<usize>> = shapes.into_iter().collect();
        let named = self.named().into_iter();
        let named = named
            .filter(|(_, values)| !values.is_empty())
            .map(|(name, values)| {
                let shape = shapes
                    .remove(&name)
                    .with_context(|| format!("no shape for {name}"))?;
                let values = values.clone();
                Ok((name, Tensor { shape, values }))
            });
        named.collect()
    }

    /// As many zeros as `like` has values in each tensor.
    pub fn zeros_like(like: &mut Parameters) -> Parameters {
        let mut zeros = Parameters::of_layers(like.layers.len());
        let tensors = zeros.named().into_iter().zip(like.named());
        for ((_, zeros), (_, values)) in tensors {
            *zeros = vec![0.0; values.len()];
        }
        zeros
    }

    /// Every tensor empty.
    pub fn of_layers(layers: usize) -> Parameters {
        Parameters {
            layers: vec![Layer::default(); layers],
            ..Parameters::default()
        }
    }

    /// Every tensor and its name, always in the same order.
    pub fn named(&mut self) -> Vec<(String, &mut Vec<f32>)> {
        let mut named = Vec::new();
        let embeddings = "bert.embeddings";
        named.push((
            format!("{embeddings}.word_embeddings.weight"),
            &mut self.word_embeddings,
        ));
        named.push((
            format!("{embeddings}.position_embeddings.weight"),
            &mut self.position_embeddings,
        ));
        named.push((
            format!("{embeddings}.token_type_embeddings.weight"),
            &mut self.token_type_embeddings,
        ));
        self.embeddings_norm
            .named(&format!("{embeddings}.LayerNorm"), &mut named);
        for (place, layer) in self.layers.iter_mut().enumerate() {
            layer.named(&format!("bert.encoder.layer.{place}"), &mut named);
        }
        self.pooler.named("bert.pooler.dense", &mut named);
        self.classifier.named("classifier", &mut named);
        named
    }
}

/// The weight of a linear map, whose gradient is a product.
pub fn is_linear(name: &str) -> bool {
    name.ends_with(".weight") && !name.contains("embeddings") && !name.contains("LayerNorm")
}

/// What is trained when the encoder is frozen.
pub fn is_head(name: &str) -> bool {
    init::HEAD.iter().any(|map| name.starts_with(map))
}

type Named<'a> = Vec<(String, &'a mut Vec<f32>)>;

impl Layer {
    /// The weights of all linear maps.
    pub fn matrices(&self) -> [&[f32]; 6] {
        [
            &self.query,
            &self.key,
            &self.value,
            &self.attention_output,
            &self.intermediate,
            &self.output,
        ]
        .map(|linear| linear.weight.as_slice())
    }

    fn named<'a>(&'a mut self, name: &str, named: &mut Named<'a>) {
        self.query
            .named(&format!("{name}.attention.self.query"), named);
        self.key.named(&format!("{name}.attention.self.key"), named);
        self.value
            .named(&format!("{name}.attention.self.value"), named);
        self.attention_output
            .named(&format!("{name}.attention.output.dense"), named);
        self.attention_norm
            .named(&format!("{name}.attention.output.LayerNorm"), named);
        self.intermediate
            .named(&format!("{name}.intermediate.dense"), named);
        self.output.named(&format!("{name}.output.dense"), named);
        self.output_norm
            .named(&format!("{name}.output.LayerNorm"), named);
    }
}

impl Linear {
    fn named<'a>(&'a mut self, name: &str, named: &mut Named<'a>) {
        named.push((format!("{name}.weight"), &mut self.weight));
        named.push((format!("{name}.bias"), &mut self.bias));
    }
}

impl Norm {
    fn named<'a>(&'a mut self, name: &str, named: &mut Named<'a>) {
        named.push((format!("{name}.weight"), &mut self.weight));
        named.push((format!("{name}.bias"), &mut self.bias));
    }
}
