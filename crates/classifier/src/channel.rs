//! Labelled rows of a training channel: `prepare`'s output, or JSON Lines, CSV,
//! Parquet and lines of `__label__` as they come.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use contracts::dataset::PreparedManifest;
use serde_json::Value;

use crate::fasttext::LABEL_PREFIX;
use crate::rows::{self, Row};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledText {
    pub text: String,
    pub label: String,
}

impl LabelledText {
    /// A row without a text or a label is a mistake in the file, never a class of its own.
    fn new(text: String, label: String) -> Result<LabelledText> {
        ensure!(!text.trim().is_empty(), "the text is empty");
        ensure!(!label.trim().is_empty(), "the label is empty");
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
    let mut rows = Vec::new();
    for file in data_files(folder)? {
        match extension(&file) {
            // BlazingText's files have any extension or none, also .csv.
            _ if starts_with_label(&file)? => read_label_lines(&file, &mut rows)?,
            "jsonl" => read_json_lines(&file, columns, &mut rows)?,
            "csv" => read_csv(&file, columns, &mut rows)?,
            "parquet" | "tfrecord" => rows::for_each(&file, |_, row| {
                rows.push(labelled(&row, columns)?);
                Ok(true)
            })?,
            _ => bail!(
                "{}: only .jsonl, .csv, .parquet and .tfrecord files and lines of \"{LABEL_PREFIX}\" can be read from \
                 a channel",
                file.display()
            ),
        }
    }
    Ok(rows)
}

/// The files that hold rows: not hidden ones, and not the description that `prepare` adds.
pub fn data_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("read the folder {}", folder.display()))?
    {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if path.is_file() && !name.starts_with(['.', '_']) && extension(&path) != "json" {
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
    let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
    for (place, line) in BufReader::new(file).lines().enumerate() {
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
    let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
    let mut start = Vec::new();
    file.take(LABEL_PREFIX.len() as u64)
        .read_to_end(&mut start)
        .with_context(|| format!("read {}", path.display()))?;
    Ok(start == LABEL_PREFIX.as_bytes())
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
        rows.push(LabelledText::new(text.to_owned(), label.to_owned())?);
        Ok(())
    })
}

fn read_json_lines(path: &Path, columns: &Columns, rows: &mut Vec<LabelledText>) -> Result<()> {
    for_each_line(path, |_, line| {
        let row: Row = serde_json::from_str(line).context("not a JSON object")?;
        rows.push(labelled(&row, columns)?);
        Ok(())
    })
}

fn labelled(row: &Row, columns: &Columns) -> Result<LabelledText> {
    let text = row.get(&columns.text).and_then(Value::as_str);
    let text = text
        .with_context(|| format!("field `{}` is missing or no string", columns.text))?
        .to_owned();
    let label = match row.get(&columns.label) {
        Some(Value::String(label)) => label.clone(),
        Some(Value::Number(label)) => label.to_string(),
        _ => bail!(
            "field `{}` is missing or neither string nor number",
            columns.label
        ),
    };
    LabelledText::new(text, label)
}

fn read_csv(path: &Path, columns: &Columns, rows: &mut Vec<LabelledText>) -> Result<()> {
    let mut reader =
        csv::Reader::from_path(path).with_context(|| format!("open {}", path.display()))?;
    let header = reader
        .headers()
        .with_context(|| format!("read the header of {}", path.display()))?
        .clone();
    let column = |name: &str| {
        let place = header.iter().position(|column| column == name);
        place.with_context(|| format!("{} has no column `{name}`", path.display()))
    };
    let (text, label) = (column(&columns.text)?, column(&columns.label)?);
    for (place, record) in reader.records().enumerate() {
        let at = || format!("{}, row {}", path.display(), place + 1);
        let record = record.with_context(at)?;
        let row = LabelledText::new(record[text].to_owned(), record[label].to_owned());
        rows.push(row.with_context(at)?);
    }
    Ok(())
}

fn extension(path: &Path) -> &str {
    path.extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
}
