//! The encoder as it is defined, in f64 and one text at a time: slow, and short enough to be seen to
//! be right. Its finite differences are exact to eight places, which those of f32 are not.

use std::collections::BTreeMap;

use kernels::exact::normal_distribution;

use crate::family::HeadActivation;
use crate::{BertConfig, ModelFolder};

pub struct Reference<'a> {
    config: &'a BertConfig,
    pub tensors: BTreeMap<String, Vec<f64>>,
}

type Row = Vec<f64>;

impl<'a> Reference<'a> {
    pub fn new(folder: &'a ModelFolder) -> Reference<'a> {
        let tensors = folder.weights.iter().map(|(name, tensor)| {
            let values = tensor.values.iter().map(|x| f64::from(*x));
            (name.clone(), values.collect())
        });
        Reference {
            config: &folder.config,
            tensors: tensors.collect(),
        }
    }

    pub fn logits(&self, ids: &[u32]) -> Row {
        let tokens = ids.iter().enumerate();
        let mut xs: Vec<Row> = tokens
            .map(|(position, id)| self.embed(*id as usize, position))
            .collect();
        for layer in 0..self.config.num_hidden_layers {
            let name = format!("bert.encoder.layer.{layer}");
            let attended = self.attend(&format!("{name}.attention"), &xs);
            xs = attended.iter().map(|x| self.feed(&name, x)).collect();
        }
        let pooled = self.linear("bert.pooler.dense", &xs[0]).into_iter();
        let pooled: Row = match self.config.model_type.head_activation() {
            HeadActivation::Tanh => pooled.map(f64::tanh).collect(),
            HeadActivation::Relu => pooled.map(|x| x.max(0.0)).collect(),
        };
        self.linear("classifier", &pooled)
    }

    fn embed(&self, id: usize, position: usize) -> Row {
        let row = |kind: &str, place: usize| {
            let table = &self.tensors[&format!("bert.embeddings.{kind}_embeddings.weight")];
            let hidden = self.config.hidden_size;
            table[place * hidden..(place + 1) * hidden].to_vec()
        };
        let position = row("position", self.config.first_position() + position);
        let mut sum = sum(&row("word", id), &position);
        if self.config.model_type.has_token_types() {
            sum = self::sum(&sum, &row("token_type", 0));
        }
        self.norm("bert.embeddings", &sum)
    }

    fn attend(&self, name: &str, xs: &[Row]) -> Vec<Row> {
        let [query, key, value] = ["query", "key", "value"].map(|kind| {
            let project = |x: &Row| self.linear(&format!("{name}.self.{kind}"), x);
            xs.iter().map(project).collect::<Vec<Row>>()
        });
        let width = self.config.head_size();
        let of_token = |(x, query): (&Row, &Row)| {
            let mut context = Vec::new();
            for start in (0..query.len()).step_by(width) {
                let head = start..start + width;
                let scores = key.iter().map(|key| {
                    dot(&query[head.clone()], &key[head.clone()]) / (width as f64).sqrt()
                });
                let powers: Row = scores.map(f64::exp).collect();
                let all: f64 = powers.iter().sum();
                context.extend(head.map(|column| {
                    let values = powers.iter().zip(&value);
                    values
                        .map(|(p, value)| p / all * value[column])
                        .sum::<f64>()
                }));
            }
            let out = self.linear(&format!("{name}.output.dense"), &context);
            self.norm(&format!("{name}.output"), &sum(&out, x))
        };
        xs.iter().zip(&query).map(of_token).collect()
    }

    fn feed(&self, name: &str, x: &Row) -> Row {
        let between = self.linear(&format!("{name}.intermediate.dense"), x);
        let activated: Row = between
            .into_iter()
            .map(|x| x * normal_distribution(x))
            .collect();
        let out = self.linear(&format!("{name}.output.dense"), &activated);
        self.norm(&format!("{name}.output"), &sum(&out, x))
    }

    fn linear(&self, name: &str, x: &Row) -> Row {
        let weight = self.tensors[&format!("{name}.weight")].chunks(x.len());
        let bias = &self.tensors[&format!("{name}.bias")];
        weight.zip(bias).map(|(row, b)| dot(row, x) + b).collect()
    }

    fn norm(&self, name: &str, x: &Row) -> Row {
        let parameter = |kind: &str| &self.tensors[&format!("{name}.LayerNorm.{kind}")];
        let width = x.len() as f64;
        let mean = x.iter().sum::<f64>() / width;
        let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / width;
        let deviation = (variance + self.config.layer_norm_eps).sqrt();
        let parameters = parameter("weight").iter().zip(parameter("bias"));
        let normalised = x.iter().map(|x| (x - mean) / deviation);
        normalised
            .zip(parameters)
            .map(|(n, (weight, bias))| n * weight + bias)
            .collect()
    }
}

fn dot(xs: &[f64], ys: &[f64]) -> f64 {
    xs.iter().zip(ys).map(|(x, y)| x * y).sum()
}

fn sum(xs: &[f64], ys: &[f64]) -> Row {
    xs.iter().zip(ys).map(|(x, y)| x + y).collect()
}
