//! Small versions made by hand, and the real file.

mod real;
mod small;
mod womens;

use std::collections::BTreeMap;

use contracts::dataset::{Context, DatasetManifest, Mapping, Origin, Part, Slice};
use policy::consolidation::Consolidated;
use policy::text::row_hash;
use time::OffsetDateTime;

pub fn row(text: &str, label: &str) -> Consolidated {
    Consolidated {
        row_hash: row_hash(text),
        text: text.to_owned(),
        context: Context::new(),
        label: label.to_owned(),
        category: None,
        columns: BTreeMap::new(),
        origin: Origin::Upload,
        human: false,
        slice: Slice::Gate,
        inclusion_probability: None,
        occurrences: 1,
    }
}

pub fn manifest(number: u32, labels: &[&str], parts: &[&str]) -> DatasetManifest {
    let part = |id: &&str| Part {
        id: (*id).to_owned(),
        rows: 0,
        quarantined: 2,
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
        parts: parts.iter().map(part).collect(),
        replacement: None,
        mapping: Mapping {
            text_column: "Review Text".to_owned(),
            context_columns: vec!["Title".to_owned()],
            label_column: "Rating".to_owned(),
            category_column: Some("Class Name".to_owned()),
            labels: BTreeMap::new(),
        },
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
        prepare_version: 1,
        created_at: OffsetDateTime::UNIX_EPOCH,
        check: None,
    }
}
