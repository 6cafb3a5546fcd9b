//! How a part becomes a dataset version.

use std::collections::BTreeMap;

use contracts::dataset::{DatasetManifest, Mapping, Part, Replacement};
use contracts::keys;
use time::OffsetDateTime;

use crate::content_name::content_name;
use crate::text::TextColumns;
use crate::{naming, split};

/// The settings that turn uploads into a dataset's rows.
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
    /// With the newest version's id where nothing but the times of uploads changes: no rows, no
    /// order.
    Write(Box<DatasetManifest>),
    /// The newest version already has this upload or a later one of the same rows.
    Known,
    /// The part's file was uploaded before another that replaced everything.
    Replaced { by: String },
}

/// The version to write next. Its uploads depend on the times of the uploads, not on the order of
/// their registration. No upload replaces human labels; they are appended.
pub fn next_version(
    number: u32,
    newest: Option<&DatasetManifest>,
    part: &Part,
    mode: Mode,
    recipe: &Recipe,
    created_at: OffsetDateTime,
) -> Next {
    let mut replacement = newest.and_then(last_replacement);
    if let Some(Replacement { source_key, .. }) = replaced_by(replacement.as_ref(), part) {
        let by = source_key.clone();
        return Next::Replaced { by };
    }
    let mut parts = newest
        .map(|newest| newest.parts.clone())
        .unwrap_or_default();
    if mode == Mode::ReplaceAll {
        // A later upload stays, though it was registered first.
        parts.retain(|known| is_labels(known) || known.uploaded_at > part.uploaded_at);
        replacement = Some(replacement_by(part));
    }
    insert(&mut parts, part);
    let Recipe {
        dataset,
        mapping,
        labels,
    } = recipe;
    let id = naming::dataset_version(dataset, &parts, mapping, labels, split::VERSION);
    if let Some(newest) = newest.filter(|newest| newest.id == id)
        && newest.parts == parts
        && last_replacement(newest) == replacement
    {
        return Next::Known;
    }
    Next::Write(Box::new(DatasetManifest {
        dataset: dataset.clone(),
        number,
        id,
        parts,
        replacement,
        mapping: mapping.clone(),
        labels: labels.clone(),
        prepare_version: split::VERSION,
        created_at,
        check: None,
    }))
}

/// The newest version as the next one is made of it: a replacement also drops human labels that left the stack's
/// `Labels`. `left` has the parts with such a label.
pub fn kept(
    newest: &DatasetManifest,
    mode: Mode,
    left: &BTreeMap<String, String>,
) -> DatasetManifest {
    let mut kept = newest.clone();
    if mode == Mode::ReplaceAll {
        let left = |part: &Part| is_labels(part) && left.contains_key(&part.id);
        kept.parts.retain(|part| !left(part));
    }
    kept
}

/// Why a version cannot be trained, if it has rows of a label that left.
pub fn label_that_left(
    version: &DatasetManifest,
    left: &BTreeMap<String, String>,
) -> Option<String> {
    let mut parts = version.parts.iter();
    parts.find_map(|part| {
        let label = left.get(&part.id)?;
        Some(format!(
            "rows of {} have the label {label:?}, which Labels has no more: upload a file under {} that replaces all rows, \
             or give Labels that label again",
            part.source_key,
            keys::INCOMING_REPLACE
        ))
    })
}

/// Puts the part where its upload's time belongs: where texts repeat, the later upload wins. Of two
/// uploads with the same rows the later counts.
fn insert(parts: &mut Vec<Part>, part: &Part) {
    if let Some(known) = parts.iter().position(|known| known.id == part.id) {
        if is_labels(part) || parts[known].uploaded_at >= part.uploaded_at {
            return;
        }
        parts.remove(known);
    }
    let later = |known: &Part| !is_labels(known) && known.uploaded_at > part.uploaded_at;
    let place = parts.iter().position(later);
    let place = place.filter(|_| !is_labels(part)).unwrap_or(parts.len());
    parts.insert(place, part.clone());
}

fn is_labels(part: &Part) -> bool {
    !part.labels.is_empty()
}

/// Identifies the versions whose scores are comparable: those that share the dataset, the split, the
/// labels, the text columns and the last replacement of the rows.
pub fn lineage(manifest: &DatasetManifest) -> String {
    let last = last_replacement(manifest);
    let columns = TextColumns::of(&manifest.mapping);
    let columns: Vec<&str> = columns.names().collect();
    content_name(&[
        b"lineage",
        manifest.dataset.as_bytes(),
        &split::VERSION.to_le_bytes(),
        manifest.labels.join("\n").as_bytes(),
        columns.join("\n").as_bytes(),
        last.map_or_else(String::new, |last| last.part).as_bytes(),
    ])
}

/// In manifests of earlier releases, which do not name it, the last part from `incoming/replace/`.
fn last_replacement(manifest: &DatasetManifest) -> Option<Replacement> {
    let parts = manifest.parts.iter();
    let replacements = parts.filter(|part| part.source_key.starts_with(keys::INCOMING_REPLACE));
    let last = replacements.max_by_key(|part| &part.uploaded_at);
    manifest
        .replacement
        .clone()
        .or_else(|| last.map(replacement_by))
}

fn replacement_by(part: &Part) -> Replacement {
    Replacement {
        part: part.id.clone(),
        source_key: part.source_key.clone(),
        uploaded_at: part.uploaded_at.clone(),
    }
}

/// The replacement, if it was uploaded after the part.
fn replaced_by<'a>(last: Option<&'a Replacement>, part: &Part) -> Option<&'a Replacement> {
    last.filter(|last| !is_labels(part) && last.uploaded_at > part.uploaded_at)
}

#[cfg(test)]
mod tests;
