//! Files that are written whole: beside their place, then moved there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;

/// Writes one JSON document, readable by people.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut json = serde_json::to_vec_pretty(value)
        .with_context(|| format!("serialise {}", path.display()))?;
    json.push(b'\n');
    write(path, &json)
}

/// Writes one JSON document a line.
pub fn write_json_lines(path: &Path, rows: impl IntoIterator<Item: Serialize>) -> Result<()> {
    write_aside(path, |aside| {
        let mut file = BufWriter::new(File::create(aside)?);
        for row in rows {
            serde_json::to_writer(&mut file, &row)?;
            file.write_all(b"\n")?;
        }
        Ok(file.flush()?)
    })
}

/// Writes a file's content.
pub fn write(path: &Path, content: &[u8]) -> Result<()> {
    write_aside(path, |aside| Ok(fs::write(aside, content)?))
}

/// Has `write` make a file beside its place, and moves it there: a job that is killed leaves the old file or the new one.
pub fn write_aside(place: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let aside = aside(place);
    write(&aside).with_context(|| format!("write {}", place.display()))?;
    put_in_place(&aside, place)
}

/// Hidden, as readers of a folder pass over such files. A killed job leaves it; the next one writes over it.
fn aside(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default();
    place.with_file_name(format!(".{}.writing", name.display()))
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
    match place.parent() {
        Some(here) if here.as_os_str().is_empty() => sync(Path::new(".")),
        Some(folder) => sync(folder),
        None => Ok(()),
    }
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
    fn a_file_that_cannot_be_written_to_its_end_leaves_the_old_one() {
        let base = tempfile::tempdir().unwrap();
        let place = base.path().join("rows.jsonl");
        write_json_lines(&place, [1, 2]).unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"1\n2\n");
        let fails = write_aside(&place, |aside| {
            fs::write(aside, "3")?;
            anyhow::bail!("the job is killed")
        });
        let error = format!("{:#}", fails.unwrap_err());
        assert!(error.contains("rows.jsonl"), "{error}");
        assert_eq!(fs::read(&place).unwrap(), b"1\n2\n");

        // The file that was left beside the place is written over.
        write_json(&place, &"whole").unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"\"whole\"\n");
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 1);
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
