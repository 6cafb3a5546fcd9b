use std::io::Write;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use tempfile::tempfile;

use super::*;

const SCHEMA: &str = "message reviews { required binary Review (utf8); optional int64 Rating; }";

/// Texts, the last row without a rating.
fn file(texts: &[&str]) -> File {
    let file = tempfile().unwrap();
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let properties = Arc::new(WriterProperties::default());
    let mut writer =
        SerializedFileWriter::new(file.try_clone().unwrap(), schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let texts: Vec<ByteArray> = texts.iter().map(|text| ByteArray::from(*text)).collect();
    let mut column = group.next_column().unwrap().unwrap();
    let typed = column.typed::<ByteArrayType>();
    typed.write_batch(&texts, None, None).unwrap();
    column.close().unwrap();
    let mut levels = vec![1; texts.len()];
    *levels.last_mut().unwrap() = 0;
    let ratings: Vec<i64> = (1..).take(texts.len() - 1).collect();
    let mut column = group.next_column().unwrap().unwrap();
    let typed = column.typed::<Int64Type>();
    typed.write_batch(&ratings, Some(&levels), None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    file
}

#[test]
fn rows_have_texts_and_numbers_as_other_tables_have() {
    let rows = open(file(&["soft", "rough", "short"]), 1_000).unwrap();
    let rows: Vec<_> = rows
        .map(|row| {
            let (number, row) = row.unwrap();
            let text = row.need("Review").unwrap().into_owned();
            let rating = row.get("Rating").unwrap().map(|it| it.into_owned());
            (number, text, rating)
        })
        .collect();
    let expected = [
        (1, "soft", Some("1")),
        (2, "rough", Some("2")),
        (3, "short", None),
    ];
    let expected =
        expected.map(|(number, text, rating)| (number, text.to_owned(), rating.map(str::to_owned)));
    assert_eq!(rows, expected);
}

#[test]
fn a_column_without_values_has_its_name() {
    let file = file(&["short"]);
    assert_eq!(columns(file).unwrap(), ["Review", "Rating"]);
}

#[test]
fn texts_of_too_many_bytes_and_other_files_are_refused() {
    let mut rows = open(file(&["four", "four", "four"]), 9).unwrap();
    assert!(rows.next().unwrap().is_ok());
    let error = rows.next().unwrap().unwrap_err().to_string();
    assert!(
        error.starts_with("its rows have more than 9 bytes"),
        "{error}"
    );
    let mut other = tempfile().unwrap();
    other.write_all(b"Review,Rating\nsoft,1\n").unwrap();
    let error = open(other, 9).err().unwrap().to_string();
    assert!(
        error.starts_with("the file is no Parquet file that can be read: "),
        "{error}"
    );
}
