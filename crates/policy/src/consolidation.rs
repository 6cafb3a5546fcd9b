//! The same text twice: a human label wins, then the newest.

use std::collections::{BTreeMap, HashMap};

use contracts::dataset::{Context, Origin, Row, Slice};
use serde::{Deserialize, Serialize};

use crate::text::row_hash;

/// A text with its one label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Consolidated {
    pub row_hash: String,
    pub text: String,
    /// Of the row whose label it is.
    pub context: Context,
    pub label: String,
    /// The newest that was said.
    pub category: Option<String>,
    /// The newest that were said.
    pub columns: BTreeMap<String, String>,
    pub origin: Origin,
    /// Whether a person gave the label.
    pub human: bool,
    pub slice: Slice,
    /// Of a text that only the audit brought into the gate's slice.
    pub inclusion_probability: Option<f64>,
    /// Uploaded rows with this text; 1 where people's answers alone have it.
    pub occurrences: u64,
}

/// Takes the rows of all parts in the manifest's order. The result keeps the order of each
/// text's first appearance, so that equal manifests give equal files.
pub fn consolidate(rows: impl IntoIterator<Item = Row>) -> Vec<Consolidated> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<Consolidated> = Vec::new();
    for row in rows {
        let hash = row_hash(&row.text);
        let (slice, inclusion_probability) = slice(&row);
        let uploaded = u64::from(row.origin == Origin::Upload && !row.human);
        match places.get(&hash) {
            None => {
                places.insert(hash.clone(), kept.len());
                let Row {
                    text,
                    context,
                    label,
                    category,
                    columns,
                    origin,
                    human,
                    ..
                } = row;
                kept.push(Consolidated {
                    row_hash: hash,
                    text,
                    context,
                    label,
                    category,
                    columns,
                    origin,
                    human,
                    slice,
                    inclusion_probability,
                    occurrences: uploaded,
                });
            }
            Some(&place) => {
                let old = &mut kept[place];
                if row.human || !old.human {
                    old.text = row.text;
                    old.context = row.context;
                    old.label = row.label;
                    old.origin = row.origin;
                    old.human = row.human;
                }
                // Human labels carry neither category nor columns: keep those we had.
                old.category = row.category.or(old.category.take());
                if !row.columns.is_empty() {
                    old.columns = row.columns;
                }
                // A text is in the gate's slice if any of its rows was uploaded or audited; an
                // uploaded one has no probability.
                old.inclusion_probability = match (old.slice, slice) {
                    (Slice::Gate, Slice::Gate) => {
                        old.inclusion_probability.and(inclusion_probability)
                    }
                    (Slice::Gate, Slice::Uncertain) => old.inclusion_probability,
                    (Slice::Uncertain, _) => inclusion_probability,
                };
                old.slice = old.slice.min(slice);
                old.occurrences += uploaded;
            }
        }
    }
    for row in &mut kept {
        row.occurrences = row.occurrences.max(1);
    }
    kept
}

/// An audited row without a recorded probability predates the random draw, or was labelled with the
/// model's answer preselected.
fn slice(row: &Row) -> (Slice, Option<f64>) {
    match (row.origin, row.inclusion_probability) {
        (Origin::Upload, _) => (Slice::Gate, None),
        (Origin::Audit, Some(probability)) if probability > 0.0 => (Slice::Gate, Some(probability)),
        (Origin::Audit | Origin::Uncertain, _) => (Slice::Uncertain, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str, label: &str, origin: Origin) -> Row {
        let human = origin != Origin::Upload;
        Row {
            text: text.into(),
            context: Context::new(),
            label: label.into(),
            category: None,
            columns: BTreeMap::new(),
            origin,
            human,
            inclusion_probability: (origin == Origin::Audit).then_some(0.02),
        }
    }

    #[track_caller]
    fn check(rows: &[Row], expected: &[(&str, Slice)]) {
        let found = consolidate(rows.iter().cloned());
        let found: Vec<_> = found
            .iter()
            .map(|row| (row.label.as_str(), row.slice))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn uploads_of_a_text_are_counted_and_peoples_answers_are_not() {
        use Origin::{Audit, Upload};
        let rows = [
            row("a", "1", Upload),
            row("b", "1", Audit),
            row(" A", "1", Upload),
            row("a", "0", Audit),
            // Of a text that was uploaded without a label.
            Row {
                human: true,
                ..row("a", "1", Upload)
            },
        ];
        let found = consolidate(rows);
        let found: Vec<_> = found.iter().map(|row| row.occurrences).collect();
        assert_eq!(found, [2, 1]);
    }

    #[test]
    fn a_human_label_wins_then_the_newest() {
        use Origin::{Audit, Upload};
        check(
            &[row("Nice", "1", Upload), row(" nice ", "0", Upload)],
            &[("0", Slice::Gate)],
        );
        check(
            &[row("a", "1", Audit), row("A", "0", Upload)],
            &[("1", Slice::Gate)],
        );
        check(
            &[
                row("a", "1", Audit),
                row("a", "0", Upload),
                row("a", "-1", Audit),
            ],
            &[("-1", Slice::Gate)],
        );
    }

    #[test]
    fn a_text_keeps_the_context_of_the_row_whose_label_it_has() {
        use Origin::{Audit, Upload};
        let titled = |title: &str, text: &str, label: &str, origin: Origin| Row {
            context: [("Title".to_owned(), title.to_owned())].into(),
            ..row(text, label, origin)
        };
        let titles = |rows: &[Row]| -> Vec<String> {
            let found = consolidate(rows.iter().cloned());
            found
                .iter()
                .map(|row| row.context["Title"].clone())
                .collect()
        };
        let (old, new) = (
            titled("Old", "a", "1", Upload),
            titled("New", " A ", "0", Upload),
        );
        assert_eq!(titles(&[old.clone(), new.clone()]), ["New"]);
        let seen = titled("As the reviewer saw it", "a", "-1", Audit);
        assert_eq!(titles(&[old, seen, new]), ["As the reviewer saw it"]);
    }

    #[test]
    fn a_text_known_only_by_doubt_is_a_slice_of_its_own() {
        use Origin::{Audit, Uncertain, Upload};
        check(&[row("a", "1", Uncertain)], &[("1", Slice::Uncertain)]);
        check(
            &[row("a", "1", Uncertain), row("a", "0", Upload)],
            &[("1", Slice::Gate)],
        );
        check(
            &[row("a", "1", Uncertain), row("a", "0", Audit)],
            &[("0", Slice::Gate)],
        );
    }

    #[test]
    fn a_row_joins_the_gates_slice_with_a_known_probability_or_not_at_all() {
        use Origin::{Audit, Uncertain, Upload};
        let unknown = Row {
            inclusion_probability: None,
            ..row("a", "1", Audit)
        };
        check(std::slice::from_ref(&unknown), &[("1", Slice::Uncertain)]);
        for (rows, expected) in [
            (vec![row("a", "1", Audit)], Some(0.02)),
            (
                vec![row("a", "1", Uncertain), row("a", "1", Audit)],
                Some(0.02),
            ),
            (vec![row("a", "1", Audit), unknown], Some(0.02)),
            (vec![row("a", "1", Audit), row("a", "1", Upload)], None),
            (vec![row("a", "1", Upload), row("a", "1", Audit)], None),
        ] {
            let found = consolidate(rows);
            assert_eq!(found[0].slice, Slice::Gate);
            assert_eq!(found[0].inclusion_probability, expected);
        }
    }

    #[test]
    fn a_human_label_keeps_the_uploaded_columns_and_a_newer_upload_brings_its_own() {
        let columns = |age: &str| BTreeMap::from([("Age".to_owned(), age.to_owned())]);
        let uploaded = |age: &str| Row {
            columns: columns(age),
            ..row("a", "1", Origin::Upload)
        };
        let labelled = row("a", "0", Origin::Audit);
        let found = consolidate([uploaded("33"), labelled, uploaded("34")]);
        let found = (&found[0].label, &found[0].columns, found[0].human);
        assert_eq!(found, (&"0".to_owned(), &columns("34"), true));
    }
}
