use std::io::Write;
use std::sync::Arc;

use parquet::data_type::{
    ByteArray, ByteArrayType, DataType, FixedLenByteArray, FixedLenByteArrayType, Int32Type,
    Int64Type,
};
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
            let row = row.unwrap();
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

/// A file of one column. `levels`: those of definition and repetition, where it has any.
fn column<T: DataType>(schema: &str, values: &[T::T], levels: Option<[&[i16]; 2]>) -> File {
    let file = tempfile().unwrap();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::default());
    let mut writer =
        SerializedFileWriter::new(file.try_clone().unwrap(), schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let [definition, repetition] = levels.map_or([None; 2], |levels| levels.map(Some));
    let typed = column.typed::<T>();
    typed.write_batch(values, definition, repetition).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    file
}

/// The column's values as texts; a bad row has none.
#[track_caller]
fn check_times<T: DataType>(schema: &str, values: &[T::T], expected: &[Option<&str>]) {
    let rows = open(column::<T>(schema, values, None), 1_000).unwrap();
    let read: Vec<_> = rows
        .map(|row| match row.unwrap().1 {
            Ok(row) => Some(row.need("At").unwrap().into_owned()),
            Err(error) => {
                let reason = "column \"At\": date or time out of range: ";
                assert!(error.to_string().starts_with(reason), "{error}");
                None
            }
        })
        .collect();
    let read: Vec<_> = read.iter().map(Option::as_deref).collect();
    assert_eq!(read, expected);
}

/// `i64::MIN` is numpy's mark of a missing time.
#[test]
fn a_date_or_time_that_cannot_be_written_makes_a_bad_row() {
    check_times::<Int64Type>(
        "message m { required int64 At (timestamp_micros); }",
        &[
            0,
            i64::MIN,
            253_402_300_799_999_999,
            253_402_300_800_000_000,
            i64::MAX,
        ],
        &[
            Some("1970-01-01 00:00:00.000000 +00:00"),
            None,
            Some("9999-12-31 23:59:59.999999 +00:00"),
            None,
            None,
        ],
    );
    check_times::<Int64Type>(
        "message m { required int64 At (timestamp_millis); }",
        &[-1, i64::MIN, i64::MAX],
        &[Some("1969-12-31 23:59:59.999 +00:00"), None, None],
    );
    check_times::<Int32Type>(
        "message m { required int32 At (date); }",
        &[-719_162, -719_163, 2_932_896, 2_932_897, i32::MIN],
        &[Some("0001-01-01"), None, Some("9999-12-31"), None, None],
    );
    check_times::<Int32Type>(
        "message m { required int32 At (time_millis); }",
        &[86_399_999, 86_400_000, -1],
        &[Some("23:59:59.999"), None, None],
    );
    check_times::<Int64Type>(
        "message m { required int64 At (time_micros); }",
        &[86_399_999_999, 86_400_000_000, i64::MIN],
        &[Some("23:59:59.999999"), None, None],
    );
}

#[test]
fn the_dates_of_a_list_are_looked_at_too() {
    let schema = "message m { required group Days (list) {
        repeated group list { required int32 element (date); } } }";
    let levels: [&[i16]; 2] = [&[1, 1, 1, 1], &[0, 1, 0, 1]];
    let file = column::<Int32Type>(schema, &[0, 1, 0, i32::MAX], Some(levels));
    let rows = open(file, 1_000).unwrap().map(|row| row.unwrap().1);
    let rows: Vec<_> = rows.map(|row| row.map_err(|error| error.column)).collect();
    let [first, second]: [Result<Row<'static>, String>; 2] = rows.try_into().unwrap();
    assert_eq!(second.err().as_deref(), Some("Days"));
    let first = Value::Object(first.unwrap().into_object().unwrap());
    assert_eq!(first.to_string(), r#"{"Days":["1970-01-01","1970-01-02"]}"#);
}

#[test]
fn a_column_of_a_type_that_cannot_be_read_is_refused_by_its_name() {
    let interval = |schema: &str, levels| {
        let values = [FixedLenByteArray::from(vec![0_u8; 12])];
        let file = column::<FixedLenByteArrayType>(schema, &values, levels);
        open(file, 1_000).err().unwrap().to_string()
    };
    let error = interval(
        "message m { required fixed_len_byte_array (12) Since (interval); }",
        None,
    );
    let expected = "the column \"Since\" has values of a type that cannot be read (INTERVAL): ";
    assert!(error.starts_with(expected), "{error}");
    let member = "message m { required group Order {
        required fixed_len_byte_array (12) Since (interval); } }";
    let error = interval(member, None);
    assert!(error.contains("\"Order\""), "{error}");
}

/// parquet's reader takes for granted that a list has one member, which repeats.
#[test]
fn a_list_that_is_none_is_refused() {
    let schema = "message m { required group Tags (list) { required int32 element; } }";
    let error = open(column::<Int32Type>(schema, &[1], None), 1_000);
    let error = error.err().unwrap().to_string();
    assert!(
        error.contains("\"Tags\"") && error.contains("(LIST)"),
        "{error}"
    );
    // As older writers have lists and maps.
    let schema = "message m { required group Tags (list) { repeated int32 element; } }";
    let file = column::<Int32Type>(schema, &[1], Some([&[1], &[0]]));
    assert_eq!(open(file, 1_000).unwrap().count(), 1);
}

#[test]
fn a_text_that_is_no_utf8_is_refused_without_its_bytes() {
    let schema = "message m { required binary Text (utf8); }";
    let values = [ByteArray::from(vec![0x66, 0xff, 0x66])];
    let mut rows = open(column::<ByteArrayType>(schema, &values, None), 1_000).unwrap();
    let error = rows.next().unwrap().err().unwrap().to_string();
    assert!(error.starts_with("row 1: "), "{error}");
    assert!(
        error.contains("as String") && !error.contains("102"),
        "{error}"
    );
}
