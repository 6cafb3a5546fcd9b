//! One set of features for every crate, whichever packages are selected: a crate with another set is compiled once
//! more. `crates/workspace-hack` holds it.

use std::collections::BTreeSet;

use super::packages::tree;

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
    let crates = tree(selection, "normal,build", "{p}|{f}");
    crates.into_iter().collect()
}
