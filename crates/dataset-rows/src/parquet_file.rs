//! Consolidated rows as the Parquet file that the catalogue's tables read.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use contracts::dataset::{Origin, Slice};
use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use policy::consolidation::Consolidated;
use policy::split;

/// The template's Glue tables list the same columns; a test holds them equal.
pub const SCHEMA: &str = "message row {
    required binary row_hash (utf8);
    required binary review_body (utf8);
    required binary sentiment (utf8);
    optional binary product_category (utf8);
    required binary split (utf8);
    required binary slice (utf8);
    required binary origin (utf8);
    required boolean human;
    optional double inclusion_probability;
    required int64 occurrences;
    required group context (map) {
        repeated group key_value { required binary key (utf8); required binary value (utf8); }
    }
    required group columns (map) {
        repeated group key_value { required binary key (utf8); required binary value (utf8); }
    }
}";

/// Rows that are held until they are written column by column.
const ROWS_PER_GROUP: usize = 16_384;

pub struct RowsFile {
    writer: SerializedFileWriter<File>,
    rows: Vec<Consolidated>,
}

impl RowsFile {
    pub fn create(path: &Path) -> Result<RowsFile> {
        let file = File::create(path).with_context(|| format!("create {}", path.display()))?;
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
        let writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build()))?;
        Ok(RowsFile {
            writer,
            rows: Vec::new(),
        })
    }

    pub fn write(&mut self, row: Consolidated) -> Result<()> {
        self.rows.push(row);
        if self.rows.len() == ROWS_PER_GROUP {
            self.write_group()?;
        }
        Ok(())
    }

    pub fn finish(mut self) -> Result<()> {
        if !self.rows.is_empty() {
            self.write_group()?;
        }
        self.writer.close()?;
        Ok(())
    }

    fn write_group(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let mut group = self.writer.next_row_group()?;
        for write in COLUMNS {
            let mut column = group.next_column()?.expect("the schema has these columns");
            write(column.untyped(), &rows)?;
            column.close()?;
        }
        group.close()?;
        Ok(())
    }
}

type WriteColumn = fn(&mut ColumnWriter<'_>, &[Consolidated]) -> Result<()>;

/// The leaves of [`SCHEMA`], in its order.
const COLUMNS: [WriteColumn; 14] = [
    |to, rows| texts(to, rows, |row| &row.row_hash),
    |to, rows| texts(to, rows, |row| &row.text),
    |to, rows| texts(to, rows, |row| &row.label),
    |to, rows| optional_texts(to, rows, |row| row.category.as_deref()),
    |to, rows| texts(to, rows, |row| split::part(&row.text).name()),
    |to, rows| texts(to, rows, |row| slice_name(row.slice)),
    |to, rows| texts(to, rows, |row| origin_name(row.origin)),
    |to, rows| booleans(to, rows, |row| row.human),
    |to, rows| optional_doubles(to, rows, |row| row.inclusion_probability),
    |to, rows| integers(to, rows, |row| row.occurrences),
    |to, rows| keys(to, rows, |row| &row.context),
    |to, rows| values(to, rows, |row| &row.context),
    |to, rows| keys(to, rows, |row| &row.columns),
    |to, rows| values(to, rows, |row| &row.columns),
];

/// As `serde` spells it in the parts and the prepared rows.
pub fn slice_name(slice: Slice) -> &'static str {
    match slice {
        Slice::Gate => "gate",
        Slice::Uncertain => "uncertain",
    }
}

pub fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::Upload => "upload",
        Origin::Audit => "audit",
        Origin::Uncertain => "uncertain",
    }
}

fn texts<'a>(
    to: &mut ColumnWriter<'_>,
    rows: &'a [Consolidated],
    text: impl Fn(&'a Consolidated) -> &'a str,
) -> Result<()> {
    let texts: Vec<ByteArray> = rows.iter().map(|row| ByteArray::from(text(row))).collect();
    binary(to, &texts, None, None)
}

fn optional_texts<'a>(
    to: &mut ColumnWriter<'_>,
    rows: &'a [Consolidated],
    text: impl Fn(&'a Consolidated) -> Option<&'a str>,
) -> Result<()> {
    let there: Vec<i16> = rows
        .iter()
        .map(|row| i16::from(text(row).is_some()))
        .collect();
    let texts: Vec<ByteArray> = rows.iter().filter_map(text).map(ByteArray::from).collect();
    binary(to, &texts, Some(&there), None)
}

type Map = BTreeMap<String, String>;

fn keys<'a>(
    to: &mut ColumnWriter<'_>,
    rows: &'a [Consolidated],
    map: impl Fn(&'a Consolidated) -> &'a Map,
) -> Result<()> {
    entries(to, rows, |row| map(row).keys())
}

fn values<'a>(
    to: &mut ColumnWriter<'_>,
    rows: &'a [Consolidated],
    map: impl Fn(&'a Consolidated) -> &'a Map,
) -> Result<()> {
    entries(to, rows, |row| map(row).values())
}

/// One half of a map's entries. An empty map has one place, with nothing defined there.
fn entries<'a, I: ExactSizeIterator<Item = &'a String>>(
    to: &mut ColumnWriter<'_>,
    rows: &'a [Consolidated],
    entries: impl Fn(&'a Consolidated) -> I,
) -> Result<()> {
    let (mut texts, mut definition, mut repetition) = (Vec::new(), Vec::new(), Vec::new());
    for entries in rows.iter().map(entries) {
        if entries.len() == 0 {
            definition.push(0);
            repetition.push(0);
        }
        for (place, text) in entries.enumerate() {
            texts.push(ByteArray::from(text.as_str()));
            definition.push(1);
            repetition.push(i16::from(place > 0));
        }
    }
    binary(to, &texts, Some(&definition), Some(&repetition))
}

fn binary(
    to: &mut ColumnWriter<'_>,
    texts: &[ByteArray],
    definition: Option<&[i16]>,
    repetition: Option<&[i16]>,
) -> Result<()> {
    let ColumnWriter::ByteArrayColumnWriter(writer) = to else {
        unreachable!("the schema says binary");
    };
    writer.write_batch(texts, definition, repetition)?;
    Ok(())
}

fn integers(
    to: &mut ColumnWriter<'_>,
    rows: &[Consolidated],
    value: impl Fn(&Consolidated) -> u64,
) -> Result<()> {
    let ColumnWriter::Int64ColumnWriter(writer) = to else {
        unreachable!("the schema says int64");
    };
    let values: Result<Vec<i64>, _> = rows.iter().map(|row| i64::try_from(value(row))).collect();
    writer.write_batch(&values?, None, None)?;
    Ok(())
}

fn booleans(
    to: &mut ColumnWriter<'_>,
    rows: &[Consolidated],
    value: impl Fn(&Consolidated) -> bool,
) -> Result<()> {
    let ColumnWriter::BoolColumnWriter(writer) = to else {
        unreachable!("the schema says boolean");
    };
    let values: Vec<bool> = rows.iter().map(value).collect();
    writer.write_batch(&values, None, None)?;
    Ok(())
}

fn optional_doubles(
    to: &mut ColumnWriter<'_>,
    rows: &[Consolidated],
    value: impl Fn(&Consolidated) -> Option<f64>,
) -> Result<()> {
    let ColumnWriter::DoubleColumnWriter(writer) = to else {
        unreachable!("the schema says double");
    };
    let there: Vec<i16> = rows
        .iter()
        .map(|row| i16::from(value(row).is_some()))
        .collect();
    let values: Vec<f64> = rows.iter().filter_map(value).collect();
    writer.write_batch(&values, Some(&there), None)?;
    Ok(())
}
