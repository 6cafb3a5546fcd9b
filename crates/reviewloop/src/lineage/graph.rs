//! Things, and which came of which.

use serde::Serialize;

/// Things, and which came of which. A place in `nodes` is a node's identity.
#[derive(Debug, Default, Serialize)]
pub struct Graph {
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    pub kind: Kind,
    pub name: String,
    /// What is known of it besides.
    pub detail: String,
    /// RFC 3339, UTC: when it was made, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Who made it or decided about it, where a person did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Its ARN or S3 URI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Upload,
    Part,
    DatasetVersion,
    Execution,
    Job,
    Model,
    ModelVersion,
    EndpointConfig,
    Labels,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
}

/// The way to go from a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To what it was made of.
    Upstream,
    /// To what came of it.
    Downstream,
}

impl Graph {
    /// A node's place; an equal one is not added twice.
    pub fn node(&mut self, node: Node) -> usize {
        let known = |other: &Node| other.kind == node.kind && other.name == node.name;
        if let Some(place) = self.nodes.iter().position(known) {
            return place;
        }
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    pub fn edge(&mut self, from: usize, to: usize) {
        let edge = Edge { from, to };
        if !self.edges.contains(&edge) {
            self.edges.push(edge);
        }
    }

    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = usize> + '_ {
        (0..self.nodes.len()).filter(move |place| self.nodes[*place].kind == kind)
    }

    /// What is one step away.
    pub fn next(&self, place: usize, direction: Direction) -> Vec<usize> {
        let step = |edge: &Edge| match direction {
            Direction::Upstream => (edge.to == place).then_some(edge.from),
            Direction::Downstream => (edge.from == place).then_some(edge.to),
        };
        self.edges.iter().filter_map(step).collect()
    }
}
