//! Archives as no model has them.

use std::fs;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};
use tempfile::TempDir;

use super::{Bounds, unpack};

const SMALL: Bounds = Bounds {
    bytes: 1 << 20,
    entries: 10,
};

type Packed = Builder<GzEncoder<fs::File>>;

/// What becomes of an archive, and the folder with it.
fn unpacked(fill: impl FnOnce(&mut Packed), bounds: Bounds) -> (Result<(), String>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.tar.gz");
    let file = fs::File::create(&path).unwrap();
    let mut archive = Builder::new(GzEncoder::new(file, Compression::best()));
    fill(&mut archive);
    archive.into_inner().unwrap().finish().unwrap();
    let unpacked = unpack(&path, &folder.path().join("model"), bounds);
    (unpacked.map_err(|error| format!("{error:#}")), folder)
}

/// The reason, and nothing is left.
#[track_caller]
fn refused(fill: impl FnOnce(&mut Packed), because: &str) {
    let (unpacked, folder) = unpacked(fill, SMALL);
    let error = unpacked.unwrap_err();
    assert!(error.contains(because), "{error}");
    let left = fs::read_dir(folder.path()).unwrap();
    assert_eq!(left.count(), 1, "the archive alone");
}

fn add(archive: &mut Packed, kind: EntryType, name: &str, content: &[u8]) {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    // As it stands: `set_path` would refuse what these tests are about.
    header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_cksum();
    archive.append(&header, content).unwrap();
}

#[test]
fn files_and_folders_are_unpacked_where_they_belong() {
    let fill = |archive: &mut Packed| {
        add(archive, EntryType::Directory, "./", b"");
        // Python's tarfile says the time of a file in a header of its own.
        add(
            archive,
            EntryType::XHeader,
            "PaxHeaders/x",
            b"20 mtime=1700000.25\n",
        );
        add(archive, EntryType::Regular, "./config.json", b"{}");
        add(archive, EntryType::Regular, "code/inference.py", b"pass");
    };
    let (unpacked, folder) = unpacked(fill, SMALL);
    unpacked.unwrap();
    let read = |name: &str| fs::read_to_string(folder.path().join("model").join(name)).unwrap();
    assert_eq!(read("config.json"), "{}");
    assert_eq!(read("code/inference.py"), "pass");
}

#[test]
fn an_archive_that_unpacks_to_too_many_bytes_is_refused() {
    let zeros = vec![0; 16 << 20];
    refused(
        |archive| add(archive, EntryType::Regular, "model.bin", &zeros),
        "more than 1048576 bytes",
    );
    let quarter = vec![0; 300 << 10];
    refused(
        |archive| {
            for name in ["a", "b", "c", "d"] {
                add(archive, EntryType::Regular, name, &quarter);
            }
        },
        "more than 1048576 bytes",
    );
}

#[test]
fn an_archive_of_too_many_files_is_refused() {
    refused(
        |archive| {
            for number in 0..11 {
                add(archive, EntryType::Regular, &number.to_string(), b"");
            }
        },
        "more than 10 files and folders",
    );
}

/// The reader keeps names in memory.
#[test]
fn a_name_of_any_length_is_refused() {
    let name = vec![b'a'; 8 << 20];
    let fill = |archive: &mut Packed| {
        add(archive, EntryType::GNULongName, "././@LongLink", &name);
        add(archive, EntryType::Regular, "short", b"");
    };
    let (unpacked, _folder) = unpacked(fill, Bounds::default());
    let error = unpacked.unwrap_err();
    assert!(error.contains("stand before a file"), "{error}");
}

#[test]
fn links_and_devices_are_refused_by_name() {
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Fifo,
        EntryType::Char,
        EntryType::Block,
        EntryType::GNUSparse,
    ] {
        let fill = |archive: &mut Packed| {
            let mut header = Header::new_gnu();
            header.set_entry_type(kind);
            header.set_path("config.json").unwrap();
            header.set_link_name("/etc/passwd").unwrap();
            header.set_size(0);
            if kind == EntryType::GNUSparse {
                header.as_gnu_mut().unwrap().realsize = *b"00000000000\0";
            }
            header.set_cksum();
            archive.append(&header, std::io::empty()).unwrap();
        };
        refused(fill, "\"config.json\" is neither a file nor a folder");
    }
}

#[test]
fn no_file_leaves_the_folder() {
    for name in [
        "../escaped",
        "/tmp/escaped-by-classifier",
        "a/../../escaped",
    ] {
        refused(
            |archive| add(archive, EntryType::Regular, name, b""),
            "would leave the folder",
        );
        assert!(!Path::new("/tmp/escaped-by-classifier").exists());
    }
}
