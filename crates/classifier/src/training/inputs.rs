//! What a training read, for its card.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use bert::digest::Digest;
use contracts::training::Inputs;
use sha2::{Digest as _, Sha256};

use crate::channel::{Files, LabelledText};
use crate::container::Container;

pub fn of(
    container: &Container,
    train: &[LabelledText],
    validation: &[LabelledText],
    pretrained_digest: Option<String>,
) -> Result<Inputs> {
    Ok(Inputs {
        program: program(option_env!("REVIEWLOOP_COMMIT")),
        dataset_version_id: Files::of(&container.channel("train"))?.dataset_version_id(),
        train_digest: digest(train),
        validation_digest: digest(validation),
        pretrained_digest,
        train_labels: counts(train),
        validation_labels: counts(validation),
    })
}

/// The commit is that of the sources, where the build was told of it: every version between two releases has one number.
fn program(commit: Option<&str>) -> String {
    let version = concat!("classifier ", env!("CARGO_PKG_VERSION"));
    match commit.filter(|commit| !commit.is_empty()) {
        Some(commit) => format!("{version} {commit}"),
        None => version.to_owned(),
    }
}

/// The beginning of the file's SHA-256. Of pretrained weights it tells the file, whatever head is drawn for it.
pub fn file_digest(path: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let copied = File::open(path).and_then(|mut file| io::copy(&mut file, &mut hash));
    copied.with_context(|| format!("read {}", path.display()))?;
    let mut hex = format!("{:x}", hash.finalize());
    hex.truncate(16);
    Ok(hex)
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

    /// SHA-256's own test vector: `infra/image/gpu/channels.py` has the same.
    #[test]
    fn the_digest_of_a_file_is_the_beginning_of_its_sha_256() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        std::fs::write(&path, "abc").unwrap();
        assert_eq!(file_digest(&path).unwrap(), "ba7816bf8f01cfea");
        let error = file_digest(&folder.path().join("none")).unwrap_err();
        assert!(error.to_string().contains("none"), "{error}");
    }

    #[test]
    fn the_program_has_the_commit_of_a_build_that_knows_it() {
        let version = concat!("classifier ", env!("CARGO_PKG_VERSION"));
        for (commit, expected) in [
            (None, version.to_owned()),
            (Some(""), version.to_owned()),
            (Some("0123456789ab"), format!("{version} 0123456789ab")),
        ] {
            assert_eq!(program(commit), expected);
        }
    }
}
