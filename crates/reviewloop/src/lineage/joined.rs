//! Joins what was read by the names that the records hold of each other.

use std::collections::BTreeMap;

use contracts::approval::Approvals;
use contracts::dataset::DatasetManifest;
use contracts::deployment::Deployment;
use contracts::keys;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::facts::{Facts, Registered};
use super::graph::{Graph, Kind, Node};
use crate::evidence::{Traced, version_of};

/// The whole stack's graph.
pub fn graph(facts: &Facts) -> Graph {
    let mut graph = Graph::default();
    for version in &facts.versions {
        dataset_version(&mut graph, version);
    }
    for execution in &facts.executions {
        trace(&mut graph, execution, &facts.versions);
    }
    for registered in &facts.models {
        approved(&mut graph, registered);
    }
    let mut deployments: Vec<&Deployment> = facts.deployments.iter().collect();
    deployments.sort_by_key(|deployment| deployment.asked_at);
    for deployment in &deployments {
        served(&mut graph, deployment);
    }
    labels(&mut graph, facts, &deployments);
    graph
}

fn node(kind: Kind, name: impl Into<String>, detail: impl Into<String>) -> Node {
    Node {
        kind,
        name: name.into(),
        detail: detail.into(),
        at: None,
        by: None,
        address: None,
    }
}

fn dataset_version(graph: &mut Graph, manifest: &DatasetManifest) {
    let (rows, quarantined) = (manifest.rows(), manifest.quarantined());
    let version = graph.node(Node {
        at: manifest.created_at.format(&Rfc3339).ok(),
        ..node(
            Kind::DatasetVersion,
            dataset_name(manifest),
            format!(
                "{rows} rows, {quarantined} in quarantine{}",
                checked(manifest)
            ),
        )
    });
    for part in &manifest.parts {
        let upload = graph.node(Node {
            at: Some(part.uploaded_at.clone()).filter(|at| !at.is_empty()),
            ..node(Kind::Upload, &part.source_key, "")
        });
        let detail = format!("{} rows", part.rows);
        let part = graph.node(node(Kind::Part, &part.id, detail));
        graph.edge(upload, part);
        graph.edge(part, version);
    }
}

fn checked(manifest: &DatasetManifest) -> String {
    let released = manifest.check.as_ref().and_then(|it| it.released.as_ref());
    match released {
        Some(released) => format!(
            ", released from version {}: {}",
            released.version, released.reason
        ),
        None if manifest.is_held() => ", held".to_owned(),
        None => String::new(),
    }
}

fn dataset_name(manifest: &DatasetManifest) -> String {
    format!("{} version {}", manifest.dataset, manifest.number)
}

fn trace(graph: &mut Graph, traced: &Traced, versions: &[DatasetManifest]) {
    let execution = graph.node(Node {
        at: traced.started.and_then(|at| at.format(&Rfc3339).ok()),
        address: Some(traced.execution.arn.clone()),
        ..node(
            Kind::Execution,
            traced.execution.id(),
            &traced.execution.status,
        )
    });
    let key = traced.manifest_uri.as_deref().and_then(keys::parse_s3_uri);
    let trained_on = versions.iter().find(|manifest| {
        key.is_some_and(|(_, key)| key == keys::version(&manifest.dataset, manifest.number))
    });
    if let Some(manifest) = trained_on {
        let version = graph.node(node(Kind::DatasetVersion, dataset_name(manifest), ""));
        graph.edge(version, execution);
    }
    for step in &traced.steps {
        if let Some(arn) = &step.job_arn {
            let detail = match &step.cached_from {
                Some(earlier) => format!(
                    "{}, its result was cached by execution {}",
                    step.name,
                    version_of(earlier)
                ),
                None => format!("{}, {}", step.name, step.status),
            };
            let job = graph.node(Node {
                address: Some(arn.clone()),
                ..node(Kind::Job, version_of(arn), detail)
            });
            graph.edge(execution, job);
        }
        if let Some(arn) = &step.model_package_arn {
            let package = graph.node(package(arn));
            graph.edge(execution, package);
        }
    }
}

fn package(arn: &str) -> Node {
    Node {
        address: Some(arn.to_owned()),
        ..node(
            Kind::ModelVersion,
            format!("version {}", version_of(arn)),
            "",
        )
    }
}

/// The version with its model file and who decided about it.
fn approved(graph: &mut Graph, registered: &Registered) {
    let Registered { model, approvals } = registered;
    let version = graph.node(package(&model.arn));
    let found = &mut graph.nodes[version];
    found.detail.clone_from(&model.approval);
    if let Some(reason) = &model.withdrawn {
        found.detail += &format!(", withdrawn: {reason}");
    }
    found.by = decided_by(approvals);
    found.at = model.created.and_then(|at| at.format(&Rfc3339).ok());
    let Some(uri) = &model.model_data_url else {
        return;
    };
    let artifact = graph.node(Node {
        address: Some(uri.clone()),
        ..node(Kind::Model, uri, "")
    });
    let jobs: Vec<usize> = graph.of_kind(Kind::Job).collect();
    // SageMaker puts a training job's model below a folder of the job's name.
    let trained = |job: &usize| {
        uri.split('/')
            .any(|folder| folder == graph.nodes[*job].name)
    };
    if let Some(job) = jobs.into_iter().find(trained) {
        graph.edge(job, artifact);
        graph.edge(artifact, version);
    }
}

/// The people whose votes made the last decision, and when it was made.
fn decided_by(approvals: &Approvals) -> Option<String> {
    let decided = approvals.decided.as_ref()?;
    let votes = approvals.votes.iter();
    let deciding = votes.filter(|vote| vote.choice == decided.choice);
    let voters: Vec<&str> = deciding.map(|vote| vote.username.as_str()).collect();
    let at = OffsetDateTime::from_unix_timestamp(decided.at.0 / 1000).ok()?;
    let (day, time) = (at.date(), at.time());
    Some(format!(
        "{} on {day} at {:02}:{:02}",
        voters.join(", "),
        time.hour(),
        time.minute()
    ))
}

fn served(graph: &mut Graph, deployment: &Deployment) {
    let version = graph.node(package(&deployment.model_package_arn));
    let detail = match (&deployment.stuck, deployment.confirmed) {
        (Some(reason), _) => format!("stuck: {reason}"),
        (None, true) => "was in service".to_owned(),
        (None, false) => "was not seen in service".to_owned(),
    };
    let config = graph.node(Node {
        at: deployment.asked_at.and_then(|at| at.format(&Rfc3339).ok()),
        ..node(Kind::EndpointConfig, &deployment.endpoint_config, detail)
    });
    graph.edge(version, config);
    if let Some(champion) = &deployment.champion_arn {
        let champion = graph.node(package(champion));
        graph.edge(champion, config);
    }
}

/// A label belongs to the endpoint config that served when the label was made: the records name no other.
fn labels(graph: &mut Graph, facts: &Facts, deployments: &[&Deployment]) {
    let serving = |at: OffsetDateTime| {
        let mut before = deployments.iter().rev();
        before.find(|it| it.confirmed && it.asked_at.is_some_and(|asked| asked <= at))
    };
    let mut uploads = BTreeMap::new();
    for part in facts.versions.iter().flat_map(|version| &version.parts) {
        uploads.extend(part.labels.iter().map(|hash| (hash, &part.source_key)));
    }
    let mut counts: BTreeMap<(Option<&String>, Option<&String>), usize> = BTreeMap::new();
    for (hash, at) in &facts.labels {
        let config = serving(*at).map(|deployment| &deployment.endpoint_config);
        *counts
            .entry((config, uploads.get(hash).copied()))
            .or_default() += 1;
    }
    for ((config, upload), count) in counts {
        let detail = match upload {
            Some(_) => "",
            None => "in no dataset version yet",
        };
        let name = format!("{count} label{}", if count == 1 { "" } else { "s" });
        graph.nodes.push(node(Kind::Labels, name, detail));
        let labels = graph.nodes.len() - 1;
        if let Some(config) = config {
            let config = graph.node(node(Kind::EndpointConfig, config, ""));
            graph.edge(config, labels);
        }
        if let Some(upload) = upload {
            let upload = graph.node(node(Kind::Upload, upload, ""));
            graph.edge(labels, upload);
        }
    }
}
