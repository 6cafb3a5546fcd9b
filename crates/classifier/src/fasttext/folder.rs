//! A model as a folder: `model.bin`, and the training card beside it.

use std::path::Path;

use anyhow::{Context, Result};
use bert::ModelFolder;
use bert::files::write_aside;
use fasttext::{FastText, format};

/// The model's file in its folder.
pub const FILE: &str = "model.bin";

/// Reads `model.bin`, and the training card, which says how texts are split into words.
pub fn load(folder: &Path) -> Result<FastText> {
    let path = folder.join(FILE);
    let mut model = format::read(&path).with_context(|| format!("load {}", path.display()))?;
    let card = ModelFolder::read_card(folder)?;
    if let Some(words) = card
        .as_ref()
        .and_then(|card| card.hyperparameters.get("words"))
    {
        model.words = words
            .parse()
            .with_context(|| format!("the training card in {}", folder.display()))?;
    }
    Ok(model)
}

/// A killed job leaves nothing that looks like a model.
pub fn save(model: &FastText, folder: &Path) -> Result<()> {
    write_aside(&folder.join(FILE), |aside| format::write(model, aside))
}
