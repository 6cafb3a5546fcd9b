//! Labelled rows of a training channel: `prepare`'s output, or JSON Lines, CSV,
//! Parquet and lines of `__label__` as they come.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use contracts::dataset::PreparedManifest;
use policy::labels;
use serde_json::Value;
use tables::Source;

use crate::fasttext::LABEL_PREFIX;
use crate::rows::{self, Row};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledText {
    pub text: String,
    pub label: String,
}

impl LabelledText {
    /// A row without a text or a label is a mistake in the file, never a class of its own.
    fn new(text: &str, label: &str) -> Result<LabelledText> {
        let (text, label) = (text.trim().to_owned(), labels::spelling(label).into_owned());
        ensure!(!text.is_empty(), "the text is empty");
        ensure!(!label.is_empty(), "the label is empty");
        Ok(LabelledText { text, label })
    }
}

/// What the two columns are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    pub text: String,
    pub label: String,
}

/// All rows of a channel, its files in the order of their names. Errors name file and row.
pub fn read(folder: &Path, columns: &Columns) -> Result<Vec<LabelledText>> {
    let wanted = tables::Columns {
        needed: vec![columns.text.clone(), columns.label.clone()],
        optional: Vec::new(),
    };
    let mut rows = Vec::new();
    for file in data_files(folder)? {
        // BlazingText's files have any extension or none, also .csv.
        if starts_with_label(&file)? {
            read_label_lines(&file, &mut rows)?;
        } else {
            rows::for_each_with(&file, &wanted, |_, row| {
                rows.push(labelled(&row, columns)?);
                Ok(true)
            })?;
        }
    }
    Ok(rows)
}

/// The files that hold rows, those in sub-folders too, as an S3 prefix has them: not hidden ones,
/// and not the descriptions that `prepare` adds.
pub fn data_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let at = || format!("read the folder {}", folder.display());
    for entry in fs::read_dir(folder).with_context(at)? {
        let path = entry.with_context(at)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.unwrap_or_default();
        let description = name.ends_with("manifest.json") || name == "profile.json";
        if name.starts_with(['.', '_']) || description {
            continue;
        }
        if path.is_dir() {
            files.extend(data_files(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The text columns that `prepare` names in its manifest beside the rows; empty where there is no
/// manifest, or one that does not say.
pub fn text_columns(folder: &Path) -> Result<Vec<String>> {
    let files = fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    for entry in files {
        let path = entry?.path();
        // Instances that share the job have each its own, and they agree.
        let name = path.file_name().and_then(|name| name.to_str());
        if name.is_some_and(|name| name.ends_with(MANIFEST)) {
            let json = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
            // Another file of that name is not prepare's.
            if let Ok(manifest) = serde_json::from_slice::<PreparedManifest>(&json) {
                return Ok(manifest.text_columns);
            }
        }
    }
    Ok(Vec::new())
}

/// What `prepare` calls the description of the files it leaves in a folder; several instances put
/// their names in front.
pub const MANIFEST: &str = "manifest.json";

/// Calls `each` with every line that is not blank and its number, counted from 1.
pub fn for_each_line(path: &Path, mut each: impl FnMut(usize, &str) -> Result<()>) -> Result<()> {
    for (place, line) in BufReader::new(text(path)?).lines().enumerate() {
        let number = place + 1;
        let at = || format!("{}, line {number}", path.display());
        let line = line.with_context(at)?;
        if !line.trim().is_empty() {
            each(number, &line).with_context(at)?;
        }
    }
    Ok(())
}

fn starts_with_label(path: &Path) -> Result<bool> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    // They are no text.
    if matches!(extension, Some("parquet" | "tfrecord")) {
        return Ok(false);
    }
    Ok(text(path)?.start().starts_with(LABEL_PREFIX.as_bytes()))
}

fn text(path: &Path) -> Result<Source<'static>> {
    let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
    Source::open(file, u64::MAX).with_context(|| format!("{}", path.display()))
}

/// `__label__1 a lovely dress`, as fastText and BlazingText have it.
fn read_label_lines(path: &Path, rows: &mut Vec<LabelledText>) -> Result<()> {
    for_each_line(path, |_, line| {
        let (label, text) = line.trim().split_once([' ', '\t']).unwrap_or((line, ""));
        let label = label
            .strip_prefix(LABEL_PREFIX)
            .filter(|label| !label.is_empty());
        let label =
            label.with_context(|| format!("does not start with {LABEL_PREFIX} and a name"))?;
        if text
            .split_whitespace()
            .any(|word| word.starts_with(LABEL_PREFIX))
        {
            bail!("more than one label to a text is not supported");
        }
        rows.push(LabelledText::new(text, label)?);
        Ok(())
    })
}

fn labelled(row: &Row, columns: &Columns) -> Result<LabelledText> {
    let text = row.get(&columns.text).and_then(Value::as_str);
    let text = text.with_context(|| format!("field `{}` is missing or no string", columns.text))?;
    let label = match row.get(&columns.label) {
        Some(Value::String(label)) => label.clone(),
        Some(Value::Number(label)) => label.to_string(),
        _ => bail!(
            "field `{}` is missing or neither string nor number",
            columns.label
        ),
    };
    LabelledText::new(text, &label)
}

#[cfg(test)]
mod tests;
