//! Dataset versions as register-dataset leaves them.

use contracts::dataset::{DatasetManifest, Mapping};
use contracts::keys;
use time::OffsetDateTime;

use super::setup::{DATASET, Setup};

/// What register-dataset writes last.
pub async fn version(setup: &Setup, number: u32) {
    version_of(setup, number, &format!("version{number}")).await;
}

pub async fn version_of(setup: &Setup, number: u32, id: &str) {
    write_version(setup, &manifest_of(number, id)).await;
}

pub fn manifest_of(number: u32, id: &str) -> DatasetManifest {
    DatasetManifest {
        dataset: DATASET.into(),
        number,
        id: id.to_owned(),
        parts: Vec::new(),
        replacement: None,
        mapping: Mapping {
            text_column: "Review Text".into(),
            context_columns: Vec::new(),
            label_column: "Rating".into(),
            category_column: None,
            labels: [].into(),
        },
        labels: ["-1", "0", "1"].map(str::to_owned).into(),
        prepare_version: 1,
        created_at: OffsetDateTime::UNIX_EPOCH,
        check: None,
    }
}

pub async fn write_version(setup: &Setup, manifest: &DatasetManifest) {
    let key = keys::version(DATASET, manifest.number);
    setup.put(&key, serde_json::to_vec(manifest).unwrap()).await;
}
