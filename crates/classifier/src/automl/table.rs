//! A table in memory, and as CSV.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use bert::files::write_aside;

use super::shown::{is_short, listed, shown};
use crate::data::Data;

#[derive(Debug)]
pub struct Table {
    pub columns: Vec<String>,
    /// Values without the blanks around them, in the columns' order; a missing one is empty.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The rows of a file or of a folder of them. `columns`: those that are read, or else all of the first file's; a file
    /// that lacks one is refused.
    pub fn read(path: &Path, columns: Option<&[String]>) -> Result<Table> {
        let data = Data::open(path, None)?;
        let columns = match columns {
            Some(columns) => columns.to_vec(),
            None => data.columns()?.into_iter().map(|(name, _)| name).collect(),
        };
        let mut rows = Vec::new();
        for file in data.files() {
            let before = rows.len();
            Data::open(file, None)?
                .each(&columns, |values| rows.push(values.to_vec()))
                .map_err(|error| without_long_names(&error, &columns))?;
            ensure!(rows.len() > before, "{}: no rows", file.display());
        }
        Ok(Table { columns, rows })
    }

    /// With these columns alone, in the table's order.
    pub fn only(mut self, columns: &[String]) -> Table {
        let is_kept = |name: &String| columns.contains(name);
        let kept: Vec<bool> = self.columns.iter().map(is_kept).collect();
        for row in self.rows.iter_mut().chain([&mut self.columns]) {
            let mut kept = kept.iter();
            row.retain(|_| kept.next().is_some_and(|it| *it));
        }
        self
    }

    /// The place of a column. The error says which there are.
    pub fn place(&self, column: &str) -> Result<usize> {
        let place = self.columns.iter().position(|name| name == column);
        let Some(place) = place else {
            bail!(
                "the data has no column {}: it has {}",
                shown(column),
                listed(&self.columns)
            );
        };
        Ok(place)
    }
}

/// An error that quotes a column as its length where its name is long.
fn without_long_names(error: &anyhow::Error, columns: &[String]) -> anyhow::Error {
    let long = columns.iter().filter(|name| !is_short(name));
    let said = long.fold(format!("{error:#}"), |said, name| {
        said.replace(&format!("{name:?}"), &shown(name))
    });
    anyhow!(said)
}

/// Writes a table with its header.
pub fn write<'a>(
    path: &Path,
    columns: &[String],
    rows: impl Iterator<Item = &'a Vec<String>>,
) -> Result<()> {
    let folder = path.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    write_aside(path, |aside| {
        let mut writer = csv::Writer::from_path(aside)?;
        writer.write_record(columns)?;
        rows.into_iter()
            .try_for_each(|row| writer.write_record(row))?;
        Ok(writer.flush()?)
    })
}
