//! A workspace's packages, as `cargo metadata` tells of them.

use std::process::Command;

use serde_json::Value;

use crate::source;

pub fn packages() -> Vec<Value> {
    packages_of("Cargo.toml")
}

/// Those of a workspace of its own, by the place of its manifest.
pub fn packages_of(manifest: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .args(["--manifest-path", manifest])
        .current_dir(source::root())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata is JSON");
    metadata["packages"].as_array().expect("a list").clone()
}

/// A package's library and programs: the first file of each, relative to the root of the workspace.
pub fn roots(package: &Value) -> Vec<String> {
    let targets = package["targets"].as_array().expect("a list");
    let built = targets.iter().filter(|target| {
        let kinds = target["kind"].as_array().expect("a list");
        kinds.iter().any(|kind| kind == "lib" || kind == "bin")
    });
    let root = source::root();
    built
        .map(|target| {
            let path = target["src_path"].as_str().expect("a path");
            let path = std::path::Path::new(path);
            let path = path.strip_prefix(&root).expect("it is in the workspace");
            path.to_str().expect("paths are UTF-8").to_owned()
        })
        .collect()
}

/// What a selection of packages is made of, a line a crate in this format (see `cargo tree --help`).
pub fn tree(selection: &[&str], edges: &str, format: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--prefix", "none", "--offline", "--locked"])
        .args(["--edges", edges, "--format", format])
        .args(selection)
        .current_dir(source::root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8(output.stdout).expect("names are UTF-8");
    let crates = lines.lines().map(|line| line.trim_end_matches(" (*)"));
    crates.map(str::to_owned).collect()
}
