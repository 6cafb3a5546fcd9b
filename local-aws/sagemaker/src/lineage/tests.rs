//! Lineage by its operations, from the data that a job read to the endpoint that serves.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::jobs::runner;
use crate::testing::{BUCKET, Bench, IMAGE, REGION, ROLE};
use local_core::wire::extend;

const RAW: &str = "s3://data/raw/";
const ROWS: &str = "s3://data/rows/";
const MODEL: &str = "s3://data/models/train/output/model.tar.gz";

fn arn(resource: &str) -> String {
    format!(
        "arn:aws:sagemaker:{REGION}:{}:{resource}",
        local_core::ACCOUNT
    )
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

/// The URIs or ARNs that a query finds.
async fn found(bench: &Bench, query: Value) -> BTreeSet<String> {
    let answer = call(bench, "QueryLineage", &query).await;
    let vertices = answer["Vertices"].as_array().unwrap().iter();
    let vertices = vertices.map(|vertex| vertex["Arn"].as_str().unwrap().to_owned());
    vertices.collect()
}

#[tokio::test]
async fn a_job_has_a_trial_component_with_its_image_inputs_and_outputs() {
    let bench = story().await;
    for (kind, name, output) in [
        ("training", "train", "out Model Produced"),
        ("processing", "prepare", "out DataSet Produced"),
    ] {
        let source = arn(&format!("{kind}-job/{name}"));
        let name = format!("{name}-aws-{kind}-job");
        let of_job = json!({ "SourceArn": source });
        let listed = call(&bench, "ListTrialComponents", &of_job).await;
        let [summary] = listed["TrialComponentSummaries"]
            .as_array()
            .unwrap()
            .as_slice()
        else {
            panic!("{listed}")
        };
        assert_eq!(summary["TrialComponentName"], name);
        assert_eq!(summary["TrialComponentSource"]["SourceArn"], source);
        assert_eq!(summary["Status"]["PrimaryStatus"], "Completed");
        let expected = ["in DataSet ContributedTo", "in Image ContributedTo", output];
        assert_eq!(table(&bench, &component(&name)).await, rows(expected));
    }
    let train = json!({ "TrialComponentName": "train-aws-training-job" });
    let described = call(&bench, "DescribeTrialComponent", &train).await;
    let parameters = &described["Parameters"];
    assert_eq!(parameters["epochs"]["NumberValue"], 3.0);
    assert_eq!(parameters["optimizer"]["StringValue"], "adam");
    assert_eq!(
        parameters["SageMaker.InstanceType"]["StringValue"],
        "ml.m5.large"
    );
    assert_eq!(parameters["SageMaker.ImageUri"]["StringValue"], IMAGE);
    let inputs = json!({ "rows": { "Value": ROWS } });
    assert_eq!(described["InputArtifacts"], inputs);
    let model = &described["OutputArtifacts"]["SageMaker.ModelArtifact"];
    assert_eq!(model["Value"], MODEL);
    let prepare = json!({ "TrialComponentName": "prepare-aws-processing-job" });
    let described = call(&bench, "DescribeTrialComponent", &prepare).await;
    let inputs = json!({ "raw": { "Value": RAW }, "SageMaker.ImageUri": { "Value": IMAGE } });
    assert_eq!(described["InputArtifacts"], inputs);
}

#[tokio::test]
async fn a_model_package_stands_between_its_model_and_its_endpoint() {
    let bench = story().await;
    let version = artifact(&bench, &package()).await;
    let expected = [
        "in Approval ContributedTo",
        "in Image ContributedTo",
        "in Model ContributedTo",
        "out ModelDeployment ContributedTo",
        "out ModelGroup AssociatedWith",
    ];
    assert_eq!(table(&bench, &version).await, rows(expected));
    let described = call(
        &bench,
        "DescribeArtifact",
        &json!({ "ArtifactArn": version }),
    )
    .await;
    assert_eq!(described["ArtifactType"], "Model");
    assert_eq!(
        described["MetadataProperties"]["GeneratedBy"],
        "an execution"
    );
    let group = json!({ "ContextName": "group-aws-model-group" });
    let described = call(&bench, "DescribeContext", &group).await;
    assert_eq!(
        described["Properties"]["PipelineExecutionArn"],
        "an execution"
    );
    for (kind, source) in [
        ("Approval", package()),
        ("ModelDeployment", arn("endpoint/e")),
    ] {
        let listed = call(&bench, "ListActions", &json!({ "ActionType": kind })).await;
        let name = json!({ "ActionName": listed["ActionSummaries"][0]["ActionName"] });
        let action = call(&bench, "DescribeAction", &name).await;
        assert_eq!(action["Source"]["SourceUri"], source);
    }
}

#[tokio::test]
async fn an_endpoint_leads_up_to_its_data_and_the_data_down_to_the_endpoint() {
    let bench = story().await;
    let context = endpoint_context(&bench).await;
    let up = |filters: Value| json!({ "StartArns": [context], "Direction": "Ascendants", "Filters": filters });
    let data = json!({ "LineageTypes": ["Artifact"], "Types": ["DataSet"] });
    let (raw, prepared) = (artifact(&bench, RAW).await, artifact(&bench, ROWS).await);
    let expected = BTreeSet::from([raw.clone(), prepared.clone()]);
    assert_eq!(found(&bench, up(data.clone())).await, expected);
    let jobs = json!({ "Types": ["TrainingJob"] });
    let expected = BTreeSet::from([component("train-aws-training-job")]);
    assert_eq!(found(&bench, up(jobs)).await, expected);
    let none = json!({ "Types": ["TrainingJob"], "CreatedBefore": 1 });
    assert!(found(&bench, up(none)).await.is_empty());

    let endpoints = json!({ "LineageTypes": ["Context"], "Types": ["Endpoint"] });
    let down = json!({ "StartArns": [raw], "Direction": "Descendants", "Filters": endpoints });
    assert_eq!(found(&bench, down).await, BTreeSet::from([context.clone()]));
    let near = json!({ "StartArns": [raw], "Direction": "Descendants", "MaxDepth": 2 });
    let expected = BTreeSet::from([component("prepare-aws-processing-job"), prepared]);
    assert_eq!(found(&bench, near).await, expected);
    // The image of the first job trains, too: both ways lead on from whatever is reached.
    let all = json!({ "StartArns": [raw], "Direction": "Both" });
    assert!(
        found(&bench, all)
            .await
            .contains(&artifact(&bench, IMAGE).await)
    );
}

#[tokio::test]
async fn edges_are_those_on_the_way_to_what_is_wanted() {
    let bench = story().await;
    let (raw, rows) = (artifact(&bench, RAW).await, artifact(&bench, ROWS).await);
    let query = json!({
        "StartArns": [raw], "Direction": "Descendants", "IncludeEdges": true,
        "Filters": { "Types": ["TrainingJob"] },
    });
    let answer = call(&bench, "QueryLineage", &query).await;
    let way = [
        raw,
        component("prepare-aws-processing-job"),
        rows,
        component("train-aws-training-job"),
    ];
    let vertices = answer["Vertices"].as_array().unwrap().iter();
    let vertices: Vec<_> = vertices.map(|it| it["Arn"].as_str().unwrap()).collect();
    assert_eq!(vertices, way);
    let edges = answer["Edges"].as_array().unwrap().iter();
    let edges = edges.map(|edge| (edge["SourceArn"].as_str(), edge["DestinationArn"].as_str()));
    let expected = way.windows(2);
    let expected = expected.map(|two| (Some(two[0].as_str()), Some(two[1].as_str())));
    let edges: BTreeSet<_> = edges.collect();
    assert_eq!(edges, expected.collect());
}

/// What pages of one hold together, in their order.
async fn in_pages(bench: &Bench, operation: &str, request: &Value, member: &str) -> Vec<Value> {
    let mut request = request.clone();
    request["MaxResults"] = 1.into();
    let mut all = Vec::new();
    loop {
        let page = call(bench, operation, &request).await;
        let items = page[member].as_array().unwrap();
        all.extend(items.iter().cloned());
        match page.get("NextToken") {
            Some(token) => request["NextToken"] = token.clone(),
            None => return all,
        }
    }
}

#[tokio::test]
async fn pages_hold_together_what_one_answer_holds() {
    let bench = story().await;
    let context = endpoint_context(&bench).await;
    let up = json!({ "StartArns": [context], "Direction": "Ascendants", "IncludeEdges": true });
    let by_type = json!({ "SortBy": "SourceType", "SortOrder": "Ascending" });
    for (operation, request, member) in [
        ("ListArtifacts", json!({}), "ArtifactSummaries"),
        ("ListTrialComponents", json!({}), "TrialComponentSummaries"),
        ("ListAssociations", by_type, "AssociationSummaries"),
        ("QueryLineage", up.clone(), "Vertices"),
    ] {
        let mut whole = request.clone();
        whole["MaxResults"] = 50.into();
        let whole = call(&bench, operation, &whole).await;
        let whole = whole[member].as_array().unwrap();
        assert!(whole.len() > 1, "{operation}");
        let pages = in_pages(&bench, operation, &request, member).await;
        assert_eq!(&pages, whole, "{operation}");
    }
    let texts = |edges: &[Value]| edges.iter().map(Value::to_string).collect::<BTreeSet<_>>();
    let whole = call(&bench, "QueryLineage", &up).await;
    let edges = in_pages(&bench, "QueryLineage", &up, "Edges").await;
    assert_eq!(texts(&edges), texts(whole["Edges"].as_array().unwrap()));
    assert_eq!(edges.len(), texts(&edges).len());
}

#[tokio::test]
async fn an_artifacts_arn_is_made_of_its_uri() {
    let bench = story().await;
    let first = artifact(&bench, MODEL).await;
    let (_, hex) = first.rsplit_once("artifact/").unwrap();
    assert_eq!(hex.len(), 32);
    assert!(hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    // The model is one artifact, also to a job that reads it as data.
    let again = json!({ "TrainingJobName": "again", "InputDataConfig": channel(MODEL) });
    job(&bench, "Training", "true", again).await;
    assert_eq!(artifact(&bench, MODEL).await, first);
    assert_eq!(artifact(&story().await, MODEL).await, first);
}

#[tokio::test]
async fn a_job_that_failed_produced_nothing() {
    let bench = story().await;
    let failing = json!({ "TrainingJobName": "failing", "InputDataConfig": channel(ROWS) });
    job(&bench, "Training", "exit 1", failing).await;
    let shown = table(&bench, &component("failing-aws-training-job")).await;
    let expected = ["in DataSet ContributedTo", "in Image ContributedTo"];
    assert_eq!(shown, rows(expected));
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_served_is_refused_by_name() {
    let bench = story().await;
    let gone = arn("artifact/0123456789abcdef0123456789abcdef");
    let context = endpoint_context(&bench).await;
    for (operation, request, code, named) in [
        (
            "DescribeArtifact",
            json!({ "ArtifactArn": gone }),
            "ResourceNotFound",
            &*gone,
        ),
        (
            "DescribeContext",
            json!({ "ContextName": "none" }),
            "ResourceNotFound",
            "context/none",
        ),
        (
            "DescribeTrialComponent",
            json!({ "TrialComponentName": "n" }),
            "ResourceNotFound",
            "/n",
        ),
        (
            "ListAssociations",
            json!({ "SourceArn": gone }),
            "ResourceNotFound",
            &gone,
        ),
        (
            "QueryLineage",
            json!({ "StartArns": [gone] }),
            "ResourceNotFound",
            &gone,
        ),
        (
            "QueryLineage",
            json!({}),
            "ValidationException",
            "StartArns",
        ),
        (
            "QueryLineage",
            json!({ "StartArns": [&context, gone] }),
            "ValidationException",
            "startArns",
        ),
        (
            "QueryLineage",
            json!({ "StartArns": ["e"] }),
            "ValidationException",
            "startArns.1.member",
        ),
        (
            "QueryLineage",
            json!({ "StartArns": [&context], "MaxDepth": 11 }),
            "ValidationException",
            "maxDepth",
        ),
        (
            "QueryLineage",
            json!({ "StartArns": [&context], "NextToken": "x" }),
            "ValidationException",
            "NextToken",
        ),
        (
            "ListArtifacts",
            json!({ "NextToken": "x" }),
            "ValidationException",
            "NextToken",
        ),
        (
            "ListArtifacts",
            json!({ "SortBy": "Name" }),
            "ValidationException",
            "sortBy",
        ),
        (
            "ListTrialComponents",
            json!({ "TrialName": "t" }),
            "ValidationException",
            "TrialName",
        ),
        (
            "CreateArtifact",
            json!({}),
            "ValidationException",
            "CreateArtifact",
        ),
        (
            "AddAssociation",
            json!({}),
            "ValidationException",
            "AddAssociation",
        ),
    ] {
        let refused = bench.call(operation, &request).await.unwrap_err();
        assert_eq!(
            refused.code, code,
            "{operation} {request}: {}",
            refused.message
        );
        assert!(
            refused.message.contains(named),
            "{operation}: {}",
            refused.message
        );
    }
}
