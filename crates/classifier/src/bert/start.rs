//! What training starts from: a pretrained folder, or fresh weights and a vocabulary of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use bert::{BertConfig, ModelFolder, TextEncoder, init, tokenizer};
use contracts::keys;

use super::Hyperparameters;
use crate::channel::LabelledText;

/// `pretrained` may be missing or empty, or hold only a marker: then the model is from scratch.
pub fn initial_folder(
    pretrained: &Path,
    train: &[LabelledText],
    labels: &[String],
    hyperparameters: &Hyperparameters,
) -> Result<ModelFolder> {
    if ModelFolder::is_in(pretrained) {
        from_pretrained(pretrained, labels, hyperparameters)
            .context("start from the pretrained channel")
    } else {
        expect_none(pretrained)?;
        from_scratch(train, labels, hyperparameters)
    }
}

/// Files in the pretrained channel are an error where training would not use them.
fn expect_none(pretrained: &Path) -> Result<()> {
    let entries = match pretrained.read_dir() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.with_context(|| format!("read {}", pretrained.display()))?,
    };
    let marker = Path::new(keys::NO_PRETRAINED_MARKER).file_name();
    for entry in entries {
        let name = entry?.file_name();
        ensure!(
            Some(name.as_os_str()) == marker || name.as_encoded_bytes().starts_with(b"."),
            "the pretrained channel holds {} but no config.json: {} must be a Hugging Face folder itself",
            name.display(),
            pretrained.display()
        );
    }
    Ok(())
}

/// The pretrained model's configuration.
pub fn config(pretrained: &Path) -> Result<BertConfig> {
    let path = pretrained.join("config.json");
    let json = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    BertConfig::parse(&json).with_context(|| format!("load {}", path.display()))
}

fn from_pretrained(
    folder: &Path,
    labels: &[String],
    hyperparameters: &Hyperparameters,
) -> Result<ModelFolder> {
    let mut folder = ModelFolder::read(folder, Some(hyperparameters.max_seq_length))?;
    folder.config.hidden_dropout_prob = hyperparameters.hidden_dropout_prob;
    folder.config.attention_probs_dropout_prob = hyperparameters.attention_probs_dropout_prob;
    let (asked, taken) = (hyperparameters.max_seq_length, folder.encoder.max_length());
    if taken < asked {
        tracing::warn!(
            "max_seq_length is {asked}, and the pretrained model takes {taken} tokens: longer texts are cut there"
        );
    }
    // Outputs of a head for other labels would mean other things, even if there are as many.
    if folder.config.labels()? != labels {
        folder
            .weights
            .retain(|name, _| !name.starts_with("classifier."));
    }
    folder.config.set_labels(labels);
    let fresh = init::add_head(
        &mut folder.weights,
        &folder.config,
        labels.len(),
        hyperparameters.seed,
    );
    for name in fresh {
        let name = name.trim_end_matches('.');
        tracing::info!("{name} is drawn anew: the checkpoint has none that fits");
    }
    // Other heads (masked language modelling, next sentence) are not trained here.
    let shapes = init::shapes(&folder.config, labels.len());
    let known: BTreeSet<String> = shapes.into_iter().map(|(name, _)| name).collect();
    folder.weights.retain(|name, _| known.contains(name));
    tracing::info!(
        "starting from pretrained weights: {} layers",
        folder.config.num_hidden_layers
    );
    Ok(folder)
}

fn from_scratch(
    train: &[LabelledText],
    labels: &[String],
    hyperparameters: &Hyperparameters,
) -> Result<ModelFolder> {
    let texts: Vec<&str> = train.iter().map(|row| row.text.as_str()).collect();
    let tokenizer = tokenizer::train(&texts, hyperparameters.vocab_size)?;
    let pad_token_id = tokenizer
        .token_to_id("[PAD]")
        .expect("a vocabulary trained here has it");
    let encoder = TextEncoder::new(tokenizer, pad_token_id, hyperparameters.max_seq_length)?;
    let family = hyperparameters.model_type;
    let mut config = BertConfig {
        model_type: family,
        vocab_size: encoder.vocab_size(),
        hidden_size: hyperparameters.hidden_size,
        num_hidden_layers: hyperparameters.num_hidden_layers,
        num_attention_heads: hyperparameters.num_attention_heads,
        intermediate_size: hyperparameters.intermediate_size,
        hidden_act: "gelu".to_owned(),
        hidden_dropout_prob: hyperparameters.hidden_dropout_prob,
        attention_probs_dropout_prob: hyperparameters.attention_probs_dropout_prob,
        classifier_dropout: None,
        max_position_embeddings: family.first_position(pad_token_id)
            + hyperparameters.max_seq_length,
        type_vocab_size: if family.has_token_types() { 2 } else { 0 },
        initializer_range: hyperparameters.initializer_range,
        layer_norm_eps: 1e-12,
        pad_token_id,
        id2label: BTreeMap::new(),
        label2id: BTreeMap::new(),
        others: BTreeMap::new(),
    };
    config.set_labels(labels);
    let weights = init::fresh(&config, labels.len(), hyperparameters.seed);
    tracing::info!(
        "starting from scratch: a vocabulary of {} tokens",
        config.vocab_size
    );
    Ok(ModelFolder {
        config,
        encoder,
        weights,
        card: None,
    })
}

#[cfg(test)]
mod tests;
