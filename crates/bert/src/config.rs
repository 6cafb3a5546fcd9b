//! `config.json` of a checkpoint of any family, under BERT's names.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Family;

/// The fields this program honours, and what it refuses is refused by name in [`BertConfig::parse`].
///
/// Field meanings: <https://huggingface.co/docs/transformers/model_doc/bert#transformers.BertConfig>.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BertConfig {
    pub model_type: Family,
    pub vocab_size: usize,
    pub hidden_size: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    pub intermediate_size: usize,
    pub hidden_act: String,
    pub hidden_dropout_prob: f32,
    pub attention_probs_dropout_prob: f32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classifier_dropout: Option<f32>,
    pub max_position_embeddings: usize,
    /// 0 where the family has no token types.
    pub type_vocab_size: usize,
    pub initializer_range: f64,
    pub layer_norm_eps: f64,
    pub pad_token_id: u32,
    #[serde(default)]
    pub id2label: BTreeMap<String, String>,
    #[serde(default)]
    pub label2id: BTreeMap<String, usize>,
    /// The checkpoint's other members, written back as they were.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// Fields of which only this value is implemented.
const REQUIRED: [(&str, &str); 4] = [
    ("hidden_act", "gelu"),
    ("position_embedding_type", "absolute"),
    ("problem_type", "single_label_classification"),
    ("is_decoder", "false"),
];

/// Fields that describe the file that was read, and would be wrong in one that is written.
const OF_THE_FILE: [&str; 5] = [
    "architectures",
    "dtype",
    "torch_dtype",
    "num_labels",
    "transformers_version",
];

impl BertConfig {
    /// Reads a `config.json`, refusing by name everything that would be computed wrongly.
    pub fn parse(json: &[u8]) -> Result<BertConfig> {
        let read: Map<String, Value> = serde_json::from_slice(json).context("parse config.json")?;
        let family = family(&read)?;
        let mut fields = family.defaults();
        for (name, value) in read {
            if !OF_THE_FILE.contains(&name.as_str()) && !value.is_null() {
                fields.insert(family.field(&name).to_owned(), value);
            }
        }
        refuse(family, &fields)?;
        let config: BertConfig =
            serde_json::from_value(Value::Object(fields)).context("read config.json")?;
        config.check()?;
        Ok(config)
    }

    /// The `config.json` of this family.
    pub fn to_json(&self) -> Value {
        let ours = serde_json::to_value(self).expect("names and numbers are JSON");
        let ours = ours.as_object().expect("a struct is an object");
        let mut theirs = Map::new();
        theirs.insert(
            "architectures".to_owned(),
            json!([self.model_type.architecture()]),
        );
        for (name, value) in ours {
            if let Some(name) = self.model_type.their_field(name) {
                theirs.insert(name.to_owned(), value.clone());
            }
        }
        // Weights are computed in f32 and written as f32.
        theirs.insert("dtype".to_owned(), "float32".into());
        Value::Object(theirs)
    }

    /// Attention head width.
    pub fn head_size(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    /// The first token's row of the position embeddings.
    pub fn first_position(&self) -> usize {
        self.model_type.first_position(self.pad_token_id)
    }

    /// Tokens that one text can have.
    pub fn max_tokens(&self) -> usize {
        self.max_position_embeddings
            .saturating_sub(self.first_position())
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
        let (family, heads) = (self.model_type, self.num_attention_heads);
        let name = |ours| family.their_field(ours).unwrap_or(ours);
        if heads == 0 || self.hidden_size == 0 || !self.hidden_size.is_multiple_of(heads) {
            bail!(
                "config.json: {} {} is not a multiple of {} {heads}",
                name("hidden_size"),
                self.hidden_size,
                name("num_attention_heads"),
            );
        }
        ensure!(
            self.max_tokens() > 0 && self.num_hidden_layers > 0 && self.intermediate_size > 0,
            "config.json: a model needs at least one position, one layer and one unit in it"
        );
        ensure!(
            !family.has_token_types() || self.type_vocab_size > 0,
            "config.json: type_vocab_size is 0"
        );
        Ok(())
    }
}

fn family(fields: &Map<String, Value>) -> Result<Family> {
    let model_type = fields
        .get("model_type")
        .context("config.json: model_type is missing")?;
    serde_json::from_value(model_type.clone()).map_err(|_| {
        let known = Family::ALL
            .map(|family| format!("`{}`", family.model_type()))
            .join(", ");
        anyhow::anyhow!("config.json: model_type {model_type} is not supported, only {known} are")
    })
}

fn refuse(family: Family, fields: &Map<String, Value>) -> Result<()> {
    for (ours, required) in REQUIRED {
        let found = match fields.get(ours) {
            None => continue,
            Some(Value::String(found)) => found.clone(),
            Some(other) => other.to_string(),
        };
        if found != required {
            let name = family.their_field(ours).unwrap_or(ours);
            bail!("config.json: {name} `{found}` is not supported, only `{required}` is");
        }
    }
    Ok(())
}
