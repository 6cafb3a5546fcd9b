//! Rows of a file in any of the formats that are read: JSON Lines, CSV with a header, Parquet and
//! TFRecord. A row is a JSON object.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{self, Field};
use serde_json::{Map, Value};

use crate::prepare::tf_record::{self, Feature};

pub type Row = Map<String, Value>;

/// Calls `each` with every row and its number, counted from 1, until it says `false`. Errors
/// name the file and the line or row.
pub fn for_each(path: &Path, each: impl FnMut(usize, Row) -> Result<bool>) -> Result<()> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension.unwrap_or_default() {
        "jsonl" => json_lines(path, each),
        "csv" => csv(path, each),
        "parquet" => parquet(path, each),
        "tfrecord" => tf_records(path, each),
        _ => bail!(
            "{}: only .jsonl, .csv, .parquet and .tfrecord files can be read",
            path.display()
        ),
    }
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("open {}", path.display()))
}

fn json_lines(path: &Path, mut each: impl FnMut(usize, Row) -> Result<bool>) -> Result<()> {
    for (place, line) in BufReader::new(open(path)?).lines().enumerate() {
        let at = || format!("{}, line {}", path.display(), place + 1);
        let line = line.with_context(at)?;
        if line.trim().is_empty() {
            continue;
        }
        let row = serde_json::from_str(&line).context("not a JSON object");
        if !row.and_then(|row| each(place + 1, row)).with_context(at)? {
            break;
        }
    }
    Ok(())
}

fn csv(path: &Path, mut each: impl FnMut(usize, Row) -> Result<bool>) -> Result<()> {
    let mut reader = csv::Reader::from_reader(open(path)?);
    let header = reader.headers();
    let header = header
        .with_context(|| format!("read the header of {}", path.display()))?
        .clone();
    for (place, record) in reader.records().enumerate() {
        let at = || format!("{}, row {}", path.display(), place + 1);
        let record = record.with_context(at)?;
        let fields = header.iter().zip(&record);
        let row = fields.map(|(name, value)| (name.to_owned(), Value::from(value)));
        if !each(place + 1, row.collect()).with_context(at)? {
            break;
        }
    }
    Ok(())
}

fn parquet(path: &Path, mut each: impl FnMut(usize, Row) -> Result<bool>) -> Result<()> {
    let at = || format!("read {}", path.display());
    let reader = SerializedFileReader::new(open(path)?).with_context(at)?;
    for (place, row) in reader.get_row_iter(None).with_context(at)?.enumerate() {
        let at = || format!("{}, row {}", path.display(), place + 1);
        let row = object(&row.with_context(at)?);
        if !each(place + 1, row).with_context(at)? {
            break;
        }
    }
    Ok(())
}

fn tf_records(path: &Path, mut each: impl FnMut(usize, Row) -> Result<bool>) -> Result<()> {
    let mut file = BufReader::new(open(path)?);
    for number in 1.. {
        let at = || format!("{}, record {number}", path.display());
        let Some(record) = tf_record::read_record(&mut file).with_context(at)? else {
            break;
        };
        let example = tf_record::decode(&record).context("not a tf.Example");
        let row = example.with_context(at)?.into_iter();
        let row = row.map(|(name, feature)| (name, json(feature))).collect();
        if !each(number, row).with_context(at)? {
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
