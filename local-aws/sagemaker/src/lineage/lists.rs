//! ListArtifacts, ListContexts, ListActions, ListTrialComponents.

use serde::Deserialize;
use serde_json::json;

use super::derived;
use super::entity::{Entity, LineageType};
use super::shown::summary;
use local_core::Call;
use local_core::listing::{ListRequest, Listed, SortBy, SortOrder, page};
use local_core::wire::Reply;

/// What a list asks for.
struct Wanted {
    source: Option<String>,
    kind: Option<String>,
    created_after: Option<f64>,
    created_before: Option<f64>,
    page: ListRequest,
}

/// A request with the members that all lists have, and its own names of the others.
macro_rules! list_request {
    ($name:ident, $source:ident $(, $kind:ident)?) => {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase", deny_unknown_fields)]
        pub struct $name {
            $source: Option<String>,
            $($kind: Option<String>,)?
            created_after: Option<f64>,
            created_before: Option<f64>,
            sort_by: Option<SortBy>,
            sort_order: Option<SortOrder>,
            max_results: Option<usize>,
            next_token: Option<String>,
        }

        impl From<$name> for Wanted {
            fn from(request: $name) -> Wanted {
                Wanted {
                    source: request.$source,
                    kind: None$(.or(request.$kind))?,
                    created_after: request.created_after,
                    created_before: request.created_before,
                    page: ListRequest {
                        sort_by: request.sort_by,
                        sort_order: request.sort_order,
                        max_results: request.max_results,
                        next_token: request.next_token,
                        ..ListRequest::default()
                    },
                }
            }
        }
    };
}

list_request!(ArtifactsRequest, source_uri, artifact_type);
list_request!(ContextsRequest, source_uri, context_type);
list_request!(ActionsRequest, source_uri, action_type);
// Of an experiment or a trial there are none: their members are refused.
list_request!(TrialComponentsRequest, source_arn);

pub async fn artifacts(call: Call, request: ArtifactsRequest) -> Reply {
    list(&call, LineageType::Artifact, &request.into())
}

pub async fn contexts(call: Call, request: ContextsRequest) -> Reply {
    list(&call, LineageType::Context, &request.into())
}

pub async fn actions(call: Call, request: ActionsRequest) -> Reply {
    list(&call, LineageType::Action, &request.into())
}

pub async fn trial_components(call: Call, request: TrialComponentsRequest) -> Reply {
    list(&call, LineageType::TrialComponent, &request.into())
}

fn list(call: &Call, lineage_type: LineageType, wanted: &Wanted) -> Reply {
    let graph = derived::graph(call);
    let of_type = graph.entities();
    let of_type = of_type.filter(|entity| entity.lineage_type == lineage_type);
    let listed = of_type
        .filter(|entity| wanted.has(entity))
        .map(|entity| Listed {
            // Of one type, ARNs are in the order of names.
            name: entity.arn.clone(),
            created: entity.created,
            modified: entity.modified,
            status: "",
            summary: summary(entity),
        });
    let page = page(listed.collect(), &wanted.page, SortOrder::Descending)?;
    Ok(json!({
        format!("{}Summaries", lineage_type.name()): page.summaries,
        "NextToken": page.next_token,
    }))
}

impl Wanted {
    fn has(&self, entity: &Entity) -> bool {
        let created = entity.created.seconds();
        self.source.as_ref().is_none_or(|it| *it == entity.source)
            && self.kind.as_ref().is_none_or(|it| *it == entity.kind)
            && self.created_after.is_none_or(|time| created >= time)
            && self.created_before.is_none_or(|time| created <= time)
    }
}
