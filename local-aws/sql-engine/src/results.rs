//! A result set: its columns as Athena tells them, and the objects that it is written to.

mod column;
mod csv;
mod metadata;
pub mod print;

pub use column::ColumnInfo;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use crate::error::Result;
use crate::storage::{Storage, Uri};

/// Where a statement's objects begin.
pub fn output(folder: &str, id: &str, suffix: &str) -> Result<Uri> {
    let mut uri = Uri::folder(folder)?;
    uri.key.push_str(id);
    uri.key.push_str(suffix);
    Ok(uri)
}

/// Columns of a schema, by the names that the statement gave them.
pub fn columns(schema: &SchemaRef, names: &[Option<String>]) -> Vec<ColumnInfo> {
    let name = |at: usize| match names.get(at) {
        Some(Some(name)) if names.len() == schema.fields().len() => name.clone(),
        _ => schema.field(at).name().clone(),
    };
    schema
        .fields()
        .iter()
        .enumerate()
        .map(|(at, field)| ColumnInfo::new(&name(at), field.data_type()))
        .collect()
}

/// Writes `ID.csv` and `ID.csv.metadata`.
pub async fn write_rows(
    storage: &Storage,
    uri: &Uri,
    columns: &[ColumnInfo],
    batches: &[RecordBatch],
) -> Result<()> {
    storage.write(uri, csv::rows(columns, batches)?).await?;
    write_metadata(storage, uri, columns).await
}

/// Writes `ID.txt`, lines of text, and its metadata.
pub async fn write_lines(
    storage: &Storage,
    uri: &Uri,
    columns: &[ColumnInfo],
    lines: &[String],
) -> Result<()> {
    let mut text = lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    storage.write(uri, text.into_bytes()).await?;
    write_metadata(storage, uri, columns).await
}

async fn write_metadata(storage: &Storage, uri: &Uri, columns: &[ColumnInfo]) -> Result<()> {
    let name = uri.key.rsplit('/').next().unwrap_or_default();
    let id = name.split('.').next().unwrap_or_default();
    let mut beside = uri.clone();
    beside.key.push_str(".metadata");
    storage.write(&beside, metadata::encode(id, columns)).await
}
