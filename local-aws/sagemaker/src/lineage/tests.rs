//! Lineage by its operations, from the data that a job read to the endpoint that serves.

mod entities;
mod queries;
mod refusals;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::jobs::runner;
use crate::testing::{BUCKET, Bench, IMAGE, REGION, ROLE};
use local_core::ACCOUNT;
use local_core::wire::extend;

const RAW: &str = "s3://data/raw/";
const ROWS: &str = "s3://data/rows/";
const MODEL: &str = "s3://data/models/train/output/model.tar.gz";

fn arn(resource: &str) -> String {
    format!("arn:aws:sagemaker:{REGION}:{ACCOUNT}:{resource}")
}

fn package() -> String {
    arn("model-package/group/1")
}

fn component(name: &str) -> String {
    arn(&format!("experiment-trial-component/{name}"))
}

async fn call(bench: &Bench, operation: &str, members: &Value) -> Value {
    let answer = bench.call(operation, members).await;
    answer.unwrap_or_else(|refusal| panic!("{operation}: {}", refusal.message))
}

async fn job(bench: &Bench, kind: &str, script: &str, more: Value) {
    let cluster = json!({ "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1 });
    let arguments = json!(["-c", script]);
    let mut request = match kind {
        "Training" => json!({
            "AlgorithmSpecification": {
                "TrainingImage": IMAGE, "TrainingInputMode": "File", "ContainerArguments": arguments,
            },
            "OutputDataConfig": { "S3OutputPath": format!("s3://{BUCKET}/models") },
            "ResourceConfig": cluster,
        }),
        _ => json!({
            "AppSpecification": { "ImageUri": IMAGE, "ContainerArguments": arguments },
            "ProcessingResources": { "ClusterConfig": cluster },
        }),
    };
    request["RoleArn"] = ROLE.into();
    extend(&mut request, more);
    call(bench, &format!("Create{kind}Job"), &request).await;
    let member = format!("{kind}JobName");
    let name = json!({ &member: request[&member] });
    let ended = format!("{kind}EndTime");
    let describe = format!("Describe{kind}Job");
    bench
        .until(&describe, &name, |job| job.get(&ended).cloned())
        .await;
}

fn channel(uri: &str) -> Value {
    json!([{
        "ChannelName": "rows",
        "DataSource": { "S3DataSource": { "S3DataType": "S3Prefix", "S3Uri": uri } },
    }])
}

/// Raw data, the job that prepares it, the one that trains on it, a version made of the model, an endpoint.
async fn story() -> Bench {
    let mut bench = Bench::new();
    bench.drive_only(runner::PROCESSING);
    bench.drive_only(runner::TRAINING);
    let prepare = json!({
        "ProcessingJobName": "prepare",
        "ProcessingInputs": [{ "InputName": "raw", "S3Input": {
            "S3Uri": RAW, "LocalPath": "/opt/ml/processing/raw", "S3DataType": "S3Prefix",
        }}],
        "ProcessingOutputConfig": { "Outputs": [{ "OutputName": "rows", "S3Output": {
            "S3Uri": ROWS, "LocalPath": "/opt/ml/processing/rows", "S3UploadMode": "EndOfJob",
        }}]},
    });
    job(&bench, "Processing", "true", prepare).await;
    // Nothing is in the folder that the job before has uploaded.
    local_s3::put_bytes(&bench.cloud, BUCKET, "rows/one", b"good,1\n").unwrap();
    let train = json!({
        "TrainingJobName": "train",
        "InputDataConfig": channel(ROWS),
        "HyperParameters": { "epochs": "3", "optimizer": "adam" },
    });
    job(&bench, "Training", "true", train).await;
    let group = json!({ "ModelPackageGroupName": "group" });
    let version = json!({
        "ModelPackageGroupName": "group",
        "ModelApprovalStatus": "Approved",
        "MetadataProperties": { "GeneratedBy": "an execution" },
        "InferenceSpecification": {
            "Containers": [{ "Image": "registry/serve:1", "ModelDataUrl": MODEL }],
        },
    });
    let model = json!({
        "ModelName": "m", "ExecutionRoleArn": ROLE,
        "PrimaryContainer": { "ModelPackageName": package() },
    });
    let variant = json!({
        "VariantName": "only", "ModelName": "m",
        "InstanceType": "ml.m5.large", "InitialInstanceCount": 1,
    });
    let config = json!({ "EndpointConfigName": "config", "ProductionVariants": [variant] });
    let endpoint = json!({ "EndpointName": "e", "EndpointConfigName": "config" });
    for (operation, request) in [
        ("CreateModelPackageGroup", group),
        ("CreateModelPackage", version),
        ("CreateModel", model),
        ("CreateEndpointConfig", config),
        ("CreateEndpoint", endpoint),
    ] {
        call(&bench, operation, &request).await;
    }
    bench
}

async fn artifact(bench: &Bench, uri: &str) -> String {
    let listed = call(bench, "ListArtifacts", &json!({ "SourceUri": uri })).await;
    let [one] = listed["ArtifactSummaries"].as_array().unwrap().as_slice() else {
        panic!("{listed}")
    };
    one["ArtifactArn"].as_str().unwrap().to_owned()
}

async fn endpoint_context(bench: &Bench) -> String {
    let of_endpoint = json!({ "SourceUri": arn("endpoint/e") });
    let listed = call(bench, "ListContexts", &of_endpoint).await;
    let context = &listed["ContextSummaries"][0];
    assert_eq!(context["ContextType"], "Endpoint");
    context["ContextArn"].as_str().unwrap().to_owned()
}

/// What the visualizer of SageMaker's SDK shows of an entity: direction, type, association.
async fn table(bench: &Bench, arn: &str) -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    for (end, direction, other) in [
        ("DestinationArn", "in", "SourceType"),
        ("SourceArn", "out", "DestinationType"),
    ] {
        let listed = call(bench, "ListAssociations", &json!({ end: arn })).await;
        for row in listed["AssociationSummaries"].as_array().unwrap() {
            assert_eq!(row[end], arn);
            let (kind, association) = (&row[other], &row["AssociationType"]);
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            rows.insert(format!("{direction} {} {}", text(kind), text(association)));
        }
    }
    rows
}

fn rows<const N: usize>(rows: [&str; N]) -> BTreeSet<String> {
    rows.map(str::to_owned).into()
}
