//! Rows as an object's bytes.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::ScalarValue;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel};
use parquet::file::properties::WriterProperties;
use serde_json::{Map, Value};

use crate::catalog::Table;
use crate::error::{AthenaError, Result};
use crate::functions;
use crate::results::print;

pub enum Encoding {
    Parquet(Compression),
    Text { delimiter: String },
    Json,
}

impl Encoding {
    pub fn named(format: &str, compression: Option<&str>, delimiter: Option<&str>) -> Result<Self> {
        let compression = compression.map(str::to_uppercase);
        match (format.to_uppercase().as_str(), compression.as_deref()) {
            ("PARQUET", None | Some("GZIP")) => {
                Ok(Self::Parquet(Compression::GZIP(GzipLevel::default())))
            }
            ("PARQUET", Some("SNAPPY")) => Ok(Self::Parquet(Compression::SNAPPY)),
            ("PARQUET", Some("NONE" | "UNCOMPRESSED")) => {
                Ok(Self::Parquet(Compression::UNCOMPRESSED))
            }
            ("TEXTFILE", None | Some("NONE")) => Ok(Self::Text {
                delimiter: delimiter.unwrap_or("\u{1}").to_owned(),
            }),
            ("JSON", None | Some("NONE")) => Ok(Self::Json),
            (format, compression) => Err(AthenaError::not_supported(format!(
                "format {format} with compression {}",
                compression.unwrap_or("NONE")
            ))),
        }
    }

    pub fn of(table: &Table) -> Result<Self> {
        let serde = &table.storage_descriptor.serde_info;
        let library = serde.serialization_library.as_deref().unwrap_or_default();
        match library.rsplit('.').next().unwrap_or_default() {
            "ParquetHiveSerDe" => Self::named(
                "PARQUET",
                table
                    .parameters
                    .get("parquet.compression")
                    .map(String::as_str),
                None,
            ),
            "JsonSerDe" => Ok(Self::Json),
            "LazySimpleSerDe" => Self::named(
                "TEXTFILE",
                None,
                serde.parameters.get("field.delim").map(String::as_str),
            ),
            other => Err(AthenaError::not_supported(format!(
                "INSERT INTO a table of {other}"
            ))),
        }
    }

    pub fn suffix(&self) -> &'static str {
        match self {
            Self::Parquet(_) => ".parquet",
            Self::Text { .. } => ".txt",
            Self::Json => ".json",
        }
    }

    pub fn encode(&self, schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Vec<u8>> {
        match self {
            Self::Parquet(compression) => parquet(schema, batches, *compression),
            Self::Text { delimiter } => lines(batches, |row| {
                let text = |(_, value): &(String, ScalarValue)| {
                    Ok(print::text(value)?.unwrap_or_else(|| "\\N".to_owned()))
                };
                let texts = row.iter().map(text).collect::<Result<Vec<_>>>()?;
                if texts
                    .iter()
                    .any(|text| text.contains(delimiter.as_str()) || text.contains('\n'))
                {
                    return Err(AthenaError::not_supported(
                        "a text with its own delimiter or a line break in format TEXTFILE",
                    ));
                }
                Ok(texts.join(delimiter))
            }),
            Self::Json => lines(batches, |row| {
                let member =
                    |(name, value): &(String, ScalarValue)| Ok((name.clone(), json(value)?));
                let members = row
                    .iter()
                    .map(member)
                    .collect::<Result<Map<String, Value>>>()?;
                Ok(Value::Object(members).to_string())
            }),
        }
    }
}

fn parquet(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    compression: Compression,
) -> Result<Vec<u8>> {
    let failed = |error: parquet::errors::ParquetError| {
        AthenaError::user(format!("HIVE_WRITER_DATA_ERROR: {error}"))
    };
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .build();
    let mut writer =
        ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties)).map_err(failed)?;
    for batch in batches {
        writer.write(batch).map_err(failed)?;
    }
    writer.into_inner().map_err(failed)
}

fn lines(
    batches: &[RecordBatch],
    mut line: impl FnMut(&[(String, ScalarValue)]) -> Result<String>,
) -> Result<Vec<u8>> {
    let mut text = String::new();
    for batch in batches {
        let schema = batch.schema();
        for row in 0..batch.num_rows() {
            let value = |(at, column): (usize, &arrow::array::ArrayRef)| {
                Ok((
                    schema.field(at).name().clone(),
                    ScalarValue::try_from_array(column, row)?,
                ))
            };
            let row = batch
                .columns()
                .iter()
                .enumerate()
                .map(value)
                .collect::<datafusion::error::Result<Vec<_>>>()?;
            text.push_str(&line(&row)?);
            text.push('\n');
        }
    }
    Ok(text.into_bytes())
}

fn json(value: &ScalarValue) -> Result<Value> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    Ok(match value {
        ScalarValue::Boolean(Some(truth)) => Value::Bool(*truth),
        ScalarValue::List(_) => Value::Array(
            functions::items(value)?
                .iter()
                .map(json)
                .collect::<Result<_>>()?,
        ),
        ScalarValue::Map(_) => {
            let entry = |(key, value): (ScalarValue, ScalarValue)| {
                Ok((print::text(&key)?.unwrap_or_default(), json(&value)?))
            };
            Value::Object(
                functions::entries(value)?
                    .into_iter()
                    .map(entry)
                    .collect::<Result<_>>()?,
            )
        }
        other => {
            let text = print::text(other)?.unwrap_or_default();
            let number = other.data_type().is_numeric();
            // What JSON cannot say as a number (NaN) is a text.
            if number {
                serde_json::from_str(&text).unwrap_or(Value::String(text))
            } else {
                Value::String(text)
            }
        }
    })
}
