//! Small things about files that several commands share.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

/// Writes one JSON document, readable by people.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut json = serde_json::to_vec_pretty(value)
        .with_context(|| format!("serialise {}", path.display()))?;
    json.push(b'\n');
    fs::write(path, json).with_context(|| format!("write {}", path.display()))
}
