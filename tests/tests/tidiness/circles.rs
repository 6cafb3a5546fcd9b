//! Files of a crate import each other in one direction: whoever reads one file reads what it imports, and
//! never comes back. So do the modules that a crate's root declares, each taken with the files below it.
//!
//! Every path counts, not `use` alone, and leads to the file that declares the item: a re-export hides
//! nothing. It is an edge itself, from the file that re-exports. A `mod` declaration alone is none. Tests
//! may import what they test.

mod attributes;
mod graph;
mod macros;
mod modules;
mod paths;
mod resolve;
#[cfg(test)]
mod tests;

use std::path::Path;

use super::packages::{packages, packages_of, roots};
use crate::source;
use graph::{Circle, Edges};
use modules::Sources;

#[test]
fn files_of_a_crate_form_no_circle() {
    let mut found = String::new();
    for (name, circles) in circles_by_package(graph::edges) {
        for circle in circles {
            found.push_str(&format!("{name}:\n{circle}"));
        }
    }
    assert!(found.is_empty(), "files import each other:\n{found}");
}

#[test]
fn modules_of_a_crate_form_no_circle() {
    let mut found = String::new();
    for (name, circles) in circles_by_package(graph::module_edges) {
        for circle in circles {
            found.push_str(&format!("{name}:\n{circle}"));
        }
    }
    assert!(found.is_empty(), "modules import each other:\n{found}");
}

fn circles_by_package(edges: fn(&Sources, &str) -> Edges) -> Vec<(String, Vec<Circle>)> {
    let of = |package: &serde_json::Value| {
        let name = package["name"].as_str().expect("a name").to_owned();
        let roots = roots(package);
        let circles = roots.iter().flat_map(|root| {
            let folder = Path::new(root).parent().expect("a file lies in a folder");
            graph::circles(&edges(&sources(folder), root))
        });
        (name, circles.collect())
    };
    let engine = packages_of("local-aws/sql-engine/Cargo.toml");
    packages().iter().chain(&engine).map(of).collect()
}

fn sources(folder: &Path) -> Sources {
    let read = |path: std::path::PathBuf| {
        let name = path.strip_prefix(source::root()).expect("it is below");
        (
            name.to_str().expect("UTF-8").to_owned(),
            source::read(&path),
        )
    };
    source::files(folder, "rs").into_iter().map(read).collect()
}
