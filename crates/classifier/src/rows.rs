//! Rows of a file in any of the formats that are read: JSON Lines and arrays, CSV with a header, Parquet
//! and TFRecord. A row is a JSON object.

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{self, Field};
use serde_json::{Map, Value};
use tables::{Columns, Reader};

use crate::prepare::tf_record::{self, Feature};

pub type Row = Map<String, Value>;

/// Calls `each` with every row and its number, counted from 1, until it says `false`. Errors
/// name the file and the line or row.
pub fn for_each(path: &Path, mut each: impl FnMut(usize, Row) -> Result<bool>) -> Result<()> {
    for_each_with(path, &Columns::all(), |number, row| {
        each(
            number,
            row.into_object().map_err(|error| anyhow!("{error}"))?,
        )
    })
}

/// The same where only these columns are needed: the row finds them by the rules of [`tables`],
/// whatever the format.
pub fn for_each_with(
    path: &Path,
    columns: &Columns,
    each: impl FnMut(usize, tables::Row<'_>) -> Result<bool>,
) -> Result<()> {
    match extension(path).as_str() {
        "parquet" => parquet(path, each),
        "tfrecord" => tf_records(path, each),
        extension if TABLES.contains(&extension) => table(path, columns, each),
        _ => bail!(
            "{}: only .parquet, .tfrecord and tables (.{}) can be read",
            path.display(),
            TABLES.join(", .")
        ),
    }
}

/// In lower case.
pub fn extension(path: &Path) -> String {
    let extension = path.extension().unwrap_or_default();
    extension.to_string_lossy().to_ascii_lowercase()
}

/// Their first bytes say which kind of table they are.
const TABLES: &[&str] = &["jsonl", "ndjson", "json", "csv", "tsv", "txt", "gz"];

/// Bytes that the rows of a packed file (gzip, Parquet) may have: a hundred times the file's, where texts
/// that people wrote are packed to a tenth or so. A small file may be anything.
pub fn most_bytes(path: &Path) -> Result<u64> {
    const SMALL: u64 = 64 << 20;
    const PACKED: u64 = 100;
    let file =
        fs::metadata(path).with_context(|| format!("ask for the length of {}", path.display()))?;
    Ok(SMALL.max(PACKED.saturating_mul(file.len())))
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("open {}", path.display()))
}

/// A bad row ends the reading: a training job is told before it starts.
fn table(
    path: &Path,
    columns: &Columns,
    mut each: impl FnMut(usize, tables::Row<'_>) -> Result<bool>,
) -> Result<()> {
    let at = || format!("{}", path.display());
    let (file, bound) = (open(path)?, most_bytes(path)?);
    let mut reader = if tables::is_json_name(&path.to_string_lossy()) {
        Reader::open_json(file, columns, bound)
    } else {
        Reader::open(file, columns, bound)
    }
    .with_context(at)?;
    while let Some(entry) = reader.next_row().with_context(at)? {
        let at = || format!("{}, {}", path.display(), entry.lines);
        let row = entry.row.map_err(|error| anyhow!("{error}"));
        let row = row.with_context(at)?;
        if !each(usize::try_from(entry.number)?, row).with_context(at)? {
            break;
        }
    }
    Ok(())
}

fn parquet(
    path: &Path,
    mut each: impl FnMut(usize, tables::Row<'_>) -> Result<bool>,
) -> Result<()> {
    let at = || format!("read {}", path.display());
    let reader = SerializedFileReader::new(open(path)?).with_context(at)?;
    let (mut bytes, bound) = (0, most_bytes(path)?);
    for (place, row) in reader.get_row_iter(None).with_context(at)?.enumerate() {
        let at = || format!("{}, row {}", path.display(), place + 1);
        let row = row.with_context(at)?;
        bytes += row
            .get_column_iter()
            .map(|(_, field)| size(field))
            .sum::<u64>();
        ensure!(
            bytes <= bound,
            "{}: its rows have more than {bound} bytes: put them into several files",
            path.display()
        );
        let row = object(&row);
        if !each(place + 1, row.into()).with_context(at)? {
            break;
        }
    }
    Ok(())
}

fn tf_records(
    path: &Path,
    mut each: impl FnMut(usize, tables::Row<'_>) -> Result<bool>,
) -> Result<()> {
    let mut file = BufReader::new(open(path)?);
    for number in 1.. {
        let at = || format!("{}, record {number}", path.display());
        let Some(record) = tf_record::read_record(&mut file).with_context(at)? else {
            break;
        };
        let example = tf_record::decode(&record).context("not a tf.Example");
        let row = example.with_context(at)?.into_iter();
        let row: Row = row.map(|(name, feature)| (name, json(feature))).collect();
        if !each(number, row.into()).with_context(at)? {
            break;
        }
    }
    Ok(())
}

fn object(row: &record::Row) -> Row {
    let columns = row.get_column_iter();
    columns
        .filter(|(_, field)| **field != Field::Null)
        .map(|(name, field)| (name.clone(), value(field)))
        .collect()
}

/// Kinds that JSON has not become text.
fn value(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(value) => (*value).into(),
        Field::Byte(value) => (*value).into(),
        Field::Short(value) => (*value).into(),
        Field::Int(value) => (*value).into(),
        Field::Long(value) => (*value).into(),
        Field::UByte(value) => (*value).into(),
        Field::UShort(value) => (*value).into(),
        Field::UInt(value) => (*value).into(),
        Field::ULong(value) => (*value).into(),
        Field::Float(value) => (*value).into(),
        Field::Double(value) => (*value).into(),
        Field::Str(text) => text.as_str().into(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into(),
        Field::ListInternal(list) => list.elements().iter().map(value).collect(),
        Field::Group(row) => Value::Object(object(row)),
        other => other.to_string().into(),
    }
}

/// Bytes of a row's texts: one that all rows share stands in the file once, and in each row anew. Numbers
/// are not kept for long.
fn size(field: &Field) -> u64 {
    match field {
        Field::Str(text) => text.len() as u64,
        Field::Bytes(bytes) => bytes.len() as u64,
        Field::Group(row) => row.get_column_iter().map(|(_, field)| size(field)).sum(),
        Field::ListInternal(list) => list.elements().iter().map(size).sum(),
        Field::MapInternal(map) => {
            let entries = map.entries().iter();
            entries.map(|(key, value)| size(key) + size(value)).sum()
        }
        _ => 1,
    }
}

/// A list of one number is that number: `tf.Example` knows only lists.
fn json(feature: Feature) -> Value {
    match feature {
        Feature::Bytes(bytes) => String::from_utf8_lossy(&bytes).into(),
        Feature::Integers(integers) => match integers.as_slice() {
            [only] => (*only).into(),
            many => many.into(),
        },
        Feature::Floats(floats) => floats.into(),
    }
}
