use std::collections::HashSet;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::writer::LARGEST_ROW;
use super::{Blob, Blobs};
use crate::store::Store;

fn written(store: &Store, bytes: &[u8]) -> Blob {
    let mut writer = store.blobs().writer();
    for piece in bytes.chunks(1000) {
        writer.write(piece).unwrap();
    }
    writer.finish().unwrap()
}

fn read(blobs: &Blobs, blob: &Blob) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut reader = blobs.reader(&blob.sha256).unwrap();
    reader.read_to_end(&mut bytes).unwrap();
    bytes
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[test]
fn bodies_of_every_size_survive_reopening_and_small_ones_make_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let sizes = [0, 1, LARGEST_ROW, LARGEST_ROW + 1, 5 * LARGEST_ROW];
    let bodies = sizes.map(|size| vec![u8::try_from(size % 251).unwrap(); size]);
    let store = Store::open(folder.path()).unwrap();
    let blobs = bodies.each_ref().map(|body| written(&store, body));
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    for (blob, body) in blobs.iter().zip(&bodies) {
        assert_eq!(blob.size, body.len() as u64);
        assert!(read(store.blobs(), blob) == *body, "{} bytes", body.len());
    }
    assert_eq!(files(&folder.path().join("blobs")), 2);
    assert_eq!(files(&folder.path().join("incoming")), 0);
}

#[test]
fn a_part_of_a_body_is_read_from_a_row_as_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for size in [26, LARGEST_ROW + 26] {
        let body: Vec<u8> = (b'a'..=b'z').cycle().take(size).collect();
        let mut reader = store
            .blobs()
            .reader(&written(&store, &body).sha256)
            .unwrap();
        reader.seek(SeekFrom::Start(3)).unwrap();
        let mut part = [0; 4];
        reader.read_exact(&mut part).unwrap();
        assert_eq!(&part, b"defg");
        let rest = folder.path().join("rest");
        reader.copy_to(&rest).unwrap();
        assert!(std::fs::read(&rest).unwrap() == body[7..]);
    }
}

#[test]
fn a_sweep_leaves_what_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let both = |letter| [1, LARGEST_ROW + 1].map(|size| written(&store, &vec![letter; size]));
    let (kept, dead) = (both(b'k'), both(b'd'));
    let names: HashSet<String> = kept.each_ref().map(|blob| blob.sha256.clone()).into();
    store.blobs().sweep(&names);
    for blob in &kept {
        assert_eq!(read(store.blobs(), blob).len() as u64, blob.size);
    }
    for blob in &dead {
        assert!(store.blobs().reader(&blob.sha256).is_err());
    }
}

#[test]
fn a_body_that_is_given_up_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut writer = store.blobs().writer();
    writer.write(&vec![0; LARGEST_ROW + 1]).unwrap();
    assert_eq!(files(&folder.path().join("incoming")), 1);
    drop(writer);
    assert_eq!(files(&folder.path().join("incoming")), 0);
}
