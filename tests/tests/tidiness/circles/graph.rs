//! Which file or module imports which, and the circles among them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::{self, Display};

use super::modules::{Crate, Sources};
use super::paths::{self, Written};
use super::resolve::Resolver;

/// Files (or modules) to those that they import, with the paths that do it.
pub type Edges = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// Files (or modules) each of which imports the next, and the last the first.
#[derive(Debug, PartialEq, Eq)]
pub struct Circle(pub Vec<Step>);

#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    pub file: String,
    pub paths: BTreeSet<String>,
}

impl Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            let next = &self.0[(place + 1) % self.0.len()].file;
            writeln!(f, "  {} -> {next}: {}", step.file, said(&step.paths))?;
        }
        Ok(())
    }
}

/// A single name is an import's: said only where there is nothing else.
fn said(paths: &BTreeSet<String>) -> String {
    let mut said: Vec<&str> = paths.iter().map(String::as_str).collect();
    if said.iter().any(|path| path.contains("::")) {
        said.retain(|path| path.contains("::"));
    }
    said.join(", ")
}

/// The edges between the files of a crate.
pub fn edges(sources: &Sources, root: &str) -> Edges {
    edges_between(sources, root, |all, place| {
        Some(all.modules[place].file.clone())
    })
}

/// The edges between the modules that the crate's root declares, each with all that lies in it. The root itself is none:
/// it may declare what they share.
pub fn module_edges(sources: &Sources, root: &str) -> Edges {
    edges_between(sources, root, |all, place| {
        all.top_level(place).map(|name| format!("crate::{name}"))
    })
}

fn edges_between(
    sources: &Sources,
    root: &str,
    node: impl Fn(&Crate, usize) -> Option<String>,
) -> Edges {
    let all = Crate::read(sources, root);
    let resolver = Resolver::new(&all);
    let mut edges = Edges::new();
    for (place, module) in all.modules.iter().enumerate() {
        for written in paths::of(module) {
            let targets = resolver.targets(place, &written);
            let targets = targets
                .unwrap_or_else(|_| panic!("{}: {} leads nowhere", module.file, text(&written)));
            for target in targets {
                let (Some(from), Some(to)) = (node(&all, place), node(&all, target)) else {
                    continue;
                };
                if from != to {
                    let paths = edges.entry(from).or_default().entry(to).or_default();
                    paths.insert(text(&written));
                }
            }
        }
    }
    edges
}

fn text(written: &Written) -> String {
    let path = written.path.join("::");
    match written.kind {
        paths::Kind::Glob => format!("{path}::*"),
        _ => path,
    }
}

/// A shortest circle for every file that is in one and in none that was found before.
pub fn circles(edges: &Edges) -> Vec<Circle> {
    let mut found: Vec<Circle> = Vec::new();
    for file in edges.keys() {
        let known = found
            .iter()
            .flat_map(|circle| &circle.0)
            .any(|step| step.file == *file);
        if !known {
            found.extend(shortest(edges, file));
        }
    }
    found
}

/// By breadth, from a file back to itself.
fn shortest(edges: &Edges, start: &str) -> Option<Circle> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(file) = queue.pop_front() {
        for next in edges.get(file).into_iter().flat_map(BTreeMap::keys) {
            if next == start {
                return Some(circle(edges, &came_from, start, file));
            }
            if !came_from.contains_key(next.as_str()) {
                came_from.insert(next, file);
                queue.push_back(next);
            }
        }
    }
    None
}

fn circle(edges: &Edges, came_from: &BTreeMap<&str, &str>, start: &str, last: &str) -> Circle {
    let mut files = vec![last];
    while files[files.len() - 1] != start {
        files.push(came_from[files[files.len() - 1]]);
    }
    files.reverse();
    let steps = files.iter().enumerate().map(|(place, file)| Step {
        file: (*file).to_owned(),
        paths: edges[*file][files[(place + 1) % files.len()]].clone(),
    });
    Circle(steps.collect())
}
