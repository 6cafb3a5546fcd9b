//! The graph for people: a tree from each root, up to the next thing of the root's kind.

use std::fmt::Write;

use super::graph::{Direction, Graph, Kind, Node};

/// What the roots were made of, and what came of them. Without a root of a kind there is nothing to say.
pub fn write(graph: &Graph, roots: &[usize]) -> String {
    let mut text = String::new();
    for root in roots {
        if !text.is_empty() {
            text.push('\n');
        }
        // Writing to a String cannot fail.
        let _ = line(&mut text, &graph.nodes[*root], 0, "");
        for (direction, mark) in [(Direction::Upstream, "<-"), (Direction::Downstream, "->")] {
            let mut written = vec![*root];
            let _ = below(&mut text, graph, *root, (direction, mark), 1, &mut written);
        }
    }
    text
}

/// A thing that two others lead to is written once.
fn below(
    text: &mut String,
    graph: &Graph,
    place: usize,
    way: (Direction, &str),
    depth: usize,
    written: &mut Vec<usize>,
) -> std::fmt::Result {
    let root = graph.nodes[written[0]].kind;
    for next in graph.next(place, way.0) {
        if written.contains(&next) {
            continue;
        }
        written.push(next);
        line(text, &graph.nodes[next], depth, way.1)?;
        if graph.nodes[next].kind != root {
            below(text, graph, next, way, depth + 1, written)?;
        }
    }
    Ok(())
}

fn line(text: &mut String, node: &Node, depth: usize, mark: &str) -> std::fmt::Result {
    let indent = " ".repeat(3 * depth.saturating_sub(1));
    let mark = if mark.is_empty() {
        String::new()
    } else {
        format!("{mark} ")
    };
    let at = node.at.as_deref().map(minutes);
    let by = node.by.as_ref().map(|by| format!("by {by}"));
    let told = [Some(node.detail.clone()), by, at];
    let told: Vec<String> = told
        .into_iter()
        .flatten()
        .filter(|it| !it.is_empty())
        .collect();
    let told = told.join(", ");
    let gap = if told.is_empty() { "" } else { "  " };
    writeln!(
        text,
        "{indent}{mark}{} {}{gap}{told}",
        kind(node.kind),
        node.name
    )
}

/// "2026-11-28T10:00:00Z" to the minute.
fn minutes(at: &str) -> String {
    at.get(..16).unwrap_or(at).replace('T', " ")
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Upload => "upload",
        Kind::Part => "part",
        Kind::DatasetVersion => "dataset",
        Kind::Execution => "execution",
        Kind::Job => "job",
        Kind::Model => "model file",
        Kind::ModelVersion => "model",
        Kind::EndpointConfig => "endpoint config",
        Kind::Labels => "reviewers gave",
    }
}
