//! Small files with many rows in them.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::{for_each, most_bytes};
use crate::channel::{self, Columns};

const ROWS: usize = 100_000;

/// One text of a thousand letters, in a dictionary, and that it is the next row's a hundred thousand times.
fn parquet(path: &Path) {
    let schema =
        "message row { required binary review_body (utf8); required binary sentiment (utf8); }";
    let schema = parse_message_type(schema).unwrap();
    let file = fs::File::create(path).unwrap();
    let properties = Arc::new(WriterProperties::default());
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema), properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for value in ["a".repeat(1000), "1".to_owned()] {
        let mut column = group.next_column().unwrap().unwrap();
        let values = vec![ByteArray::from(value.as_str()); ROWS];
        let typed = column.typed::<ByteArrayType>();
        typed.write_batch(&values, None, None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
}

fn packed(path: &Path, line: &str) {
    let file = fs::File::create(path).unwrap();
    let mut packed = GzEncoder::new(file, Compression::fast());
    for _ in 0..ROWS {
        packed.write_all(line.as_bytes()).unwrap();
    }
    packed.finish().unwrap();
}

/// What a training job would hold of it is bounded.
#[test]
fn a_small_file_of_very_many_rows_is_refused_before_they_fill_the_memory() {
    let text = "a".repeat(1000);
    for name in ["rows.parquet", "rows.jsonl.gz", "rows.gz"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        match name {
            "rows.parquet" => parquet(&path),
            "rows.gz" => packed(&path, &format!("__label__1 {text}\n")),
            _ => packed(
                &path,
                &format!("{{\"review_body\":\"{text}\",\"sentiment\":\"1\"}}\n"),
            ),
        }
        let bound = most_bytes(&path).unwrap();
        let bytes = fs::metadata(&path).unwrap().len();
        assert!(
            bytes < 1 << 20 && bound < 100 << 20,
            "{name}: {bytes}, {bound}"
        );
        let columns = Columns {
            text: "review_body".to_owned(),
            label: "sentiment".to_owned(),
        };
        let error = channel::read(folder.path(), &columns, &[]).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains(name), "{error}");
        assert!(
            error.contains(&format!("more than {bound} bytes")),
            "{error}"
        );
    }
}

#[test]
fn rows_that_pack_well_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl.gz");
    packed(&path, "{\"review_body\":\"a\",\"sentiment\":\"1\"}\n");
    let mut rows = 0;
    for_each(&path, |_, _| {
        rows += 1;
        Ok(true)
    })
    .unwrap();
    assert_eq!(rows, ROWS);
}
