//! A trial component for each job, and artifacts for its image, its inputs and its outputs.

use serde_json::{Map, Value, json};

use super::entity::AssociationType::{ContributedTo, Produced};
use super::entity::{Entity, LineageType};
use super::graph::{DATA_SET, Graph, IMAGE, MODEL};
use crate::jobs::status::JobStatus;
use crate::jobs::{Job, JobKind, Processing, Training};
use local_core::store::Tx;
use local_core::timestamp::Timestamp;

/// Of a training job it is a parameter, of a processing job an input artifact.
const IMAGE_URI: &str = "SageMaker.ImageUri";

/// What a kind of job reads and makes.
pub trait Traced: JobKind {
    /// What its outputs are.
    const PRODUCES: &'static str;

    fn image(request: &Self::Request) -> &str;
    /// Name and URI of each.
    fn inputs(request: &Self::Request) -> Vec<(&str, &str)>;
    fn outputs(request: &Self::Request) -> Vec<(&str, String)>;
    /// Its trial component's parameters, besides its instances.
    fn parameters(request: &Self::Request) -> Vec<(&str, &str)>;
    /// Its trial component's input artifacts.
    fn input_artifacts(request: &Self::Request) -> Vec<(&str, &str)>;
    fn volume_size_in_gb(request: &Self::Request) -> u32;
}

pub fn add<K: Traced>(graph: &mut Graph, tx: &Tx) {
    for (name, job) in K::JOBS.list(tx, graph.region) {
        let request = &job.request;
        let created = job.state.created;
        let component = graph.add(trial_component(graph, &name, &job));
        let image = graph.artifact(K::image(request), IMAGE, created);
        graph.associate(&image, ContributedTo, &component, created);
        for (_, uri) in K::inputs(request) {
            let input = graph.artifact(uri, DATA_SET, created);
            graph.associate(&input, ContributedTo, &component, created);
        }
        for (_, uri) in outputs(&job) {
            let output = graph.artifact(&uri, K::PRODUCES, created);
            graph.associate(&component, Produced, &output, created);
        }
    }
}

/// Those that are in the bucket.
fn outputs<K: Traced>(job: &Job<K>) -> Vec<(&str, String)> {
    match job.state.status {
        JobStatus::Completed => K::outputs(&job.request),
        JobStatus::Stopped if K::KEEPS_PARTIAL_RESULTS => K::outputs(&job.request),
        _ => Vec::new(),
    }
}

fn trial_component<K: Traced>(graph: &Graph, name: &str, job: &Job<K>) -> Entity {
    let Job { state, request } = job;
    let name = format!("{name}-aws-{}", K::RESOURCE);
    let named = graph.named(LineageType::TrialComponent, &name, state.created);
    let inputs = K::input_artifacts(request).into_iter();
    let outputs = outputs(job);
    let outputs = outputs.iter().map(|(name, uri)| (*name, uri.as_str()));
    Entity {
        kind: format!("SageMaker{}Job", K::NAME),
        source: state.arn.clone(),
        modified: state.modified,
        summary: json!({
            "DisplayName": name,
            "Status": {
                "PrimaryStatus": state.status.name(),
                "Message": state.failure_reason,
            },
            "StartTime": state.started.map(Timestamp::seconds),
            "EndTime": state.ended.map(Timestamp::seconds),
        }),
        described: json!({
            "Parameters": parameters::<K>(request),
            "InputArtifacts": artifacts(inputs),
            "OutputArtifacts": artifacts(outputs),
        }),
        ..named
    }
}

fn parameters<K: Traced>(request: &K::Request) -> Map<String, Value> {
    let of_kind = K::parameters(request).into_iter();
    let of_kind = of_kind.map(|(name, value)| (name.to_owned(), parameter(value)));
    let slot = K::instances(request);
    let instances = [
        ("InstanceType", json!({ "StringValue": slot.instance_type })),
        (
            "InstanceCount",
            json!({ "NumberValue": slot.instance_count }),
        ),
        (
            "VolumeSizeInGB",
            json!({ "NumberValue": K::volume_size_in_gb(request) }),
        ),
    ];
    let instances = instances.map(|(name, value)| (format!("SageMaker.{name}"), value));
    of_kind.chain(instances).collect()
}

/// A text that is a number is one.
fn parameter(value: &str) -> Value {
    let number = value.parse().ok().filter(|number: &f64| number.is_finite());
    match number {
        Some(number) => json!({ "NumberValue": number }),
        None => json!({ "StringValue": value }),
    }
}

fn artifacts<'a>(named: impl Iterator<Item = (&'a str, &'a str)>) -> Map<String, Value> {
    let artifact = |(name, uri): (&str, &str)| (name.to_owned(), json!({ "Value": uri }));
    named.map(artifact).collect()
}

impl Traced for Training {
    const PRODUCES: &'static str = MODEL;

    fn image(request: &Self::Request) -> &str {
        &request.algorithm_specification.training_image
    }

    fn inputs(request: &Self::Request) -> Vec<(&str, &str)> {
        let channels = request.input_data_config.iter();
        let input = channels.map(|channel| {
            let source = &channel.data_source.s3_data_source;
            (channel.channel_name.as_str(), source.s3_uri.as_str())
        });
        input.collect()
    }

    fn outputs(request: &Self::Request) -> Vec<(&str, String)> {
        vec![("SageMaker.ModelArtifact", request.model_artifacts())]
    }

    fn parameters(request: &Self::Request) -> Vec<(&str, &str)> {
        let all = request.hyper_parameters.iter();
        let all = all.map(|(name, value)| (name.as_str(), value.as_str()));
        all.chain([(IMAGE_URI, Self::image(request))]).collect()
    }

    fn input_artifacts(request: &Self::Request) -> Vec<(&str, &str)> {
        Self::inputs(request)
    }

    fn volume_size_in_gb(request: &Self::Request) -> u32 {
        request.resource_config.volume_size_in_gb
    }
}

impl Traced for Processing {
    const PRODUCES: &'static str = DATA_SET;

    fn image(request: &Self::Request) -> &str {
        &request.app_specification.image_uri
    }

    fn inputs(request: &Self::Request) -> Vec<(&str, &str)> {
        let inputs = request.processing_inputs.iter();
        let input = inputs.map(|input| (input.input_name.as_str(), input.s3_input.s3_uri.as_str()));
        input.collect()
    }

    fn outputs(request: &Self::Request) -> Vec<(&str, String)> {
        let outputs = request.outputs().iter();
        let output = outputs.map(|output| {
            let uri = output.s3_output.s3_uri.clone();
            (output.output_name.as_str(), uri)
        });
        output.collect()
    }

    fn parameters(_request: &Self::Request) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn input_artifacts(request: &Self::Request) -> Vec<(&str, &str)> {
        let inputs = Self::inputs(request).into_iter();
        inputs.chain([(IMAGE_URI, Self::image(request))]).collect()
    }

    fn volume_size_in_gb(request: &Self::Request) -> u32 {
        request
            .processing_resources
            .cluster_config
            .volume_size_in_gb
    }
}
