//! One set of features for every crate, whichever packages are selected: a crate with another set is compiled once
//! more. `crates/workspace-hack` holds it.

use std::collections::BTreeSet;
use std::process::Command;

use crate::source;

/// What `cargo run` builds, what the demo builds after it, and what a function's developer builds.
#[test]
fn every_selection_of_packages_builds_the_same_crates() {
    let all = features(&["--workspace"]);
    for package in ["reviewloop", "classifier", "predict", "review-portal"] {
        let alone: Vec<_> = features(&["--package", package])
            .difference(&all)
            .cloned()
            .collect();
        assert!(
            alone.is_empty(),
            "--package {package} builds crates with features of their own, which crates/workspace-hack should name: \
             {alone:#?}"
        );
    }
}

/// `crate version|features` of every crate that the selection builds.
fn features(selection: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--edges", "normal,build", "--prefix", "none"])
        .args(["--format", "{p}|{f}", "--offline", "--locked"])
        .args(selection)
        .current_dir(source::root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8(output.stdout).expect("crates have names in UTF-8");
    let crates = lines.lines().map(|line| line.trim_end_matches(" (*)"));
    crates.map(str::to_owned).collect()
}
