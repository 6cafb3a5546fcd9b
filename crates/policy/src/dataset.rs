//! How a part becomes a dataset version.

use contracts::dataset::{DatasetManifest, Mapping, Part};

use crate::{naming, split};

/// What a dataset is made with besides its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    pub dataset: String,
    pub mapping: Mapping,
    pub labels: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Add,
    ReplaceAll,
}

/// The version to write next, or `None` where the newest one already says it all: the same file
/// twice is one part.
pub fn next_version(
    newest: Option<&DatasetManifest>,
    part: &Part,
    mode: Mode,
    recipe: &Recipe,
    created_at: &str,
) -> Option<DatasetManifest> {
    let mut parts = newest
        .map(|newest| newest.parts.clone())
        .unwrap_or_default();
    if mode == Mode::ReplaceAll {
        // What people labelled stays: nobody uploaded it, so no upload replaces it.
        parts.retain(|part| !part.labels.is_empty());
    }
    if !parts.iter().any(|known| known.id == part.id) {
        parts.push(part.clone());
    }
    let Recipe {
        dataset,
        mapping,
        labels,
    } = recipe;
    let id = naming::dataset_version(dataset, &parts, mapping, labels, split::VERSION);
    if newest.is_some_and(|newest| newest.id == id) {
        return None;
    }
    Some(DatasetManifest {
        dataset: dataset.clone(),
        number: newest.map_or(1, |newest| newest.number + 1),
        id,
        parts,
        mapping: mapping.clone(),
        labels: labels.clone(),
        prepare_version: split::VERSION,
        created_at: created_at.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(id: &str) -> Part {
        Part {
            id: id.into(),
            rows: 1,
            quarantined: 0,
            source_key: format!("incoming/{id}.csv"),
            source_etag: String::new(),
            labels: Vec::new(),
        }
    }

    fn recipe() -> Recipe {
        let mapping = Mapping {
            text_column: "Review Text".into(),
            label_column: "Rating".into(),
            category_column: None,
            labels: [("1".to_owned(), "-1".to_owned())].into(),
        };
        Recipe {
            dataset: "reviews".into(),
            mapping,
            labels: vec!["-1".into(), "1".into()],
        }
    }

    fn next(newest: Option<&DatasetManifest>, id: &str, mode: Mode) -> Option<DatasetManifest> {
        next_version(newest, &part(id), mode, &recipe(), "2026-11-22T00:00:00Z")
    }

    fn ids(manifest: &DatasetManifest) -> Vec<&str> {
        manifest.parts.iter().map(|part| part.id.as_str()).collect()
    }

    #[test]
    fn an_upload_adds_a_part_and_the_same_upload_adds_none() {
        let first = next(None, "a", Mode::Add).unwrap();
        let second = next(Some(&first), "b", Mode::Add).unwrap();
        assert_eq!((second.number, ids(&second)), (2, vec!["a", "b"]));
        assert_eq!(next(Some(&second), "a", Mode::Add), None);
        assert_eq!(next(Some(&second), "b", Mode::Add), None);
    }

    #[test]
    fn replacing_leaves_one_part_and_replacing_again_changes_nothing() {
        let first = next(None, "a", Mode::Add).unwrap();
        let second = next(Some(&first), "b", Mode::Add).unwrap();
        let third = next(Some(&second), "b", Mode::ReplaceAll).unwrap();
        assert_eq!((third.number, ids(&third)), (3, vec!["b"]));
        assert_eq!(next(Some(&third), "b", Mode::ReplaceAll), None);
    }

    #[test]
    fn another_mapping_is_another_version() {
        let first = next(None, "a", Mode::Add).unwrap();
        let mut other = recipe();
        other.mapping.labels.insert("2".into(), "-1".into());
        let second = next_version(Some(&first), &part("a"), Mode::Add, &other, "").unwrap();
        assert_ne!(first.id, second.id);
    }
}
