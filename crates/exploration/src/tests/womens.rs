//! The public file of clothing reviews, read as register-dataset reads it.

use std::fs::File;
use std::path::{Path, PathBuf};

use contracts::dataset::{DatasetManifest, Mapping, Origin, Part, QuarantinedRow, Row};
use policy::text::TextColumns;
use tables::{Columns, Reader, RowError};
use time::OffsetDateTime;

pub const LABELS: [&str; 3] = ["-1", "0", "1"];

/// Next to the repository, or next to the worktree that it is.
pub fn file() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let places = ["../shared", "../../shared"].map(|shared| root.join(shared));
    let files = places.map(|shared| shared.join("data/womens-clothing-reviews.csv"));
    files.into_iter().find(|file| file.exists())
}

pub fn mapping() -> Mapping {
    let labels = [("1", "-1"), ("2", "-1"), ("3", "0"), ("4", "1"), ("5", "1")];
    Mapping {
        text_column: "Review Text".to_owned(),
        context_columns: vec!["Title".to_owned()],
        label_column: "Rating".to_owned(),
        category_column: Some("Class Name".to_owned()),
        labels: labels
            .map(|(value, label)| (value.to_owned(), label.to_owned()))
            .into(),
    }
}

pub fn read(file: &Path) -> (Vec<Row>, Vec<QuarantinedRow>) {
    let mapping = mapping();
    let texts = TextColumns::of(&mapping);
    let needed = texts.names().chain([mapping.label_column.as_str()]);
    let columns = Columns {
        needed: needed.map(str::to_owned).collect(),
        optional: mapping.category_column.iter().cloned().collect(),
    };
    let file = File::open(file).expect("the file opens");
    let mut reader = Reader::open(file, &columns, u64::MAX).expect("it is a table");
    let (mut rows, mut quarantined) = (Vec::new(), Vec::new());
    while let Some(entry) = reader.next_row().expect("it is read") {
        match entry.row.and_then(|row| mapped(&row, &mapping)) {
            Ok(row) => rows.push(row),
            Err(error) => quarantined.push(QuarantinedRow {
                row: entry.number,
                first_line: entry.lines.first,
                last_line: entry.lines.last,
                reason: error.reason(),
                column: error.column,
            }),
        }
    }
    (rows, quarantined)
}

fn mapped(row: &tables::Row<'_>, mapping: &Mapping) -> Result<Row, RowError> {
    let text = row.need(&mapping.text_column)?.into_owned();
    if text.is_empty() {
        return Err(RowError::new(&mapping.text_column, "empty", ""));
    }
    let value = row.need(&mapping.label_column)?.into_owned();
    let title = row.get("Title")?.filter(|title| !title.is_empty());
    let category = row.get("Class Name")?.filter(|name| !name.is_empty());
    let known = ["Review Text", "Title", "Rating", "Class Name"];
    let mut columns = row.others(&known);
    let label = mapping.labels[&value].clone();
    columns.insert(mapping.label_column.clone(), value);
    Ok(Row {
        text,
        context: title
            .map(|title| ("Title".to_owned(), title.into_owned()))
            .into_iter()
            .collect(),
        label,
        category: category.map(std::borrow::Cow::into_owned),
        columns,
        origin: Origin::Upload,
        human: false,
        inclusion_probability: None,
    })
}

pub fn manifest(number: u32, parts: &[&str], quarantined: u64) -> DatasetManifest {
    let part = |(place, id): (usize, &&str)| Part {
        id: (*id).to_owned(),
        rows: 0,
        quarantined: if place == 0 { quarantined } else { 0 },
        source_key: String::new(),
        schema: None,
        source_etag: String::new(),
        uploaded_at: String::new(),
        labels: Vec::new(),
    };
    DatasetManifest {
        dataset: "reviews".to_owned(),
        number,
        id: format!("version{number}"),
        parts: parts.iter().enumerate().map(part).collect(),
        replacement: None,
        mapping: mapping(),
        labels: LABELS.map(str::to_owned).to_vec(),
        prepare_version: 1,
        created_at: OffsetDateTime::UNIX_EPOCH,
        check: None,
    }
}
