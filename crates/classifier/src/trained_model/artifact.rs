//! A model input: `model.tar.gz` as SageMaker stores it, a folder, or a marker that says "none".

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::TrainedModel;
use crate::archive::{self, Bounds};

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
    archive::unpack(&archive, &folder, Bounds::default())?;
    Ok(TrainedModel::is_in(&folder).then_some(folder))
}
