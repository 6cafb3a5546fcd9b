//! How a part becomes a dataset version.

use contracts::dataset::{DatasetManifest, Mapping, Part};
use contracts::keys;

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

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    Write(Box<DatasetManifest>),
    /// The newest version already says it all: the same file twice is one part.
    Known,
    /// The part's file was uploaded before another that replaced everything.
    Replaced {
        by: String,
    },
}

/// The version to write next. Human labels are never replaced: nobody uploaded them.
pub fn next_version(
    newest: Option<&DatasetManifest>,
    part: &Part,
    mode: Mode,
    recipe: &Recipe,
    created_at: &str,
) -> Next {
    if let Some(by) = replaced_by(newest, part) {
        return Next::Replaced { by };
    }
    let mut parts = newest
        .map(|newest| newest.parts.clone())
        .unwrap_or_default();
    if mode == Mode::ReplaceAll {
        // Human labels stay: nobody uploaded them, so no upload replaces them. What was uploaded
        // after the replacement stays too, though it was registered first.
        parts.retain(|known| !known.labels.is_empty() || known.uploaded_at > part.uploaded_at);
    }
    if !parts.iter().any(|known| known.id == part.id) {
        let later = |known: &Part| known.labels.is_empty() && known.uploaded_at > part.uploaded_at;
        let place = match mode {
            // Where texts repeat, the later upload wins.
            Mode::ReplaceAll => parts.iter().position(later),
            Mode::Add => None,
        };
        parts.insert(place.unwrap_or(parts.len()), part.clone());
    }
    let Recipe {
        dataset,
        mapping,
        labels,
    } = recipe;
    let id = naming::dataset_version(dataset, &parts, mapping, labels, split::VERSION);
    if newest.is_some_and(|newest| newest.id == id) {
        return Next::Known;
    }
    Next::Write(Box::new(DatasetManifest {
        dataset: dataset.clone(),
        number: newest.map_or(1, |newest| newest.number + 1),
        id,
        parts,
        mapping: mapping.clone(),
        labels: labels.clone(),
        prepare_version: split::VERSION,
        created_at: created_at.to_owned(),
    }))
}

/// What a version shares with those whose scores may be held against its own over generations: the
/// dataset, the split, the labels and the last replacement of its rows.
pub fn lineage(manifest: &DatasetManifest) -> String {
    let parts = manifest.parts.iter();
    let replacements = parts.filter(|part| part.source_key.starts_with(keys::INCOMING_REPLACE));
    let last = replacements.max_by_key(|part| &part.uploaded_at);
    naming::content_name(&[
        b"lineage",
        manifest.dataset.as_bytes(),
        &split::VERSION.to_le_bytes(),
        manifest.labels.join("\n").as_bytes(),
        last.map_or("", |part| &part.id).as_bytes(),
    ])
}

/// The replacement that was uploaded after the part and is in the dataset already.
fn replaced_by(newest: Option<&DatasetManifest>, part: &Part) -> Option<String> {
    if !part.labels.is_empty() {
        return None;
    }
    let later = |known: &&Part| {
        known.source_key.starts_with(keys::INCOMING_REPLACE) && known.uploaded_at > part.uploaded_at
    };
    let replacement = newest?.parts.iter().find(later)?;
    Some(replacement.source_key.clone())
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
            uploaded_at: String::new(),
            labels: Vec::new(),
        }
    }

    fn recipe() -> Recipe {
        let mapping = Mapping {
            text_column: "Review Text".into(),
            context_columns: Vec::new(),
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

    fn next(newest: Option<&DatasetManifest>, id: &str, mode: Mode) -> Next {
        next_version(newest, &part(id), mode, &recipe(), "2026-11-22T00:00:00Z")
    }

    fn written(next: Next) -> DatasetManifest {
        match next {
            Next::Write(manifest) => *manifest,
            other => panic!("{other:?}"),
        }
    }

    fn ids(manifest: &DatasetManifest) -> Vec<&str> {
        manifest.parts.iter().map(|part| part.id.as_str()).collect()
    }

    #[test]
    fn an_upload_adds_a_part_and_the_same_upload_adds_none() {
        let first = written(next(None, "a", Mode::Add));
        let second = written(next(Some(&first), "b", Mode::Add));
        assert_eq!((second.number, ids(&second)), (2, vec!["a", "b"]));
        assert_eq!(next(Some(&second), "a", Mode::Add), Next::Known);
        assert_eq!(next(Some(&second), "b", Mode::Add), Next::Known);
    }

    #[test]
    fn replacing_leaves_one_part_and_replacing_again_changes_nothing() {
        let first = written(next(None, "a", Mode::Add));
        let second = written(next(Some(&first), "b", Mode::Add));
        let third = written(next(Some(&second), "b", Mode::ReplaceAll));
        assert_eq!((third.number, ids(&third)), (3, vec!["b"]));
        assert_eq!(next(Some(&third), "b", Mode::ReplaceAll), Next::Known);
    }

    #[test]
    fn a_replacement_drops_nothing_that_was_uploaded_after_it() {
        let uploaded = |id: &str, key: &str, at: &str| Part {
            source_key: key.into(),
            uploaded_at: at.into(),
            ..part(id)
        };
        let next = |newest: Option<&DatasetManifest>, part: &Part, mode| {
            written(next_version(newest, part, mode, &recipe(), ""))
        };
        let old = uploaded("old", "incoming/old.csv", "2026-11-22T09:00:00Z");
        let small = uploaded("small", "incoming/small.csv", "2026-11-22T10:05:00Z");
        let first = next(None, &old, Mode::Add);
        let second = next(Some(&first), &small, Mode::Add);
        for (at, expected) in [
            // It was large, so it is registered last.
            ("2026-11-22T10:00:00Z", vec!["big", "small"]),
            ("2026-11-22T10:05:00Z", vec!["big"]),
            ("2026-11-22T10:10:00Z", vec!["big"]),
        ] {
            let big = uploaded("big", "incoming/replace/big.csv", at);
            let third = next(Some(&second), &big, Mode::ReplaceAll);
            assert_eq!(ids(&third), expected, "{at}");
        }
    }

    #[test]
    fn another_mapping_is_another_version() {
        let first = written(next(None, "a", Mode::Add));
        let mut other = recipe();
        other.mapping.labels.insert("2".into(), "-1".into());
        let second = next_version(Some(&first), &part("a"), Mode::Add, &other, "");
        assert_ne!(first.id, written(second).id);
    }

    #[test]
    fn a_replacement_or_other_labels_begin_a_lineage_and_an_upload_does_not() {
        let replacement = Part {
            source_key: "incoming/replace/c.csv".into(),
            ..part("c")
        };
        let first = written(next(None, "a", Mode::Add));
        let second = written(next(Some(&first), "b", Mode::Add));
        assert_eq!(lineage(&first), lineage(&second));
        let third = next_version(Some(&second), &replacement, Mode::ReplaceAll, &recipe(), "");
        let third = written(third);
        assert_ne!(lineage(&second), lineage(&third));
        let fourth = written(next(Some(&third), "d", Mode::Add));
        assert_eq!(lineage(&third), lineage(&fourth));
        let mut other = recipe();
        other.labels.push("2".into());
        let fifth = next_version(Some(&fourth), &part("e"), Mode::Add, &other, "");
        assert_ne!(lineage(&fourth), lineage(&written(fifth)));
    }

    #[test]
    fn what_was_uploaded_before_a_replacement_is_not_added_after_it() {
        let uploaded = |id: &str, key: &str, at: &str| Part {
            source_key: key.into(),
            uploaded_at: at.into(),
            ..part(id)
        };
        let next = |newest, part, mode| next_version(newest, part, mode, &recipe(), "");
        let replacement = uploaded("b", "incoming/replace/b.csv", "2026-11-22T10:00:00Z");
        let newest = written(next(None, &replacement, Mode::ReplaceAll));
        let late = uploaded("a", "incoming/a.csv", "2026-11-22T09:59:59Z");
        let by = "incoming/replace/b.csv".to_owned();
        let replaced = Next::Replaced { by };
        assert_eq!(next(Some(&newest), &late, Mode::Add), replaced);
        assert_eq!(next(Some(&newest), &late, Mode::ReplaceAll), replaced);
        let later = uploaded("c", "incoming/c.csv", "2026-11-22T10:00:00Z");
        assert_eq!(
            ids(&written(next(Some(&newest), &later, Mode::Add))).len(),
            2
        );
        let labels = Part {
            labels: vec!["hash".into()],
            ..late.clone()
        };
        assert_eq!(
            ids(&written(next(Some(&newest), &labels, Mode::Add))).len(),
            2
        );
    }
}
