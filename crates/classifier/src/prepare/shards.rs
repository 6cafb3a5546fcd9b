//! Files of a bounded number of rows, in one of the formats.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use contracts::dataset::PreparedFile;

use super::columns::{Cell, Columns};
use super::limits::Limits;
use super::parquet_file::ParquetFile;
use super::settings::Format;
use crate::rows::tf_record::{self, Feature};

/// Writes `<prefix>part-00000.<extension>`, `<prefix>part-00001.<extension>`, ... into a folder.
pub struct Shards {
    folder: PathBuf,
    prefix: String,
    format: Format,
    limits: Limits,
    open: Option<ShardFile>,
    files: Vec<PreparedFile>,
}

impl Shards {
    pub fn new(folder: PathBuf, prefix: String, format: Format, limits: Limits) -> Shards {
        Shards {
            folder,
            prefix,
            format,
            limits,
            open: None,
            files: Vec::new(),
        }
    }

    pub fn write(&mut self, row: Columns) -> Result<()> {
        let full = self
            .files
            .last()
            .is_some_and(|file| file.rows == self.limits.rows_per_shard);
        if full {
            self.close()?;
        }
        let file = match &mut self.open {
            Some(file) => file,
            None => {
                let (number, extension) = (self.files.len(), self.format.extension());
                let name = format!("{}part-{number:05}.{extension}", self.prefix);
                fs::create_dir_all(&self.folder)
                    .with_context(|| format!("create {}", self.folder.display()))?;
                let file = ShardFile::create(&self.folder.join(&name), self.format, self.limits)?;
                self.files.push(PreparedFile { name, rows: 0 });
                self.open.insert(file)
            }
        };
        let current = self.files.last_mut().expect("one is open");
        current.rows += 1;
        file.write(row)
            .with_context(|| format!("write {}", self.folder.join(&current.name).display()))
    }

    /// Completes the last file and returns what was written.
    pub fn finish(mut self) -> Result<Vec<PreparedFile>> {
        self.close()?;
        Ok(self.files)
    }

    fn close(&mut self) -> Result<()> {
        match self.open.take() {
            Some(file) => file
                .finish()
                .with_context(|| format!("write to {}", self.folder.display())),
            None => Ok(()),
        }
    }
}

enum ShardFile {
    JsonLines(BufWriter<File>),
    TfRecord(BufWriter<File>),
    Parquet(ParquetFile),
}

impl ShardFile {
    fn create(path: &Path, format: Format, limits: Limits) -> Result<ShardFile> {
        let file = File::create(path).with_context(|| format!("create {}", path.display()))?;
        Ok(match format {
            Format::Jsonl => ShardFile::JsonLines(BufWriter::new(file)),
            Format::Tfrecord => ShardFile::TfRecord(BufWriter::new(file)),
            Format::Parquet => ShardFile::Parquet(ParquetFile::new(file, limits.rows_per_group)),
        })
    }

    fn write(&mut self, row: Columns) -> Result<()> {
        match self {
            ShardFile::JsonLines(file) => {
                write_json(file, &row)?;
                Ok(file.write_all(b"\n")?)
            }
            ShardFile::TfRecord(file) => {
                let example: Vec<(&str, Feature)> = row
                    .into_iter()
                    .filter_map(|(name, value)| Some((name, feature(value)?)))
                    .collect();
                Ok(tf_record::write_record(file, &tf_record::encode(&example))?)
            }
            ShardFile::Parquet(file) => file.write(row),
        }
    }

    fn finish(self) -> Result<()> {
        match self {
            ShardFile::JsonLines(mut file) | ShardFile::TfRecord(mut file) => Ok(file.flush()?),
            ShardFile::Parquet(file) => file.finish(),
        }
    }
}

fn feature(value: Cell) -> Option<Feature> {
    match value {
        Cell::Text(text) => Some(Feature::Bytes(text.into_bytes())),
        Cell::Optional(text) => text.map(|text| Feature::Bytes(text.into_bytes())),
        Cell::Integers(integers) => Some(Feature::Integers(integers)),
        Cell::Floats(floats) => Some(Feature::Floats(floats)),
    }
}

fn write_json(file: &mut impl Write, row: &Columns) -> Result<()> {
    let there = row
        .iter()
        .filter(|(_, value)| *value != Cell::Optional(None));
    for (place, (name, value)) in there.enumerate() {
        file.write_all(if place == 0 { b"{" } else { b"," })?;
        serde_json::to_writer(&mut *file, name)?;
        file.write_all(b":")?;
        match value {
            Cell::Text(text) => serde_json::to_writer(&mut *file, text)?,
            Cell::Optional(text) => serde_json::to_writer(&mut *file, text)?,
            Cell::Floats(floats) => serde_json::to_writer(&mut *file, floats)?,
            Cell::Integers(integers) => match integers.as_slice() {
                [only] => serde_json::to_writer(&mut *file, only)?,
                many => serde_json::to_writer(&mut *file, many)?,
            },
        }
    }
    Ok(file.write_all(b"}")?)
}
