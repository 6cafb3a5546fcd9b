//! ListAssociations.

use serde::Deserialize;
use serde_json::{Value, json};

use super::derived;
use super::entity::{Association, Entity};
use local_core::Call;
use local_core::listing::{Listed, SortOrder, cut};
use local_core::wire::Reply;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListRequest {
    source_arn: Option<String>,
    destination_arn: Option<String>,
    source_type: Option<String>,
    destination_type: Option<String>,
    association_type: Option<String>,
    created_after: Option<f64>,
    created_before: Option<f64>,
    sort_by: Option<SortBy>,
    sort_order: Option<SortOrder>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
enum SortBy {
    SourceArn,
    DestinationArn,
    SourceType,
    DestinationType,
    CreationTime,
}

/// An association with both its ends.
struct Joined<'a> {
    association: &'a Association,
    source: &'a Entity,
    destination: &'a Entity,
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let graph = derived::graph(&call);
    for arn in request.source_arn.iter().chain(&request.destination_arn) {
        graph.required(arn)?;
    }
    let joined = graph.associations().filter_map(|association| {
        Some(Joined {
            association,
            source: graph.get(&association.source)?,
            destination: graph.get(&association.destination)?,
        })
    });
    let mut joined: Vec<_> = joined.filter(|joined| request.wants(joined)).collect();
    // They are in the order of their ends' ARNs, which decides where the key does not.
    match request.sort_by.unwrap_or(SortBy::CreationTime) {
        SortBy::SourceArn => {}
        SortBy::DestinationArn => joined.sort_by_key(|it| &it.destination.arn),
        SortBy::SourceType => joined.sort_by_key(|it| &it.source.kind),
        SortBy::DestinationType => joined.sort_by_key(|it| &it.destination.kind),
        SortBy::CreationTime => joined.sort_by_key(|it| it.association.created),
    }
    if request.sort_order.unwrap_or(SortOrder::Descending) == SortOrder::Descending {
        joined.reverse();
    }
    let listed = joined.iter().map(Joined::listed).collect();
    let page = cut(listed, request.next_token.as_deref(), request.max_results)?;
    Ok(json!({ "AssociationSummaries": page.summaries, "NextToken": page.next_token }))
}

impl ListRequest {
    fn wants(&self, joined: &Joined) -> bool {
        let created = joined.association.created.seconds();
        let is = |wanted: &Option<String>, value: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == value)
        };
        is(&self.source_arn, &joined.source.arn)
            && is(&self.destination_arn, &joined.destination.arn)
            && is(&self.source_type, &joined.source.kind)
            && is(&self.destination_type, &joined.destination.kind)
            && is(&self.association_type, joined.association.kind.name())
            && self.created_after.is_none_or(|time| created >= time)
            && self.created_before.is_none_or(|time| created <= time)
    }
}

impl Joined<'_> {
    fn listed(&self) -> Listed {
        let created = self.association.created;
        Listed {
            name: format!("{} {}", self.source.arn, self.destination.arn),
            created,
            modified: created,
            status: "",
            summary: self.summary(),
        }
    }

    fn summary(&self) -> Value {
        json!({
            "SourceArn": self.source.arn,
            "SourceName": self.source.name,
            "SourceType": self.source.kind,
            "DestinationArn": self.destination.arn,
            "DestinationName": self.destination.name,
            "DestinationType": self.destination.kind,
            "AssociationType": self.association.kind.name(),
            "CreationTime": self.association.created.seconds(),
        })
    }
}
