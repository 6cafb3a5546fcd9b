//! From a job's folder into S3.

use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::folder;
use crate::objects::{self, InName, S3Uri};

/// Uploads every file below a folder, each under its relative path. No folder is no output: the
/// job was not obliged to write one.
pub fn upload(role: &InName, source: &Path, uri: &str) -> Result<(), String> {
    let uri = S3Uri::parse(uri)?;
    if !source.exists() {
        return Ok(());
    }
    let parent = uri.key.trim_end_matches('/');
    for file in folder::files(source).map_err(io)? {
        let relative = file.to_string_lossy();
        let key = if parent.is_empty() {
            relative.into_owned()
        } else {
            format!("{parent}/{relative}")
        };
        objects::put(role, &uri.with_key(&key), &source.join(&file))?;
    }
    Ok(())
}

/// Uploads a folder as `.tar.gz`, unless it is empty.
pub fn upload_archive(
    role: &InName,
    source: &Path,
    archive: &Path,
    uri: &str,
) -> Result<(), String> {
    let files = if source.exists() {
        folder::files(source).map_err(io)?
    } else {
        Vec::new()
    };
    if files.is_empty() {
        return Ok(());
    }
    let file = std::fs::File::create(archive).map_err(io)?;
    let mut tar = tar::Builder::new(GzEncoder::new(file, Compression::fast()));
    // One model, one archive: the same bytes whenever it was packed, so that they can be compared.
    tar.mode(tar::HeaderMode::Deterministic);
    for file in files {
        tar.append_path_with_name(source.join(&file), &file)
            .map_err(io)?;
    }
    tar.into_inner().and_then(GzEncoder::finish).map_err(io)?;
    objects::put(role, &S3Uri::parse(uri)?, archive)
}

fn io(error: impl std::fmt::Display) -> String {
    format!("InternalServerError: an output could not be read: {error}")
}
