//! Reads CSV and JSON Lines as numbered rows of the mapped columns. Fields may contain line
//! breaks and quotes; a line-based reader would be wrong.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context, Result};
use contracts::dataset::Mapping;

/// The mapped fields of one row; a field that is not UTF-8 or not there is named.
pub type Fields = Result<RawRow, BadField>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRow {
    pub text: String,
    pub label: String,
    pub category: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadField {
    pub column: String,
    /// What the profile counts by.
    pub kind: &'static str,
    /// What is particular to the row; may be empty.
    pub detail: String,
}

/// Calls `each` with every row's number (from 1) and fields. The inner `Err` says why the file as
/// a whole cannot be read.
pub fn read_csv(
    path: &Path,
    mapping: &Mapping,
    mut each: impl FnMut(u64, Fields),
) -> Result<Result<(), String>> {
    let mut start = [0; 3];
    let read = File::open(path)?.read(&mut start)?;
    if start[..read].starts_with(&[0xff, 0xfe]) || start[..read].starts_with(&[0xfe, 0xff]) {
        return Ok(Err("the file is UTF-16: save it as UTF-8".to_owned()));
    }
    // `csv` takes the UTF-8 byte order mark for a part of the first column's name.
    let mark = if start == [0xef, 0xbb, 0xbf] { 3 } else { 0 };
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(mark))?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let headers = reader.byte_headers().context("read the header")?.clone();
    let columns = match Columns::find(&headers, mapping) {
        Ok(columns) => columns,
        Err(reason) => return Ok(Err(reason)),
    };
    let mut record = csv::ByteRecord::new();
    let mut number = 0;
    // One row behind, because only the last one can be cut short by an unclosed quote.
    let mut last: Option<(u64, u64, Fields)> = None;
    while reader
        .read_byte_record(&mut record)
        .context("read the file")?
    {
        if let Some((number, _, fields)) = last.take() {
            each(number, fields);
        }
        number += 1;
        let at = record.position().map_or(0, csv::Position::byte) + mark;
        last = Some((number, at, columns.fields(&record, headers.len())));
    }
    if let Some((number, at, fields)) = last {
        let unclosed = ends_in_quotes(path, at)?;
        let open = bad("", "unclosed quote", "the rest of the file was one field");
        each(number, if unclosed { Err(open) } else { fields });
    }
    Ok(Ok(()))
}

/// Calls `each` with every line's number and the mapped members of its JSON object.
pub fn read_json_lines(
    path: &Path,
    mut each: impl FnMut(u64, Result<serde_json::Value, BadField>),
) -> Result<()> {
    let mut reader = BufReader::new(File::open(path)?);
    let (mut line, mut number) = (Vec::new(), 0);
    while reader
        .read_until(b'\n', &mut line)
        .context("read the file")?
        > 0
    {
        number += 1;
        if !line.trim_ascii().is_empty() {
            each(
                number,
                serde_json::from_slice(&line)
                    .map_err(|error| bad("", "not JSON", error.to_string())),
            );
        }
        line.clear();
    }
    Ok(())
}

/// A JSON Lines row by the same mapping: strings, and numbers as they are written.
pub fn fields_of_json(value: &serde_json::Value, mapping: &Mapping) -> Fields {
    let field = |column: &String| match value.get(column) {
        Some(serde_json::Value::String(text)) => Ok(text.clone()),
        Some(serde_json::Value::Number(number)) => Ok(number.to_string()),
        Some(_) => Err(bad(column, "neither a string nor a number", "")),
        None => Err(bad(column, "missing", "")),
    };
    Ok(RawRow {
        text: field(&mapping.text_column)?,
        label: field(&mapping.label_column)?,
        category: mapping
            .category_column
            .as_ref()
            .and_then(|column| field(column).ok()),
    })
}

pub fn bad(column: &str, kind: &'static str, detail: impl Into<String>) -> BadField {
    BadField {
        column: column.to_owned(),
        kind,
        detail: detail.into(),
    }
}

struct Columns {
    text: (usize, String),
    label: (usize, String),
    category: Option<(usize, String)>,
}

impl Columns {
    fn find(headers: &csv::ByteRecord, mapping: &Mapping) -> Result<Self, String> {
        let names: Vec<String> = headers
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim().to_owned())
            .collect();
        let find = |column: &String| {
            let index = names.iter().position(|name| name == column);
            index.map(|index| (index, column.clone())).ok_or_else(|| {
                format!(
                    "row 0 (the header): there is no column {column:?} among its {}",
                    names.len()
                )
            })
        };
        Ok(Self {
            text: find(&mapping.text_column)?,
            label: find(&mapping.label_column)?,
            // A category is a bonus: a file without one is as good.
            category: mapping
                .category_column
                .as_ref()
                .and_then(|column| find(column).ok()),
        })
    }

    fn fields(&self, record: &csv::ByteRecord, width: usize) -> Fields {
        if record.len() != width {
            let detail = format!("{}, the header has {width}", record.len());
            return Err(bad("", "another number of fields", detail));
        }
        let field = |(index, column): &(usize, String)| {
            let bytes = record.get(*index).unwrap_or_default();
            let text = std::str::from_utf8(bytes).map_err(|_| bad(column, "not UTF-8", ""))?;
            Ok(text.to_owned())
        };
        Ok(RawRow {
            text: field(&self.text)?,
            label: field(&self.label)?,
            category: self.category.as_ref().map(field).transpose()?,
        })
    }
}

/// Whether the row that starts at byte `at` is still inside quotes when the file ends.
fn ends_in_quotes(path: &Path, at: u64) -> Result<bool> {
    let mut file = BufReader::new(File::open(path)?);
    file.seek(SeekFrom::Start(at))?;
    let mut state = Quoting::FieldStart;
    for byte in file.bytes() {
        state = match (state, byte?) {
            (Quoting::FieldStart | Quoting::Closed, b'"') => Quoting::Open,
            (Quoting::Open, b'"') => Quoting::Closed,
            (Quoting::Open, _) => Quoting::Open,
            (_, b',' | b'\n' | b'\r') => Quoting::FieldStart,
            _ => Quoting::Never,
        };
    }
    Ok(state == Quoting::Open)
}

/// Where a CSV reader stands with regard to quotes. A doubled quote inside quotes closes and
/// opens again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    FieldStart,
    Open,
    Closed,
    Never,
}
