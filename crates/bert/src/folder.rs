//! A model as a Hugging Face folder: `config.json`, `tokenizer.json`, `model.safetensors`, and
//! our training card beside them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use contracts::training::TrainingCard;

use super::tensor::{self, Weights};
use super::weights::Tensors;
use super::{BertConfig, TextEncoder, tokenizer};
use crate::files::{put_in_place, write_json};

const CARD: &str = "training.json";

/// Rows of the word embeddings that may have no token: vocabularies are padded to round numbers.
const PADDING: usize = 1024;

/// Everything that a folder holds, in memory.
pub struct ModelFolder {
    pub config: BertConfig,
    pub encoder: TextEncoder,
    pub weights: Weights,
    pub card: Option<TrainingCard>,
}

impl ModelFolder {
    /// Whether a channel holds a model at all: a marker file alone says "none".
    pub fn is_in(folder: &Path) -> bool {
        folder.join("config.json").is_file()
    }

    /// Reads a folder. `max_length` caps the tokens per text; without it the model's training
    /// card decides, so that serving cuts texts where training did.
    pub fn read(folder: &Path, max_length: Option<usize>) -> Result<ModelFolder> {
        let (config, tensors) = open(folder)?;
        let card = ModelFolder::read_card(folder)?;
        Ok(ModelFolder {
            encoder: read_encoder(folder, &config, card.as_ref(), max_length)?,
            weights: tensors.to_weights()?,
            config,
            card,
        })
    }

    /// The training card alone; a folder that did not come from `train` has none.
    pub fn read_card(folder: &Path) -> Result<Option<TrainingCard>> {
        let path = folder.join(CARD);
        if !path.is_file() {
            return Ok(None);
        }
        let json = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        serde_json::from_slice(&json)
            .map(Some)
            .with_context(|| format!("read {}", path.display()))
    }

    /// Writes the folder's files: aside first, then each renamed into place, `config.json` last,
    /// so that a killed job leaves nothing that looks like a model.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let aside = folder.join(".writing");
        if aside.exists() {
            fs::remove_dir_all(&aside).with_context(|| format!("remove {}", aside.display()))?;
        }
        fs::create_dir_all(&aside).with_context(|| format!("create {}", aside.display()))?;
        self.encoder.save(&aside)?;
        let family = self.config.model_type;
        let weights = self.weights.iter();
        let weights = weights.map(|(name, tensor)| (family.their_tensor(name), tensor));
        tensor::write(&aside.join("model.safetensors"), weights)?;
        if let Some(card) = &self.card {
            write_json(&aside.join(CARD), card)?;
        }
        write_json(&aside.join("config.json"), &self.config.to_json())?;
        let mut files: Vec<PathBuf> = fs::read_dir(&aside)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_>>()?;
        files.sort_by_key(|file| (file.ends_with("config.json"), file.clone()));
        for file in files {
            let name = file.file_name().expect("an entry of a folder has a name");
            put_in_place(&file, &folder.join(name))?;
        }
        fs::remove_dir(&aside).with_context(|| format!("remove {}", aside.display()))
    }
}

/// The configuration, and the weights, which are left in their file.
pub fn open(folder: &Path) -> Result<(BertConfig, Tensors<'static>)> {
    let path = folder.join("config.json");
    let json = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    let mut config =
        BertConfig::parse(&json).with_context(|| format!("load {}", path.display()))?;
    let tensors = Tensors::open(folder, config.model_type)?;
    // Checked before memory is allocated for layers: a damaged file may name any number of them.
    let (layers, found) = (config.num_hidden_layers, tensors.len());
    ensure!(
        layers <= found,
        "{}: {} is {layers}, but model.safetensors has only {found} tensors",
        path.display(),
        config
            .model_type
            .their_field("num_hidden_layers")
            .unwrap_or("num_hidden_layers"),
    );
    if config.id2label.is_empty() {
        config.set_labels(&unnamed_labels(&tensors));
    }
    Ok((config, tensors))
}

/// See [`ModelFolder::read`].
pub fn read_encoder(
    folder: &Path,
    config: &BertConfig,
    card: Option<&TrainingCard>,
    max_length: Option<usize>,
) -> Result<TextEncoder> {
    let trained = card.and_then(|card| card.hyperparameters.get("max_seq_length")?.parse().ok());
    let max_length = max_length
        .or(trained)
        .unwrap_or(config.max_tokens())
        .min(config.max_tokens());
    let encoder = TextEncoder::new(tokenizer::load(folder)?, config.pad_token_id, max_length)
        .with_context(|| format!("load the tokenizer in {}", folder.display()))?;
    let (tokens, rows) = (encoder.vocab_size(), config.vocab_size);
    ensure!(
        tokens <= rows,
        "the tokenizer in {} has {tokens} tokens, the model only {rows}",
        folder.display()
    );
    if rows - tokens > PADDING {
        tracing::warn!(
            "the tokenizer in {} has {tokens} tokens, the model {rows}: do they belong together?",
            folder.display()
        );
    }
    Ok(encoder)
}

/// What transformers calls the outputs of a head whose `config.json` has no label map; it leaves
/// out its default of two.
fn unnamed_labels(tensors: &Tensors) -> Vec<String> {
    let shape = tensors.shape("classifier.bias").unwrap_or_default();
    let outputs = shape.first().copied().unwrap_or(0);
    (0..outputs)
        .map(|output| format!("LABEL_{output}"))
        .collect()
}
