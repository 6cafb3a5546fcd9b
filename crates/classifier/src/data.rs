//! The rows of a file or of a folder of files, a row at a time.

use std::fs::{self, File};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use tables::{Columns, Reader, Source};

use crate::rows::{extension, for_each_with, most_bytes};

#[derive(Debug)]
pub struct Data {
    files: Vec<PathBuf>,
    /// The columns' names where the files may lack them.
    headers: Option<Vec<String>>,
}

impl Data {
    /// A file, or the files below a folder in the order of their names, but hidden ones.
    pub fn open(path: &Path, headers: Option<Vec<String>>) -> Result<Data> {
        let mut files = Vec::new();
        collect(path, &mut files)?;
        files.sort();
        ensure!(!files.is_empty(), "{}: no file", path.display());
        Ok(Data { files, headers })
    }

    /// In the order of their names.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The columns' names with their places.
    pub fn columns(&self) -> Result<Vec<(String, usize)>> {
        if let Some(headers) = &self.headers {
            return Ok(headers.iter().cloned().zip(0..).collect());
        }
        for path in &self.files {
            let columns = self.columns_of(path)?;
            if !columns.is_empty() {
                return Ok(columns);
            }
        }
        bail!("{}: no rows", self.files[0].display())
    }

    fn columns_of(&self, path: &Path) -> Result<Vec<(String, usize)>> {
        let at = || path.display().to_string();
        if extension(path) == "parquet" {
            let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
            let names = parquet_rows::columns(file).with_context(at)?;
            return Ok(names.into_iter().zip(0..).collect());
        }
        let mut reader = self.reader(path, &Columns::all())?;
        let columns = reader.places().to_vec();
        if !columns.is_empty() {
            return Ok(columns);
        }
        // A row of JSON may leave out what has no value in it.
        let mut names: Vec<String> = Vec::new();
        while let Some(entry) = reader.next_row().with_context(at)? {
            let row = entry.row.and_then(tables::Row::into_object);
            let row =
                row.map_err(|error| anyhow!("{}, {}: {error}", path.display(), entry.lines))?;
            for name in row.into_iter().map(|(name, _)| name) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        Ok(names.into_iter().zip(0..).collect())
    }

    /// Calls `each` with every row's values in these columns; what a row does not have is empty.
    pub fn each(&self, columns: &[String], mut each: impl FnMut(&[String])) -> Result<()> {
        let wanted = Columns {
            needed: columns.to_vec(),
            optional: Vec::new(),
        };
        let mut values = vec![String::new(); columns.len()];
        let mut take = |row: &tables::Row<'_>| {
            for (value, column) in values.iter_mut().zip(columns) {
                value.clear();
                let found = row.get(column).map_err(|error| anyhow!("{error}"))?;
                value.push_str(&found.unwrap_or_default());
            }
            // A file that has its header line although the names were given.
            let is_header = self.headers.is_some() && values == columns;
            if !is_header {
                each(&values);
            }
            Ok(true)
        };
        for path in &self.files {
            if extension(path) == "parquet" {
                for_each_with(path, &wanted, |_, row| take(&row))?;
                continue;
            }
            let mut reader = self.reader(path, &wanted)?;
            while let Some(entry) = reader
                .next_row()
                .with_context(|| path.display().to_string())?
            {
                let at = || format!("{}, {}", path.display(), entry.lines);
                let row = entry
                    .row
                    .map_err(|error| anyhow!("{error}"))
                    .with_context(at)?;
                take(&row).with_context(at)?;
            }
        }
        Ok(())
    }

    fn reader(&self, path: &Path, columns: &Columns) -> Result<Reader<'static>> {
        let at = || path.display().to_string();
        let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
        let limit = most_bytes(path)?;
        let source = Source::open(file, limit).with_context(at)?;
        let is_json = tables::is_json_name(&path.to_string_lossy());
        let starts_as_json = source.start().trim_ascii_start().starts_with(b"{");
        let reader = match &self.headers {
            _ if is_json => Reader::open_json(source, columns, limit),
            Some(headers) if !starts_as_json => {
                Reader::open(Cursor::new(line(headers)).chain(source), columns, limit)
            }
            _ => Reader::open(source, columns, limit),
        };
        reader.with_context(at)
    }
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let at = || format!("read {}", path.display());
    if !fs::metadata(path).with_context(at)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path).with_context(at)? {
        let entry = entry.with_context(at)?;
        // Spark leaves _SUCCESS beside its files.
        if !entry.file_name().to_string_lossy().starts_with(['.', '_']) {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}

fn line(headers: &[String]) -> Vec<u8> {
    let quoted = headers
        .iter()
        .map(|name| format!("\"{}\"", name.replace('"', "\"\"")));
    (quoted.collect::<Vec<_>>().join(",") + "\n").into_bytes()
}
