//! What a training read, for its card.

use std::collections::BTreeMap;

use anyhow::Result;
use bert::digest::Digest;
use contracts::training::Inputs;

use crate::channel::{Files, LabelledText};
use crate::container::Container;

pub fn of(
    container: &Container,
    train: &[LabelledText],
    validation: &[LabelledText],
    pretrained_digest: Option<String>,
) -> Result<Inputs> {
    Ok(Inputs {
        program: format!("classifier {}", env!("CARGO_PKG_VERSION")),
        dataset_version_id: Files::of(&container.channel("train"))?.dataset_version_id(),
        train_digest: digest(train),
        validation_digest: digest(validation),
        pretrained_digest,
        train_labels: counts(train),
        validation_labels: counts(validation),
    })
}

fn digest(rows: &[LabelledText]) -> String {
    let mut digest = Digest::default();
    for part in rows.iter().flat_map(|row| [&row.text, &row.label]) {
        part.bytes().for_each(|byte| digest.add(byte.into()));
        // No byte of a text: where one ends is part of it.
        digest.add(u64::MAX);
    }
    digest.hex()
}

fn counts(rows: &[LabelledText]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row.label.clone()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rows;

    #[test]
    fn digests_tell_texts_labels_and_their_order_apart() {
        let given = rows(30);
        let of = |change: fn(&mut Vec<LabelledText>)| {
            let mut changed = given.clone();
            change(&mut changed);
            digest(&changed)
        };
        let same = of(|_| {});
        assert_eq!((same.len(), &same), (16, &digest(&given)));
        let changed = [
            of(|rows| rows.swap(0, 1)),
            of(|rows| rows[3].label.push('0')),
            of(|rows| rows.truncate(29)),
            // The end of a text is no beginning of its label.
            of(|rows| {
                let last = rows[5].text.pop().into_iter();
                rows[5].label.insert_str(0, &last.collect::<String>());
            }),
        ];
        assert!(!changed.contains(&same), "{changed:?}");
        assert_eq!(counts(&given)["0"], 10);
    }
}
