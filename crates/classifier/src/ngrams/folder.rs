//! A model as a folder: `ngrams.safetensors`, and the training card beside it.

use std::path::Path;

use anyhow::Result;
use bert::files::write_aside;
use ngrams::Ngrams;

/// The model's file in its folder.
pub const FILE: &str = "ngrams.safetensors";

pub fn load(folder: &Path) -> Result<Ngrams> {
    ngrams::read(&folder.join(FILE))
}

/// A killed job leaves nothing that looks like a model.
pub fn save(model: &Ngrams, folder: &Path) -> Result<()> {
    write_aside(&folder.join(FILE), |aside| ngrams::write(model, aside))
}
