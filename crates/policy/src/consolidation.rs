//! The same text twice: a human label wins, then the newest.

use std::collections::HashMap;

use contracts::dataset::{Context, Origin, Row, Slice};

use crate::text::row_hash;

/// A text with its one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consolidated {
    pub row_hash: String,
    pub text: String,
    /// Of the row whose label it is.
    pub context: Context,
    pub label: String,
    /// The newest that was said.
    pub category: Option<String>,
    pub slice: Slice,
}

/// Takes the rows of all parts in the manifest's order. What comes out keeps the order of each
/// text's first appearance, so that equal manifests give equal files.
pub fn consolidate(rows: impl IntoIterator<Item = Row>) -> Vec<Consolidated> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<(Consolidated, bool)> = Vec::new();
    for row in rows {
        let hash = row_hash(&row.text);
        let slice = slice(row.origin);
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
                // Who labels a text does not say again what it is about.
                old.category = row.category.or(old.category.take());
                // One unbiased reason to be here is enough for the gate's slice.
                old.slice = old.slice.min(slice);
            }
        }
    }
    kept.into_iter().map(|(row, _)| row).collect()
}

fn slice(origin: Origin) -> Slice {
    match origin {
        Origin::Upload | Origin::Audit => Slice::Gate,
        Origin::Uncertain => Slice::Uncertain,
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
}
