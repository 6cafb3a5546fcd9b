//! The rows of a Parquet file, as those of any other table: a value that JSON does not know becomes text.

mod times;
mod types;

use std::fs::File;

use parquet::basic::ConvertedType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{self, Field};
use serde_json::{Map, Value};
use tables::{Row, RowError};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the file is no Parquet file that can be read: {0}")]
    File(ParquetError),
    #[error(
        "the column {name:?} has values of a type that cannot be read ({kind}): write them as text, or leave the column out"
    )]
    Column { name: String, kind: ConvertedType },
    #[error("row {number}: {}", without_values(error))]
    Row { number: u64, error: ParquetError },
    /// A text that all rows share stands in the file once, and in each row anew.
    #[error("its rows have more than {0} bytes: put them into several files")]
    TooLarge(u64),
}

/// Of a text that is no UTF-8 the crate tells every byte, and reasons are logged.
fn without_values(error: &ParquetError) -> String {
    let text = error.to_string();
    match text.split_once(" Bytes: ") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}

/// The rows one after another, with their numbers from 1; a row is good or it is an error of its own.
pub struct Rows {
    rows: RowIter<'static>,
    number: u64,
    bytes: u64,
    limit: u64,
}

/// `limit`: bytes that the rows may have together.
pub fn open(file: File, limit: u64) -> Result<Rows, Error> {
    let reader = SerializedFileReader::new(file).map_err(Error::File)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    for column in schema.root_schema().get_fields() {
        if let Some(kind) = types::unreadable(column) {
            let name = column.name().to_owned();
            return Err(Error::Column { name, kind });
        }
    }
    let rows = RowIter::from_file_into(Box::new(reader));
    Ok(Rows {
        rows,
        number: 0,
        bytes: 0,
        limit,
    })
}

/// The names of its columns in their order. A row leaves out those that have no value in it.
pub fn columns(file: File) -> Result<Vec<String>, Error> {
    let reader = SerializedFileReader::new(file).map_err(Error::File)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let fields = schema.root_schema().get_fields().iter();
    Ok(fields.map(|field| field.name().to_owned()).collect())
}

type Numbered = (u64, Result<Row<'static>, RowError>);

impl Iterator for Rows {
    type Item = Result<Numbered, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next()?;
        self.number += 1;
        let number = self.number;
        Some(self.row(row.map_err(|error| Error::Row { number, error })))
    }
}

impl Rows {
    fn row(&mut self, row: Result<record::Row, Error>) -> Result<Numbered, Error> {
        let row = row?;
        let sizes = row.get_column_iter().map(|(_, field)| size(field));
        self.bytes += sizes.sum::<u64>();
        if self.bytes > self.limit {
            return Err(Error::TooLarge(self.limit));
        }
        let mut columns = row.get_column_iter();
        let row = match columns.find(|(_, field)| times::is_out_of_range(field)) {
            Some((column, _)) => Err(RowError::new(column, times::OUT_OF_RANGE, times::RANGE)),
            None => Ok(object(&row).into()),
        };
        Ok((self.number, row))
    }
}

fn object(row: &record::Row) -> Map<String, Value> {
    let columns = row.get_column_iter();
    columns
        .filter(|(_, field)| **field != Field::Null)
        .map(|(name, field)| (name.clone(), value(field)))
        .collect()
}

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

/// Bytes of a row's texts. Numbers are not kept for long.
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

#[cfg(test)]
mod tests;
