//! The differences between BERT, RoBERTa and DistilBERT checkpoints, in one table.
//!
//! Their encoders compute the same. So inside this program tensors and configuration bear BERT's
//! names, which are translated when a folder is read and again when it is written; the few real
//! differences (the first position, token types, the head) are methods of [`Family`].

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// `model_type` of a `config.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Devlin et al., arXiv:1810.04805.
    Bert,
    /// Liu et al., arXiv:1907.11692.
    Roberta,
    /// Sanh et al., arXiv:1910.01108.
    DistilBert,
}

/// What the head does to its dense layer's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadActivation {
    Tanh,
    Relu,
}

/// Parts of tensor names, the family's and BERT's. The first one that occurs in a name is
/// translated.
type Names = &'static [(&'static str, &'static str)];

const ROBERTA_TENSORS: Names = &[
    ("classifier.dense.", "bert.pooler.dense."),
    ("classifier.out_proj.", "classifier."),
];

const DISTILBERT_TENSORS: Names = &[
    ("pre_classifier.", "bert.pooler.dense."),
    (".attention.q_lin.", ".attention.self.query."),
    (".attention.k_lin.", ".attention.self.key."),
    (".attention.v_lin.", ".attention.self.value."),
    (".attention.out_lin.", ".attention.output.dense."),
    (".sa_layer_norm.", ".attention.output.LayerNorm."),
    (".ffn.lin1.", ".intermediate.dense."),
    (".ffn.lin2.", ".output.dense."),
    (".output_layer_norm.", ".output.LayerNorm."),
];

const DISTILBERT_FIELDS: Names = &[
    ("dim", "hidden_size"),
    ("n_layers", "num_hidden_layers"),
    ("n_heads", "num_attention_heads"),
    ("hidden_dim", "intermediate_size"),
    ("activation", "hidden_act"),
    ("dropout", "hidden_dropout_prob"),
    ("attention_dropout", "attention_probs_dropout_prob"),
    ("seq_classif_dropout", "classifier_dropout"),
];

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.model_type())
    }
}

impl FromStr for Family {
    type Err = String;

    fn from_str(model_type: &str) -> Result<Family, String> {
        let mut all = Family::ALL.into_iter();
        all.find(|family| family.model_type() == model_type)
            .ok_or_else(|| "not bert, roberta or distilbert".to_owned())
    }
}

impl Family {
    pub const ALL: [Family; 3] = [Family::Bert, Family::Roberta, Family::DistilBert];

    pub fn model_type(self) -> &'static str {
        match self {
            Family::Bert => "bert",
            Family::Roberta => "roberta",
            Family::DistilBert => "distilbert",
        }
    }

    pub fn architecture(self) -> &'static str {
        match self {
            Family::Bert => "BertForSequenceClassification",
            Family::Roberta => "RobertaForSequenceClassification",
            Family::DistilBert => "DistilBertForSequenceClassification",
        }
    }

    /// `RoBERTa` counts positions from the one after the padding's, as fairseq did.
    pub fn first_position(self, pad_token_id: u32) -> usize {
        match self {
            Family::Roberta => pad_token_id as usize + 1,
            Family::Bert | Family::DistilBert => 0,
        }
    }

    pub fn has_token_types(self) -> bool {
        self != Family::DistilBert
    }

    pub fn head_activation(self) -> HeadActivation {
        match self {
            Family::Bert | Family::Roberta => HeadActivation::Tanh,
            Family::DistilBert => HeadActivation::Relu,
        }
    }

    /// Whether the head applies dropout to its input too, and not only to its dense layer's output.
    pub fn drops_head_input(self) -> bool {
        self == Family::Roberta
    }

    /// transformers' defaults of the fields that `config.json` may leave out, under BERT's names.
    pub fn defaults(self) -> Map<String, Value> {
        let mut defaults = json!({
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "max_position_embeddings": 512,
            "type_vocab_size": 2,
            "initializer_range": 0.02,
            "layer_norm_eps": 1e-12,
            "pad_token_id": 0,
        });
        match self {
            Family::Bert => {}
            Family::Roberta => defaults["pad_token_id"] = 1.into(),
            Family::DistilBert => {
                defaults["type_vocab_size"] = 0.into();
                defaults["classifier_dropout"] = 0.2.into();
            }
        }
        match defaults {
            Value::Object(defaults) => defaults,
            _ => unreachable!("an object was written above"),
        }
    }

    /// BERT's name of one of this family's configuration fields.
    pub fn field(self, theirs: &str) -> &str {
        let named = self.fields().iter().find(|(name, _)| *name == theirs);
        named.map_or(theirs, |(_, ours)| ours)
    }

    /// This family's name of one of BERT's configuration fields; none if it has no such field.
    pub fn their_field(self, ours: &str) -> Option<&str> {
        let unknown = ["type_vocab_size", "layer_norm_eps"];
        if self == Family::DistilBert && unknown.contains(&ours) {
            return None;
        }
        let named = self.fields().iter().find(|(_, name)| *name == ours);
        Some(named.map_or(ours, |(theirs, _)| theirs))
    }

    fn fields(self) -> Names {
        match self {
            Family::Bert | Family::Roberta => &[],
            Family::DistilBert => DISTILBERT_FIELDS,
        }
    }

    /// BERT's name of one of this family's tensors, whatever the checkpoint was saved from: a bare
    /// encoder lacks the prefix, and old checkpoints say gamma and beta. None for tensors that the
    /// family's classifier does not use.
    pub fn tensor(self, theirs: &str) -> Option<String> {
        let (prefix, layers) = self.prefixes();
        let name = theirs
            .replace("LayerNorm.gamma", "LayerNorm.weight")
            .replace("LayerNorm.beta", "LayerNorm.bias");
        let inner = name.strip_prefix(prefix).unwrap_or(&name);
        let inner = match inner.strip_prefix(layers) {
            Some(layer) => format!("bert.encoder.layer.{layer}"),
            None if inner.starts_with("embeddings.") => format!("bert.{inner}"),
            None if inner.starts_with("pooler.") && self == Family::Bert => format!("bert.{inner}"),
            // Only BERT's classifier reads the pooler.
            None if inner.starts_with("pooler.") => return None,
            None => name.clone(),
        };
        Some(translate(&inner, self.tensors().iter().copied()))
    }

    /// This family's name of one of BERT's tensors.
    pub fn their_tensor(self, ours: &str) -> String {
        let (prefix, layers) = self.prefixes();
        let name = translate(
            ours,
            self.tensors().iter().map(|(theirs, ours)| (*ours, *theirs)),
        );
        match name.strip_prefix("bert.") {
            None => name,
            Some(inner) => match inner.strip_prefix("encoder.layer.") {
                Some(layer) => format!("{prefix}{layers}{layer}"),
                None => format!("{prefix}{inner}"),
            },
        }
    }

    fn prefixes(self) -> (&'static str, &'static str) {
        match self {
            Family::Bert => ("bert.", "encoder.layer."),
            Family::Roberta => ("roberta.", "encoder.layer."),
            Family::DistilBert => ("distilbert.", "transformer.layer."),
        }
    }

    fn tensors(self) -> Names {
        match self {
            Family::Bert => &[],
            Family::Roberta => ROBERTA_TENSORS,
            Family::DistilBert => DISTILBERT_TENSORS,
        }
    }
}

fn translate<'a>(name: &str, mut parts: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    match parts.find(|(from, _)| name.contains(from)) {
        Some((from, to)) => name.replacen(from, to, 1),
        None => name.to_owned(),
    }
}

/// The recorded checkpoint of a family.
#[cfg(test)]
pub fn recorded(family: Family) -> std::path::PathBuf {
    let models = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/models");
    models.join(family.model_type())
}
