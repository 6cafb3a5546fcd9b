//! QueryLineage.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::{Value, json};

use super::derived;
use super::entity::{Entity, LineageType};
use super::walk::{Direction, Walk};
use local_core::Call;
use local_core::page::page;
use local_core::wire::{AwsError, Reply};

/// AWS's limit, and the depth of a request that says none.
const DEPTH: usize = 10;
/// The same of a page's vertices.
const PAGE: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct QueryRequest {
    #[serde(default)]
    start_arns: Vec<String>,
    direction: Option<Direction>,
    #[serde(default)]
    include_edges: bool,
    #[serde(default)]
    filters: Filters,
    max_depth: Option<usize>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// An entity must hold all of them, and of each one of its values. One that is empty lets all pass.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
pub struct Filters {
    types: Vec<String>,
    lineage_types: Vec<LineageType>,
    created_before: Option<f64>,
    created_after: Option<f64>,
    modified_before: Option<f64>,
    modified_after: Option<f64>,
    properties: BTreeMap<String, String>,
}

pub async fn query(call: Call, request: QueryRequest) -> Reply {
    let [start] = request.start_arns.as_slice() else {
        return Err(AwsError::unsupported(
            "local-aws does not honour QueryLineage without one of StartArns",
        ));
    };
    let graph = derived::graph(&call);
    graph.required(start)?;
    let direction = request.direction.unwrap_or(Direction::Both);
    let depth = request.max_depth.unwrap_or(DEPTH);
    let walk = Walk::new(graph.associations(), start, direction, depth);
    let wanted = |arn: &str| {
        let entity = graph.get(arn);
        entity.is_some_and(|entity| request.filters.admit(entity))
    };
    let vertices: Vec<_> = match request.include_edges {
        true => walk.ways(wanted),
        false => walk.reached().filter(|arn| wanted(arn)).collect(),
    };
    let places: HashMap<_, _> = vertices.iter().copied().zip(0_usize..).collect();
    let size = request.max_results.unwrap_or(PAGE);
    let page = page(vertices, |arn| arn, request.next_token.as_deref(), size)
        .ok_or_else(|| AwsError::validation("NextToken is invalid or has expired"))?;
    // An edge comes with the later of its ends, so that a reader has both by then.
    let on_page = page.items.first().map(|arn| places[arn]);
    let on_page = on_page.map_or(0..0, |first| first..first + page.items.len());
    let edges = graph.associations().filter_map(|association| {
        let source = places.get(&*association.source)?;
        let destination = places.get(&*association.destination)?;
        let here = on_page.contains(source.max(destination));
        (here && request.include_edges).then(|| {
            json!({
                "SourceArn": association.source,
                "DestinationArn": association.destination,
                "AssociationType": association.kind.name(),
            })
        })
    });
    let vertices = page.items.iter().filter_map(|arn| graph.get(arn));
    Ok(json!({
        "Vertices": vertices.map(vertex).collect::<Vec<_>>(),
        "Edges": edges.collect::<Vec<_>>(),
        "NextToken": page.next_token,
    }))
}

fn vertex(entity: &Entity) -> Value {
    json!({
        "Arn": entity.arn,
        "Type": entity.vertex_type(),
        "LineageType": entity.lineage_type.name(),
    })
}

impl Filters {
    fn admit(&self, entity: &Entity) -> bool {
        let (created, modified) = (entity.created.seconds(), entity.modified.seconds());
        let kind = entity.vertex_type();
        let has = |(key, value)| entity.properties.get(key) == Some(value);
        (self.types.is_empty() || self.types.iter().any(|it| it == kind))
            && (self.lineage_types.is_empty() || self.lineage_types.contains(&entity.lineage_type))
            && self.created_before.is_none_or(|time| created <= time)
            && self.created_after.is_none_or(|time| created >= time)
            && self.modified_before.is_none_or(|time| modified <= time)
            && self.modified_after.is_none_or(|time| modified >= time)
            && (self.properties.is_empty() || self.properties.iter().any(has))
    }
}
