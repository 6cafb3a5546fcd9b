//! A context for each endpoint, and an action for the deployment that made what it serves.

use serde_json::json;

use super::entity::AssociationType::{AssociatedWith, ContributedTo};
use super::entity::{Entity, LineageType};
use super::graph::{Graph, IMAGE, MODEL};
use crate::endpoints::{self, Endpoint, EndpointStatus, Variant};
use crate::registry::packages;
use crate::{endpoint_configs, models};
use local_core::store::Tx;

pub fn add(graph: &mut Graph, tx: &Tx) {
    for endpoint in endpoints::all(tx, graph.region) {
        let created = endpoint.created;
        let context = graph.add(context(graph, &endpoint));
        let action = graph.add(action(graph, &endpoint));
        graph.associate(&action, AssociatedWith, &context, created);
        for variant in deployed(&endpoint) {
            let containers = variant.containers.iter();
            let served = containers.flat_map(|container| {
                let model = container.model_data_url.clone().map(|url| (url, MODEL));
                [Some((container.image.clone(), IMAGE)), model]
            });
            let packages = packages(graph, tx, &endpoint, variant);
            let packages = packages.into_iter().map(|arn| (arn, MODEL));
            for (uri, kind) in served.flatten().chain(packages) {
                let artifact = graph.artifact(&uri, kind, created);
                graph.associate(&artifact, ContributedTo, &action, created);
            }
        }
    }
}

fn context(graph: &Graph, endpoint: &Endpoint) -> Entity {
    let name = format!("{}-aws-endpoint", endpoint.name);
    Entity {
        kind: "Endpoint".to_owned(),
        source: endpoint.arn.clone(),
        modified: endpoint.modified,
        ..graph.named(LineageType::Context, &name, endpoint.created)
    }
}

fn action(graph: &Graph, endpoint: &Endpoint) -> Entity {
    let seconds = endpoint.created.time().unix_timestamp();
    let name = format!("{}-{seconds}-aws-endpoint", endpoint.name);
    let status = match endpoint.status {
        EndpointStatus::Creating | EndpointStatus::Updating | EndpointStatus::RollingBack => {
            "InProgress"
        }
        EndpointStatus::InService => "Completed",
        EndpointStatus::Deleting => "Stopping",
        EndpointStatus::Failed => "Failed",
    };
    Entity {
        kind: "ModelDeployment".to_owned(),
        source: endpoint.arn.clone(),
        modified: endpoint.modified,
        summary: json!({ "Status": status }),
        ..graph.named(LineageType::Action, &name, endpoint.created)
    }
}

/// What serves; before the first deployment has ended, what is asked for.
fn deployed(endpoint: &Endpoint) -> &[Variant] {
    match &endpoint.pending {
        Some(pending) if endpoint.variants.is_empty() => &pending.variants,
        _ => &endpoint.variants,
    }
}

/// The ARNs of the model packages that the variant's model was made of, where all are still there.
fn packages(graph: &Graph, tx: &Tx, endpoint: &Endpoint, variant: &Variant) -> Vec<String> {
    let model = || {
        let config = endpoint_configs::get(tx, graph.region, &endpoint.config_name)?;
        let mut variants = config.variants();
        let configured = variants.find(|configured| configured.variant_name == variant.name)?;
        models::get(tx, graph.region, &configured.model_name)
    };
    let Some(model) = model() else {
        return Vec::new();
    };
    let packages = model.model_package_names().filter_map(|name| {
        let package = packages::required(graph.cloud, tx, graph.region, name).ok()?;
        Some(package.arn)
    });
    packages.collect()
}
