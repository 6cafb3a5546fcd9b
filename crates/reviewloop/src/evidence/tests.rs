use aws_sdk_sagemaker::types::Parameter;
use contracts::names::{self, DEFAULT_STACK};
use contracts::pipeline;
use contracts::verdict::{self, Decision, Verdict};
use local_aws::{Iam, LocalAws, Settings};
use serde::Serialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::{account, fixture, local};

const ROLE: &str = "arn:aws:iam::123456789012:role/execution";
const MANIFEST: &str = "datasets/reviews/versions/00000001.json";

/// A stack as far as the evidence goes: a pipeline whose one step registers a model version.
struct Stack {
    account: Account,
    aws: LocalAws,
    _folder: TempDir,
}

impl Stack {
    async fn new() -> Stack {
        let folder = TempDir::new().expect("a folder");
        let mut settings = Settings::new(folder.path().join("state"));
        // Its pipeline has a role that is not there.
        settings.iam = Iam::Off;
        let aws = LocalAws::start(settings).await.expect("it starts");
        let config = account::config(&local::connection(&aws)).await;
        let sagemaker = aws_sdk_sagemaker::Client::new(&config);
        let group = names::model_package_group(DEFAULT_STACK);
        let create = sagemaker.create_model_package_group();
        let created = create.model_package_group_name(&group).send().await;
        created.expect("a group");
        let create = sagemaker
            .create_pipeline()
            .pipeline_name(names::pipeline(DEFAULT_STACK))
            .pipeline_definition(definition(&group).to_string())
            .client_request_token("0123456789abcdef0123456789abcdef")
            .role_arn(ROLE);
        create.send().await.expect("a pipeline");
        let account = local::account(&aws, DEFAULT_STACK).await.expect("a stack");
        let bucket = account.s3.create_bucket().bucket(&account.bucket);
        bucket.send().await.expect("a bucket");
        Stack {
            account,
            aws,
            _folder: folder,
        }
    }

    async fn put(&self, key: &str, value: &impl Serialize) -> String {
        let body = serde_json::to_vec(value).expect("JSON");
        self.account.put(key, body).await.expect("written");
        keys::s3_uri(&self.account.bucket, key)
    }

    /// Runs the pipeline to its end; returns the execution's ARN.
    async fn execution(&self) -> String {
        let manifest = keys::s3_uri(&self.account.bucket, MANIFEST);
        let parameter = Parameter::builder()
            .name(pipeline::DATASET_MANIFEST)
            .value(manifest)
            .build();
        let start = self
            .account
            .sagemaker
            .start_pipeline_execution()
            .pipeline_name(names::pipeline(DEFAULT_STACK))
            .client_request_token("fedcba9876543210fedcba9876543210")
            .pipeline_parameters(parameter);
        let started = start.send().await.expect("started");
        let arn = started.pipeline_execution_arn.expect("an ARN");
        let mut changes = self.aws.cloud.store.changes();
        loop {
            let execution = execution::describe(&self.account, &arn).await;
            let execution = execution.expect("described").expect("it is there");
            match execution.status.as_str() {
                "Executing" => changes.changed().await,
                status => {
                    assert_eq!(status, "Succeeded");
                    return arn;
                }
            }
        }
    }

    /// As judge-model leaves it.
    async fn judge(&self, arn: &str, evidence_uri: &str) -> String {
        let verdict = Verdict {
            model_package_arn: arn.to_owned(),
            evidence_uri: evidence_uri.to_owned(),
            ..fixture::model(Decision::Inconclusive).verdict.expect("set")
        };
        let uri = self.put("verdicts/00000001/v.json", &verdict).await;
        let update = self
            .account
            .sagemaker
            .update_model_package()
            .model_package_arn(arn)
            .customer_metadata_properties(verdict::METADATA_VERDICT_URI, &uri);
        update.send().await.expect("updated");
        uri
    }
}

fn definition(group: &str) -> Value {
    let folder = |file: &str| {
        let id = json!({ "Get": "Execution.PipelineExecutionId" });
        let bucket = "s3://reviewloop-123456789012-us-east-1/executions";
        json!({ "Std:Join": { "On": "/", "Values": [bucket, id, file] } })
    };
    json!({
        "Version": "2020-12-01",
        "Parameters": [{ "Name": pipeline::DATASET_MANIFEST, "Type": "String" }],
        "Steps": [{
            "Name": "RegisterModel",
            "Type": "RegisterModel",
            "Arguments": {
                "ModelPackageGroupName": group,
                "ModelApprovalStatus": "PendingManualApproval",
                "ModelMetrics": { "ModelQuality": { "Statistics": {
                    "ContentType": "application/json",
                    "S3Uri": folder("evaluation/evaluation.json"),
                } } },
                "InferenceSpecification": {
                    "Containers": [{
                        "Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/reviewloop-classifier:1",
                        "ModelDataUrl": folder("model/model.tar.gz"),
                    }],
                    "SupportedContentTypes": ["application/jsonlines"],
                    "SupportedResponseMIMETypes": ["application/jsonlines"],
                },
            },
        }],
    })
}

#[tokio::test]
async fn a_run_is_read_back_from_where_the_functions_left_it() {
    let stack = Stack::new().await;
    let account = &stack.account;
    let none = execution::newest(account).await.expect_err("nothing ran");
    assert!(none.to_string().contains("has not run yet"), "{none}");

    let arn = stack.execution().await;
    let id = arn.rsplit('/').next().expect("an id");
    assert_eq!(execution::newest(account).await.expect("it ran"), arn);
    let found = find(account, id).await.expect("it is there");
    assert_eq!(
        (found.arn, found.status.as_str()),
        (arn.clone(), "Succeeded")
    );
    let unknown = find(account, "abcdefghijkl").await.expect_err("not there");
    assert!(
        unknown
            .to_string()
            .ends_with(&format!("the newest are {id}")),
        "{unknown}"
    );
    let early = read(account, &arn).await.err().expect("no evaluation yet");
    assert!(early.to_string().contains("has no evaluation"), "{early}");

    let expected = fixture::evidence(Decision::Inconclusive);
    let dataset = expected.dataset.expect("set");
    stack.put(MANIFEST, &dataset.manifest).await;
    stack
        .put(&keys::prepared_profile(id), &expected.prepared)
        .await;
    let uri = stack.put(&keys::evaluation(id), &expected.evaluation).await;
    let registered = account.model_package_arn(1);
    let verdict_uri = stack.judge(&registered, &uri).await;

    let evidence = read(account, &arn).await.expect("all of it is there");
    assert_eq!(evidence.evaluation, expected.evaluation);
    assert_eq!(evidence.evaluation_uri, uri);
    assert_eq!(evidence.prepared, expected.prepared);
    assert_eq!(evidence.dataset.expect("read").manifest, dataset.manifest);
    assert!(evidence.endpoint.is_none());
    let model = evidence.model.expect("registered");
    assert_eq!(
        (model.version, model.arn.as_str()),
        (1, registered.as_str())
    );
    assert_eq!(model.verdict_uri, Some(verdict_uri));
    assert_eq!(
        model.verdict.as_ref().map(|v| v.decision),
        Some(Decision::Inconclusive)
    );
    assert_eq!(model.execution_id(), Some(id));

    // The champion's own run stands beside one that was compared with it.
    let mut compared = fixture::evidence(Decision::Inconclusive);
    compared.evaluation = fixture::against(1);
    let champion = compared.evaluation.champion.as_mut().expect("set");
    champion.model_package_arn.clone_from(&registered);
    let found = of_champion(account, &compared).await.expect("read");
    assert_eq!(found.expect("it is there").execution.arn, arn);
    let champion = compared.evaluation.champion.as_mut().expect("set");
    champion.model_package_arn = account.model_package_arn(9);
    assert!(
        of_champion(account, &compared)
            .await
            .expect("read")
            .is_none()
    );
}

#[tokio::test]
async fn a_champion_whose_evaluation_is_gone_has_no_evidence_and_is_no_error() {
    let stack = Stack::new().await;
    stack.execution().await;
    let mut compared = fixture::evidence(Decision::Inconclusive);
    compared.evaluation = fixture::against(1);
    let champion = compared.evaluation.champion.as_mut().expect("set");
    champion.model_package_arn = stack.account.model_package_arn(1);
    let found = of_champion(&stack.account, &compared).await;
    assert!(found.expect("no error").is_none());
}
