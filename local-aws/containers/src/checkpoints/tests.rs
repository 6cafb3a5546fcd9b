//! What is copied, when, in which order, and what comes back.

use std::fs;
use std::path::Path;

use super::*;
use crate::folder;
use local_core::{Cloud, DEFAULT_REGION, Principal, Settings};
use local_s3::Bucket;
use tempfile::TempDir;

const URI: &str = "s3://data/runs/checkpoints";

struct Bench {
    cloud: Cloud,
    principal: Principal,
    folder: TempDir,
}

impl Bench {
    fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let cloud = Cloud::open(Settings::new(folder.path().join("state"))).unwrap();
        let bucket = Bucket {
            region: DEFAULT_REGION.to_owned(),
            created: cloud.world.now(),
            event_bridge: false,
        };
        cloud
            .store
            .write(|tx| local_s3::create_bucket(tx, "data", &bucket))
            .unwrap();
        Bench {
            cloud,
            principal: Principal::user(),
            folder,
        }
    }

    fn role(&self) -> InName<'_> {
        InName {
            cloud: &self.cloud,
            principal: &self.principal,
        }
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn keys(&self) -> Vec<String> {
        objects::keys(&self.role(), &S3Uri::parse(URI).unwrap()).unwrap()
    }
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, content) in files {
        folder::write(&folder.join(name), content.as_bytes()).unwrap();
    }
}

#[test]
fn a_folder_is_copied_once_it_has_settled() {
    let bench = Bench::new();
    let place = bench.place("job");
    let mut checkpoints = Checkpoints::new(place.clone(), URI);
    checkpoints.download(&bench.role()).unwrap();
    let (state, weights) = ("step-1/state.json", "step-1/weights");
    write(&place, &[(state, "{}"), (weights, "1"), (".writing/w", "")]);
    checkpoints.copy_settled(&bench.role()).unwrap();
    assert_eq!(bench.keys(), [""; 0], "it was seen for the first time");
    write(&place, &[(weights, "12")]);
    checkpoints.copy_settled(&bench.role()).unwrap();
    assert_eq!(bench.keys(), [""; 0], "it has changed");
    write(&place, &[("step-2/weights", "2")]);
    checkpoints.copy_settled(&bench.role()).unwrap();
    let first = [state, weights].map(|name| format!("runs/checkpoints/{name}"));
    assert_eq!(bench.keys(), first, "the first has settled, and it alone");
    fs::remove_dir_all(place.join("step-1")).unwrap();
    checkpoints.copy_all(&bench.role()).unwrap();
    let all = [&first[..], &["runs/checkpoints/step-2/weights".to_owned()]].concat();
    assert_eq!(bench.keys(), all, "nothing is deleted");
}

#[test]
fn what_was_brought_is_copied_again_where_it_changes_and_nothing_of_a_neighbour_is() {
    let bench = Bench::new();
    for (key, content) in [
        ("runs/checkpoints/step-1/weights", b"1"),
        ("runs/checkpoints-of-another/step-9/weights", b"9"),
    ] {
        local_s3::put_bytes(&bench.cloud, "data", key, content).unwrap();
    }
    let place = bench.place("job");
    let mut checkpoints = Checkpoints::new(place.clone(), URI);
    checkpoints.download(&bench.role()).unwrap();
    assert_eq!(visible(&place).unwrap(), [Path::new("step-1/weights")]);
    // Were it copied, it would be there again.
    local_s3::put_bytes(
        &bench.cloud,
        "data",
        "runs/checkpoints/step-1/weights",
        b"other",
    )
    .unwrap();
    checkpoints.copy_all(&bench.role()).unwrap();
    let read = || {
        let again = bench.place("again");
        let mut there = Checkpoints::new(again.clone(), URI);
        there.download(&bench.role()).unwrap();
        fs::read_to_string(again.join("step-1/weights")).unwrap()
    };
    assert_eq!(read(), "other");
    write(&place, &[("step-1/weights", "written again")]);
    checkpoints.copy_all(&bench.role()).unwrap();
    assert_eq!(read(), "written again");
}

#[test]
fn a_description_is_copied_after_what_it_describes() {
    let stamp = (0, SystemTime::UNIX_EPOCH);
    let names = [
        "step-1/state.json",
        "step-1/weights",
        "step-2/state.json",
        "step-2/weights",
    ];
    let ordered = in_order(names.map(|name| (PathBuf::from(name), stamp)).into_iter());
    let ordered: Vec<_> = ordered
        .iter()
        .map(|(path, _)| path.to_str().unwrap())
        .collect();
    assert_eq!(ordered, [names[1], names[3], names[0], names[2]]);
}
