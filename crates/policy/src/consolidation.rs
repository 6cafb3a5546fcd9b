//! The same text twice: a human label wins, then the newest.

use std::collections::HashMap;

use contracts::dataset::{Context, Origin, Row, Slice};

use crate::text::row_hash;

/// A text with its one label.
#[derive(Debug, Clone, PartialEq)]
pub struct Consolidated {
    pub row_hash: String,
    pub text: String,
    /// Of the row whose label it is.
    pub context: Context,
    pub label: String,
    /// The newest that was said.
    pub category: Option<String>,
    pub slice: Slice,
    /// Of a text that only the audit brought into the gate's slice.
    pub inclusion_probability: Option<f64>,
}

/// Takes the rows of all parts in the manifest's order. The result keeps the order of each
/// text's first appearance, so that equal manifests give equal files.
pub fn consolidate(rows: impl IntoIterator<Item = Row>) -> Vec<Consolidated> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<(Consolidated, bool)> = Vec::new();
    for row in rows {
        let hash = row_hash(&row.text);
        let (slice, inclusion_probability) = slice(&row);
        match places.get(&hash) {
            None => {
                places.insert(hash.clone(), kept.len());
                let Row {
                    text,
                    context,
                    label,
                    category,
                    human,
                    ..
                } = row;
                kept.push((
                    Consolidated {
                        row_hash: hash,
                        text,
                        context,
                        label,
                        category,
                        slice,
                        inclusion_probability,
                    },
                    human,
                ));
            }
            Some(&place) => {
                let (old, old_is_human) = &mut kept[place];
                if row.human || !*old_is_human {
                    old.text = row.text;
                    old.context = row.context;
                    old.label = row.label;
                    *old_is_human = row.human;
                }
                // Human labels carry no category: keep the one we had.
                old.category = row.category.or(old.category.take());
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
            }
        }
    }
    kept.into_iter().map(|(row, _)| row).collect()
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
}
