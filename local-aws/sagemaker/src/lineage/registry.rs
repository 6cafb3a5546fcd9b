//! A context for each group of model packages, an artifact for each package, an action for its approval.

use serde_json::json;

use super::entity::AssociationType::{AssociatedWith, ContributedTo};
use super::entity::{Entity, LineageType};
use super::graph::{Graph, IMAGE, MODEL};
use crate::registry::groups::{self, Group};
use crate::registry::packages::{self, ApprovalStatus, Package};
use local_core::store::Tx;

pub fn add(graph: &mut Graph, tx: &Tx) {
    let packages = packages::all(tx, graph.region);
    for group in groups::all(tx, graph.region) {
        let of_group = packages
            .iter()
            .filter(|package| package.group == group.name);
        let of_group: Vec<_> = of_group.collect();
        let context = graph.add(context(graph, &group, &of_group));
        for package in of_group {
            let artifact = add_package(graph, package);
            graph.associate(&artifact, AssociatedWith, &context, package.created);
        }
    }
}

fn context(graph: &Graph, group: &Group, packages: &[&Package]) -> Entity {
    let name = format!("{}-aws-model-group", group.name);
    let newest = packages.iter().max_by_key(|package| package.version);
    let execution = newest.and_then(|package| {
        let metadata = package.request.metadata_properties.as_ref()?;
        metadata.get("GeneratedBy")?.as_str()
    });
    let property = |arn: &str| ("PipelineExecutionArn".to_owned(), arn.to_owned());
    Entity {
        kind: "ModelGroup".to_owned(),
        source: group.arn.clone(),
        properties: execution.map(property).into_iter().collect(),
        ..graph.named(LineageType::Context, &name, group.created)
    }
}

/// The artifact's ARN.
fn add_package(graph: &mut Graph, package: &Package) -> String {
    let created = package.created;
    let artifact = graph.artifact(&package.arn, MODEL, created);
    let metadata = &package.request.metadata_properties;
    graph.describe(&artifact, json!({ "MetadataProperties": metadata }));
    let specification = package.request.inference_specification.as_ref();
    for container in specification.iter().flat_map(|it| &it.containers) {
        let image = Some((container.image.as_str(), IMAGE));
        let model = container.model_data_url.as_deref().map(|url| (url, MODEL));
        for (uri, kind) in image.into_iter().chain(model) {
            let part = graph.artifact(uri, kind, created);
            graph.associate(&part, ContributedTo, &artifact, created);
        }
    }
    if package.approval_status != ApprovalStatus::PendingManualApproval {
        let approval = graph.add(approval(graph, package));
        graph.associate(&approval, ContributedTo, &artifact, created);
    }
    artifact
}

/// The state of now: how often a person decided is not kept.
fn approval(graph: &Graph, package: &Package) -> Entity {
    let Package {
        group,
        version,
        approval_status: status,
        created,
        ..
    } = package;
    let seconds = created.time().unix_timestamp();
    let name = format!("{group}-{version}-{status:?}-{seconds}-aws-model-group");
    Entity {
        kind: "Approval".to_owned(),
        source: package.arn.clone(),
        modified: package.modified.unwrap_or(*created),
        summary: json!({ "Status": "Completed" }),
        ..graph.named(LineageType::Action, &name, *created)
    }
}
