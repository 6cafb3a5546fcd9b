//! Lines with delimited fields: LazySimpleSerDe, where quotes stay in the value, and OpenCSVSerde.

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::ScalarValue;

use super::columns::{BATCH, Columns};
use super::values;
use crate::catalog::Table;
use crate::error::{AthenaError, Result};
use crate::types;

#[derive(Clone, Debug)]
pub struct Layout {
    delimiter: u8,
    escape: Option<u8>,
    /// OpenCSVSerde's; LazySimpleSerDe knows no quotes.
    quote: Option<u8>,
    null: Option<String>,
    skipped_lines: usize,
    /// Between the elements of an array, and between a map's key and value.
    nested: [char; 2],
}

impl Layout {
    pub fn of(table: &Table) -> Result<Self> {
        let serde = &table.storage_descriptor.serde_info;
        let quoted = serde
            .serialization_library
            .as_deref()
            .is_some_and(|library| library.ends_with("OpenCSVSerde"));
        let byte = |names: &[&str], otherwise: Option<u8>| -> Result<Option<u8>> {
            let Some(text) = names.iter().find_map(|name| serde.parameters.get(*name)) else {
                return Ok(otherwise);
            };
            let text = unescaped(text);
            match text.as_bytes() {
                [byte] => Ok(Some(*byte)),
                _ => Err(AthenaError::not_supported(format!(
                    "{} {text:?} of table {}",
                    names[0], table.name
                ))),
            }
        };
        let delimiter = if quoted {
            byte(&["separatorChar"], Some(b','))?
        } else {
            byte(&["field.delim", "serialization.format"], Some(1))?
        };
        let nested = [
            byte(&["collection.delim", "colelction.delim"], Some(2))?,
            byte(&["mapkey.delim"], Some(3))?,
        ];
        let skipped = table
            .parameters
            .get("skip.header.line.count")
            .map_or(Ok(0), |count| {
                count.parse().map_err(|_| {
                    AthenaError::user(format!(
                        "HIVE_INVALID_METADATA: skip.header.line.count is {count}"
                    ))
                })
            })?;
        Ok(Self {
            delimiter: delimiter.unwrap_or(b','),
            escape: if quoted {
                byte(&["escapeChar"], Some(b'\\'))?
            } else {
                byte(&["escape.delim"], None)?
            },
            quote: if quoted {
                byte(&["quoteChar"], Some(b'"'))?
            } else {
                None
            },
            null: (!quoted).then(|| {
                serde
                    .parameters
                    .get("serialization.null.format")
                    .cloned()
                    .unwrap_or_else(|| "\\N".to_owned())
            }),
            skipped_lines: skipped,
            nested: nested.map(|byte| char::from(byte.unwrap_or(2))),
        })
    }
}

/// `\t`, `\001` and `1` (a code) as the character they stand for.
fn unescaped(text: &str) -> String {
    match text {
        "\\t" => "\t".to_owned(),
        "\\n" => "\n".to_owned(),
        "\\\\" => "\\".to_owned(),
        _ => {
            let code = text
                .strip_prefix("\\u")
                .and_then(|hex| u32::from_str_radix(hex, 16).ok());
            let code = code.or_else(|| {
                text.strip_prefix('\\')
                    .and_then(|octal| u32::from_str_radix(octal, 8).ok())
            });
            let code = code.or_else(|| text.parse().ok().filter(|code| *code < 32));
            code.and_then(char::from_u32)
                .map_or_else(|| text.to_owned(), String::from)
        }
    }
}

pub fn read(
    layout: &Layout,
    bytes: &[u8],
    schema: &SchemaRef,
    stored: &[usize],
) -> Result<Vec<Columns>> {
    let mut builder = csv::ReaderBuilder::new();
    builder
        .has_headers(false)
        .flexible(true)
        .delimiter(layout.delimiter);
    match layout.quote {
        Some(quote) => builder
            .quote(quote)
            .escape(layout.escape)
            .double_quote(true),
        None => builder.quoting(false),
    };
    let mut reader = builder.from_reader(after_lines(bytes, layout.skipped_lines));
    let (mut record, mut pieces) = (csv::ByteRecord::new(), Vec::new());
    loop {
        let (mut columns, mut rows) = (vec![Vec::with_capacity(BATCH); stored.len()], 0);
        while rows < BATCH
            && reader
                .read_byte_record(&mut record)
                .map_err(|error| AthenaError::user(format!("HIVE_BAD_DATA: {error}")))?
        {
            let fields = layout.fields(&record);
            for (column, at) in columns.iter_mut().zip(stored) {
                let text = fields
                    .get(*at)
                    .map(|field| String::from_utf8_lossy(field).into_owned());
                column.push(text.filter(|text| Some(text) != layout.null.as_ref()));
            }
            rows += 1;
        }
        if rows == 0 {
            return Ok(pieces);
        }
        let arrays = columns
            .into_iter()
            .zip(stored)
            .map(|(texts, at)| layout.column(texts, schema.field(*at).data_type()));
        pieces.push(Columns {
            rows,
            arrays: arrays.collect::<Result<Vec<_>>>()?,
        });
    }
}

fn after_lines(mut bytes: &[u8], lines: usize) -> &[u8] {
    for _ in 0..lines {
        bytes = bytes
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(&[], |end| &bytes[end + 1..]);
    }
    bytes
}

impl Layout {
    /// A delimiter after LazySimpleSerDe's escape character belongs to the value; the csv crate escapes within quotes only.
    fn fields<'a>(&self, record: &'a csv::ByteRecord) -> Vec<std::borrow::Cow<'a, [u8]>> {
        let (None, Some(escape)) = (self.quote, self.escape) else {
            return record.iter().map(Into::into).collect();
        };
        let mut fields: Vec<Vec<u8>> = Vec::new();
        let mut open = false;
        for piece in record {
            match fields.last_mut() {
                Some(last) if open => {
                    last.push(self.delimiter);
                    last.extend_from_slice(piece);
                }
                _ => fields.push(piece.to_vec()),
            }
            open = piece
                .iter()
                .rev()
                .take_while(|byte| **byte == escape)
                .count()
                % 2
                == 1;
        }
        fields
            .into_iter()
            .map(|field| without(&field, escape).into())
            .collect()
    }

    fn column(
        &self,
        texts: Vec<Option<String>>,
        kind: &DataType,
    ) -> Result<arrow::array::ArrayRef> {
        if !matches!(
            kind,
            DataType::List(_) | DataType::Map(..) | DataType::Struct(_)
        ) {
            return Ok(values::column(texts, kind)?);
        }
        let value = |text: &Option<String>| match text {
            Some(text) => self.nested(text, kind),
            None => Ok(ScalarValue::try_from(kind)?),
        };
        let values = texts.iter().map(value).collect::<Result<Vec<_>>>()?;
        Ok(values::array(values, kind)?)
    }

    fn nested(&self, text: &str, kind: &DataType) -> Result<ScalarValue> {
        let parts = || text.split(self.nested[0]).filter(|_| !text.is_empty());
        Ok(match kind {
            DataType::List(element) if !element.data_type().is_nested() => {
                let items = parts().map(|part| values::from_text(part, element.data_type()));
                values::list(
                    items.collect::<datafusion::error::Result<_>>()?,
                    element.data_type(),
                )?
            }
            DataType::Map(entries, _) => {
                let (key, value) = types::map_parts(entries);
                let (mut keys, mut found) = (Vec::new(), Vec::new());
                for part in parts() {
                    let (name, text) = part.split_once(self.nested[1]).unwrap_or((part, "\\N"));
                    keys.push(values::from_text(name, &key)?);
                    found.push(if text == "\\N" {
                        ScalarValue::try_from(&value)?
                    } else {
                        values::from_text(text, &value)?
                    });
                }
                values::map(keys, found, kind)?
            }
            other => {
                return Err(AthenaError::not_supported(format!(
                    "a column of type {} in delimited lines",
                    types::trino(other)
                )));
            }
        })
    }
}

fn without(field: &[u8], escape: u8) -> Vec<u8> {
    let (mut kept, mut bytes) = (Vec::with_capacity(field.len()), field.iter());
    while let Some(byte) = bytes.next() {
        kept.push(if *byte == escape {
            *bytes.next().unwrap_or(byte)
        } else {
            *byte
        });
    }
    kept
}
