use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use super::*;

type Tar = Builder<GzEncoder<File>>;

/// The result of unpacking an archive, and the files that came out of it.
fn unpacked(bounds: Bounds, fill: impl FnOnce(&mut Tar)) -> (Result<(), String>, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("model.tar.gz");
    let file = File::create(&archive).unwrap();
    let mut tar = Builder::new(GzEncoder::new(file, Compression::fast()));
    fill(&mut tar);
    tar.into_inner().unwrap().finish().unwrap();
    let target = folder.path().join("model");
    std::fs::create_dir(&target).unwrap();
    let result =
        unpack(File::open(&archive).unwrap(), &target, bounds).map_err(|error| error.to_string());
    (result, folder::files(&target).unwrap())
}

fn file(tar: &mut Tar, name: &str, bytes: usize) {
    let mut header = Header::new_gnu();
    header.set_size(bytes as u64);
    header.set_mode(0o644);
    tar.append_data(&mut header, name, vec![0; bytes].as_slice())
        .unwrap();
}

fn special(tar: &mut Tar, kind: EntryType, name: &str, link: &str) {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(0);
    tar.append_link(&mut header, name, link).unwrap();
}

#[test]
fn files_come_out_under_short_and_long_names() {
    let long = format!("{}weights", "layer/".repeat(60));
    let (result, files) = unpacked(OF_A_MODEL, |tar| {
        file(tar, "./config.json", 3);
        file(tar, &long, 5);
        let pax = [("path", "code/é.py".as_bytes()), ("mtime", b"1.5")];
        tar.append_pax_extensions(pax).unwrap();
        file(tar, "short", 0);
    });
    assert_eq!(result, Ok(()));
    assert_eq!(
        files,
        ["code/é.py", "config.json", &long].map(PathBuf::from)
    );
}

#[test]
fn an_archive_that_unpacks_to_more_than_its_bounds_is_refused() {
    let bounds = Bounds {
        bytes: 1000,
        entries: 3,
    };
    let (result, _) = unpacked(bounds, |tar| {
        file(tar, "a", 600);
        file(tar, "b", 401);
    });
    assert_eq!(result, Err("more than 1000 bytes".to_owned()));
    let (result, _) = unpacked(bounds, |tar| {
        for name in ["a", "b", "c", "d"] {
            file(tar, name, 0);
        }
    });
    assert_eq!(result, Err("more than 3 entries".to_owned()));
    let (result, _) = unpacked(OF_A_MODEL, |tar| {
        tar.append_pax_extensions([("comment", vec![b'x'; 1 << 20].as_slice())])
            .unwrap();
        file(tar, "a", 0);
    });
    assert_eq!(result, Err("a header is too long".to_owned()));
}

#[test]
fn headers_count_towards_the_bytes() {
    let bounds = Bounds {
        bytes: 1000,
        entries: 100,
    };
    let (result, _) = unpacked(bounds, |tar| {
        for _ in 0..3 {
            let comment = [("comment", [b'x'; 400].as_slice())];
            tar.append_pax_extensions(comment).unwrap();
            file(tar, "a", 0);
        }
    });
    assert_eq!(result, Err("more than 1000 bytes".to_owned()));
}

#[test]
fn an_archive_has_regular_files_and_folders_only() {
    for kind in [EntryType::Symlink, EntryType::Link, EntryType::Fifo] {
        let (result, files) = unpacked(OF_A_MODEL, |tar| {
            special(tar, kind, "config.json", "/etc/passwd");
        });
        let expected = "config.json is neither a file nor a folder";
        assert_eq!(result, Err(expected.to_owned()), "{kind:?}");
        assert!(files.is_empty());
    }
}

#[test]
fn no_entry_leaves_the_folder() {
    let (result, files) = unpacked(OF_A_MODEL, |tar| {
        tar.append_pax_extensions([("path", "../escaped".as_bytes())])
            .unwrap();
        file(tar, "short", 1);
    });
    assert_eq!(result, Err("../escaped leaves the folder".to_owned()));
    assert!(files.is_empty());
}
