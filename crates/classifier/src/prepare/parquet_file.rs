//! A Parquet file of rows, written a row group at a time.

use std::fs::File;
use std::sync::Arc;

use anyhow::Result;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, FloatType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::columns::{Cell, Columns};

/// The columns are those of the first row; a list of one integer is an integer.
pub struct ParquetFile {
    /// Until the first row group is written: then the columns are known.
    file: Option<File>,
    writer: Option<SerializedFileWriter<File>>,
    rows: Vec<Columns>,
    rows_per_group: usize,
}

impl ParquetFile {
    pub fn new(file: File, rows_per_group: usize) -> ParquetFile {
        ParquetFile {
            file: Some(file),
            writer: None,
            rows: Vec::new(),
            rows_per_group,
        }
    }

    pub fn write(&mut self, row: Columns) -> Result<()> {
        self.rows.push(row);
        if self.rows.len() == self.rows_per_group {
            self.write_group()?;
        }
        Ok(())
    }

    pub fn finish(mut self) -> Result<()> {
        if !self.rows.is_empty() {
            self.write_group()?;
        }
        if let Some(writer) = self.writer {
            writer.close()?;
        }
        Ok(())
    }

    fn write_group(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        if let Some(file) = self.file.take() {
            let schema = parse_message_type(&schema(&rows[0]))?;
            let properties = WriterProperties::builder()
                .set_compression(Compression::SNAPPY)
                .build();
            let writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))?;
            self.writer = Some(writer);
        }
        let writer = self.writer.as_mut().expect("made with the first group");
        let mut group = writer.next_row_group()?;
        let mut place = 0;
        while let Some(mut column) = group.next_column()? {
            match &rows[0][place].1 {
                Cell::Text(_) => {
                    let texts = rows.iter().map(|row| match &row[place].1 {
                        Cell::Text(text) => ByteArray::from(text.as_str()),
                        _ => ByteArray::new(),
                    });
                    let texts: Vec<ByteArray> = texts.collect();
                    let writer = column.typed::<ByteArrayType>();
                    writer.write_batch(&texts, None, None)?;
                }
                Cell::Optional(_) => {
                    let texts = rows.iter().map(|row| match &row[place].1 {
                        Cell::Optional(text) => text.as_deref(),
                        _ => None,
                    });
                    let texts: Vec<Option<&str>> = texts.collect();
                    let there = texts.iter().map(|text| i16::from(text.is_some()));
                    let there: Vec<i16> = there.collect();
                    let texts: Vec<ByteArray> =
                        texts.into_iter().flatten().map(ByteArray::from).collect();
                    let writer = column.typed::<ByteArrayType>();
                    writer.write_batch(&texts, Some(&there), None)?;
                }
                Cell::Integers(first) => {
                    let lists = rows.iter().map(|row| match &row[place].1 {
                        Cell::Integers(integers) => integers.as_slice(),
                        _ => &[],
                    });
                    let (values, definition, repetition) = flatten(lists);
                    let levels = (first.len() != 1).then_some((&definition[..], &repetition[..]));
                    let (definition, repetition) = levels.unzip();
                    let writer = column.typed::<Int64Type>();
                    writer.write_batch(&values, definition, repetition)?;
                }
                Cell::Floats(_) => {
                    let lists = rows.iter().map(|row| match &row[place].1 {
                        Cell::Floats(floats) => floats.as_slice(),
                        _ => &[],
                    });
                    let (values, definition, repetition) = flatten(lists);
                    let writer = column.typed::<FloatType>();
                    writer.write_batch(&values, Some(&definition), Some(&repetition))?;
                }
            }
            column.close()?;
            place += 1;
        }
        group.close()?;
        Ok(())
    }
}

/// Values of lists, none of them empty, with their definition and repetition levels.
fn flatten<'a, T: Copy + 'a>(lists: impl Iterator<Item = &'a [T]>) -> (Vec<T>, Vec<i16>, Vec<i16>) {
    let (mut values, mut repetition) = (Vec::new(), Vec::new());
    for list in lists {
        values.extend_from_slice(list);
        repetition.extend((0..list.len()).map(|place| i16::from(place > 0)));
    }
    (values, vec![1; repetition.len()], repetition)
}

fn schema(row: &Columns) -> String {
    let column = |(name, value): &(&str, Cell)| match value {
        Cell::Text(_) => format!("required binary {name} (utf8);"),
        Cell::Optional(_) => format!("optional binary {name} (utf8);"),
        Cell::Integers(integers) if integers.len() == 1 => format!("required int64 {name};"),
        Cell::Integers(_) => list(name, "int64"),
        Cell::Floats(_) => list(name, "float"),
    };
    let columns: String = row.iter().map(column).collect();
    format!("message row {{ {columns} }}")
}

fn list(name: &str, element: &str) -> String {
    format!(
        "required group {name} (list) {{ repeated group list {{ required {element} element; }} }}"
    )
}
