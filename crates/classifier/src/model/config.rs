//! `config.json` of a BERT checkpoint, in Hugging Face's own words.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The fields this program honours, and what it refuses is refused by name in [`BertConfig::parse`].
///
/// Field meanings: <https://huggingface.co/docs/transformers/model_doc/bert#transformers.BertConfig>.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BertConfig {
    #[serde(default = "architectures")]
    pub architectures: Vec<String>,
    pub model_type: String,
    pub vocab_size: usize,
    pub hidden_size: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    pub intermediate_size: usize,
    #[serde(default = "gelu")]
    pub hidden_act: String,
    #[serde(default = "one_tenth")]
    pub hidden_dropout_prob: f32,
    #[serde(default = "one_tenth")]
    pub attention_probs_dropout_prob: f32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classifier_dropout: Option<f32>,
    pub max_position_embeddings: usize,
    #[serde(default = "two")]
    pub type_vocab_size: usize,
    #[serde(default = "one_fiftieth")]
    pub initializer_range: f64,
    #[serde(default = "layer_norm_eps")]
    pub layer_norm_eps: f64,
    #[serde(default)]
    pub pad_token_id: u32,
    #[serde(default)]
    pub id2label: BTreeMap<String, String>,
    #[serde(default)]
    pub label2id: BTreeMap<String, usize>,
}

impl BertConfig {
    /// Reads a `config.json`, refusing by name every architecture that would be computed wrongly.
    pub fn parse(json: &[u8]) -> Result<BertConfig> {
        let value: Value = serde_json::from_slice(json).context("parse config.json")?;
        match value["model_type"].as_str() {
            Some("bert") => {}
            Some(other) => {
                bail!("config.json: model_type `{other}` is not supported, only `bert` is")
            }
            None => bail!("config.json: model_type is missing"),
        }
        if let Some(kind) = value["position_embedding_type"]
            .as_str()
            .filter(|k| *k != "absolute")
        {
            bail!(
                "config.json: position_embedding_type `{kind}` is not supported, only `absolute` is"
            );
        }
        let config: BertConfig = serde_json::from_value(value).context("read config.json")?;
        config.check()?;
        Ok(config)
    }

    /// Attention head width.
    pub fn head_size(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    /// The labels in the order of the classifier's outputs; empty when the folder has no label map.
    pub fn labels(&self) -> Result<Vec<String>> {
        (0..self.id2label.len())
            .map(|id| {
                let label = self.id2label.get(&id.to_string());
                label
                    .cloned()
                    .with_context(|| format!("config.json: id2label has no entry for {id}"))
            })
            .collect()
    }

    /// Sets both label maps from the classifier's output order.
    pub fn set_labels(&mut self, labels: &[String]) {
        self.id2label = labels
            .iter()
            .enumerate()
            .map(|(id, label)| (id.to_string(), label.clone()))
            .collect();
        self.label2id = labels
            .iter()
            .enumerate()
            .map(|(id, label)| (label.clone(), id))
            .collect();
    }

    fn check(&self) -> Result<()> {
        if self.hidden_act != "gelu" {
            bail!(
                "config.json: hidden_act `{}` is not supported, only `gelu` is",
                self.hidden_act
            );
        }
        if self.num_attention_heads == 0
            || !self.hidden_size.is_multiple_of(self.num_attention_heads)
        {
            bail!(
                "config.json: hidden_size {} is not a multiple of num_attention_heads {}",
                self.hidden_size,
                self.num_attention_heads
            );
        }
        Ok(())
    }
}

fn architectures() -> Vec<String> {
    vec!["BertForSequenceClassification".to_owned()]
}

fn gelu() -> String {
    "gelu".to_owned()
}

// The defaults of transformers' `BertConfig`, for checkpoints whose config.json leaves them out.
fn one_tenth() -> f32 {
    0.1
}

fn two() -> usize {
    2
}

fn one_fiftieth() -> f64 {
    0.02
}

fn layer_norm_eps() -> f64 {
    1e-12
}
