//! A model input: `model.tar.gz` as SageMaker stores it, a folder, or a marker that says "none".

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::read::GzDecoder;

use crate::trained_model::TrainedModel;

/// The folder with the model's files, unpacked beside the archive if it came as one.
pub fn unpack(input: &Path) -> Result<Option<PathBuf>> {
    if TrainedModel::is_in(input) {
        return Ok(Some(input.to_owned()));
    }
    let archive = input.join("model.tar.gz");
    if !archive.is_file() {
        return Ok(None);
    }
    let folder = input.join("unpacked");
    fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    let file = File::open(&archive).with_context(|| format!("open {}", archive.display()))?;
    // `unpack` refuses entries that would leave the folder.
    let unpacked = tar::Archive::new(GzDecoder::new(file)).unpack(&folder);
    unpacked.with_context(|| format!("unpack {}", archive.display()))?;
    Ok(TrainedModel::is_in(&folder).then_some(folder))
}
