//! A whole file, of whatever kind its name and its first bytes say.

use std::fs::File;
use std::path::Path;

use anyhow::Result;
use contracts::dataset::Mapping;
use contracts::keys;
use contracts::schema::Schema;
use policy::dataset::Recipe;
use policy::text::TextColumns;
use tables::{Columns, Reader};

use crate::collected::{Checked, Collected};
use crate::labelled::{labelled, mapped, of_manifest};

/// Reads the whole file. The inner `Err` says why no row can be read; it is no error of reading.
pub fn check(
    path: &Path,
    source_key: &str,
    recipe: &Recipe,
    schema: Option<&Schema>,
    maximum_bytes: u64,
) -> Result<Result<Checked, tables::Error>> {
    let file = match columns(source_key, recipe, schema) {
        Ok(file) => file,
        Err(reason) => return Ok(Err(tables::Error::Refused(reason))),
    };
    let mut collected = Collected::new(schema)?;
    let read = if tables::is_manifest_name(source_key) {
        Reader::open_json(File::open(path)?, &Columns::all(), maximum_bytes)
            .map_err(anyhow::Error::from)
            .and_then(|reader| collected.read(reader, |row| of_manifest(row, recipe)))
    } else if source_key.starts_with(keys::INCOMING_HUMAN_LABELS) {
        Reader::open_json(File::open(path)?, &Columns::all(), maximum_bytes)
            .map_err(anyhow::Error::from)
            .and_then(|reader| collected.read(reader, |row| labelled(row, recipe)))
    } else if tables::is_parquet_name(source_key) {
        parquet_rows::open(File::open(path)?, maximum_bytes)
            .map_err(anyhow::Error::from)
            .and_then(|rows| collected.read_parquet(rows, |row| mapped(&row, &file, recipe)))
            .map_err(|error| refused(error, maximum_bytes))
    } else {
        open(path, source_key, &file, maximum_bytes)
            .map_err(anyhow::Error::from)
            .and_then(|reader| collected.read(reader, |row| mapped(&row, &file, recipe)))
    };
    match read.map_err(anyhow::Error::downcast) {
        Ok(()) => collected.finish().map(Ok),
        Err(Ok(tables::Error::Io(error))) => Err(error.into()),
        Err(Ok(refused)) => Ok(Err(refused)),
        Err(Err(error)) => Err(error),
    }
}

/// The recipe's mapping by the file's names. The error says why the schema cannot be followed.
pub fn columns(
    source_key: &str,
    recipe: &Recipe,
    schema: Option<&Schema>,
) -> Result<Mapping, String> {
    let Some(schema) = schema else {
        return Ok(recipe.mapping.clone());
    };
    if tables::is_manifest_name(source_key) || source_key.starts_with(keys::INCOMING_HUMAN_LABELS) {
        return Err("the rows of such a file have names of their own".to_owned());
    }
    policy::schema::mapping(&recipe.mapping, &recipe.labels, schema)
}

fn open(
    path: &Path,
    source_key: &str,
    mapping: &Mapping,
    maximum_bytes: u64,
) -> Result<Reader<'static>, tables::Error> {
    let text_columns = TextColumns::of(mapping);
    let needed = text_columns.names().chain([mapping.label_column.as_str()]);
    let columns = Columns {
        needed: needed.map(str::to_owned).collect(),
        optional: mapping.category_column.iter().cloned().collect(),
    };
    let file = File::open(path)?;
    if tables::is_json_name(source_key) {
        Reader::open_json(file, &columns, maximum_bytes)
    } else {
        Reader::open(file, &columns, maximum_bytes)
    }
}

/// What is wrong with a Parquet file, as it is said of other tables.
fn refused(error: anyhow::Error, maximum_bytes: u64) -> anyhow::Error {
    match error.downcast::<parquet_rows::Error>() {
        Ok(parquet_rows::Error::TooLarge(_)) => tables::Error::TooLarge(maximum_bytes).into(),
        Ok(error) => tables::Error::Refused(error.to_string()).into(),
        Err(error) => error,
    }
}
