//! What there is for a job, a model package and an endpoint.

use super::*;

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
async fn what_is_deleted_leaves_and_the_model_is_still_behind_the_endpoint() {
    let bench = story().await;
    let name = json!({ "ModelPackageName": package() });
    call(&bench, "DeleteModelPackage", &name).await;
    let listed = call(&bench, "ListArtifacts", &json!({ "SourceUri": package() })).await;
    assert_eq!(listed["ArtifactSummaries"], json!([]));
    let model = artifact(&bench, MODEL).await;
    let expected = [
        "in SageMakerTrainingJob Produced",
        "out ModelDeployment ContributedTo",
    ];
    assert_eq!(table(&bench, &model).await, rows(expected));
}
