//! Small things about files that several commands share.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

/// Writes one JSON document, readable by people.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut json = serde_json::to_vec_pretty(value)
        .with_context(|| format!("serialise {}", path.display()))?;
    json.push(b'\n');
    fs::write(path, json).with_context(|| format!("write {}", path.display()))
}

/// Moves a file, or a folder of files, to its place, and replaces a file there. After a power failure the place holds
/// the old content or all of the new: the bytes are on the disk before the name is.
pub fn put_in_place(aside: &Path, place: &Path) -> Result<()> {
    renamed_after(sync_all, aside, place)
        .with_context(|| format!("move {} into place", place.display()))
}

fn sync_all(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

fn renamed_after(
    mut sync: impl FnMut(&Path) -> io::Result<()>,
    aside: &Path,
    place: &Path,
) -> io::Result<()> {
    if aside.is_dir() {
        for file in fs::read_dir(aside)? {
            sync(&file?.path())?;
        }
    }
    sync(aside)?;
    fs::rename(aside, place)?;
    // The name is the containing folder's content.
    place.parent().map_or(Ok(()), sync)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_on_the_disk_before_the_name_and_the_name_thereafter() {
        let base = tempfile::tempdir().unwrap();
        let (aside, place) = (base.path().join("aside"), base.path().join("place"));
        fs::create_dir(&aside).unwrap();
        fs::write(aside.join("file"), "new").unwrap();
        let mut synced = Vec::new();
        let sync = |path: &Path| {
            synced.push((path.to_owned(), place.exists()));
            sync_all(path)
        };
        renamed_after(sync, &aside, &place).unwrap();
        assert_eq!(
            synced,
            [
                (aside.join("file"), false),
                (aside.clone(), false),
                (base.path().to_owned(), true)
            ]
        );
        assert_eq!(fs::read(place.join("file")).unwrap(), b"new");
        assert!(!aside.exists());
    }

    #[test]
    fn what_cannot_be_synced_is_not_put_in_place() {
        let base = tempfile::tempdir().unwrap();
        let (aside, place) = (base.path().join("aside"), base.path().join("place"));
        fs::write(&aside, "new").unwrap();
        fs::write(&place, "old").unwrap();
        let fails = |_: &Path| Err(io::Error::other("the disk is full"));
        renamed_after(fails, &aside, &place).unwrap_err();
        assert_eq!(fs::read(&place).unwrap(), b"old");
        put_in_place(&aside, &place).unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"new");
        let error = put_in_place(&aside, &place).unwrap_err().to_string();
        assert!(error.contains("place"), "{error}");
    }
}
