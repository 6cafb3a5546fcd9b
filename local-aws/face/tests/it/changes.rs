//! A template that changes the resources of a deployed stack.

use local_aws::LocalAws;
use serde_json::{Value, json};

use crate::world::{Served, reopen, serve, settings};

const SAGEMAKER: &str = r#"
Resources:
  TaskUi:
    Type: AWS::SageMaker::HumanTaskUi
    Properties: { HumanTaskUiName: ui, UiTemplate: { Content: '<p>one</p>' } }
  Group:
    Type: AWS::SageMaker::ModelPackageGroup
    Properties: { ModelPackageGroupName: models, ModelPackageGroupDescription: one }
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: { Effect: Allow, Principal: { Service: sagemaker.amazonaws.com }, Action: sts:AssumeRole }
  Pipeline:
    Type: AWS::SageMaker::Pipeline
    Properties:
      PipelineName: train
      PipelineDescription: one
      RoleArn: !GetAtt Role.Arn
      Tags: [{ Key: team, Value: one }, { Key: gone, Value: one }]
      PipelineDefinition:
        PipelineDefinitionBody: '{"Version":"2020-12-01","Steps":[{"Name":"F","Type":"Fail","Arguments":{"ErrorMessage":"x"}}]}'
"#;

async fn redeployed(served: Served, template: &str) -> Served {
    std::fs::write(served.file("template.yaml"), template).unwrap();
    reopen(served.stop().await).await
}

/// What the deployment of `template` over the stack says.
async fn refusal(served: Served, template: &str) -> String {
    std::fs::write(served.file("template.yaml"), template).unwrap();
    let folder = served.stop().await;
    let started = LocalAws::start(settings(folder.path())).await;
    format!("{:#}", started.err().unwrap())
}

async fn sagemaker(served: &Served, operation: &str, members: Value) -> Value {
    let target = format!("SageMaker.{operation}");
    served.call(&target, members).await.unwrap()
}

#[tokio::test]
async fn a_changed_task_ui_is_another_one_and_needs_another_name() {
    let served = serve(SAGEMAKER).await;
    let changed = SAGEMAKER.replace("<p>one</p>", "<p>two</p>");
    let refused = refusal(served, &changed).await;
    let sentence = "CloudFormation cannot update a stack when a custom-named resource requires replacing. \
                    Rename ui and update the stack again.";
    assert!(refused.contains(sentence), "{refused}");

    let served = serve(SAGEMAKER).await;
    let renamed = changed.replace("HumanTaskUiName: ui", "HumanTaskUiName: other");
    let served = redeployed(served, &renamed).await;
    let listed = sagemaker(&served, "ListHumanTaskUis", json!({})).await;
    let listed = listed["HumanTaskUiSummaries"].as_array().unwrap();
    assert_eq!(listed.len(), 1, "the one before is deleted: {listed:?}");
    assert_eq!(listed[0]["HumanTaskUiName"], "other");
}

#[tokio::test]
async fn a_refused_change_is_refused_under_its_name_and_not_under_another() {
    for (from, to, name, other_name) in [
        (
            "ModelPackageGroupDescription: one",
            "ModelPackageGroupDescription: two",
            "ModelPackageGroupName: models",
            "ModelPackageGroupName: others",
        ),
        (
            "PipelineDescription: one",
            "PipelineDisplayName: two",
            "PipelineName: train",
            "PipelineName: others",
        ),
    ] {
        let served = serve(SAGEMAKER).await;
        let changed = SAGEMAKER.replace(from, to);
        let refused = refusal(served, &changed).await;
        let property = from.split(':').next().unwrap();
        assert!(refused.contains(property), "{refused}");

        let served = serve(SAGEMAKER).await;
        let renamed = changed.replace(name, other_name);
        redeployed(served, &renamed).await.stop().await;
    }
}

#[tokio::test]
async fn changed_tags_are_the_templates() {
    let served = serve(SAGEMAKER).await;
    let changed = SAGEMAKER
        .replace("Value: one }, { Key: gone, Value: one }", "Value: two }")
        .replace(
            "ModelPackageGroupName: models",
            "Tags: [{ Key: kind, Value: new }], ModelPackageGroupName: models",
        );
    let served = redeployed(served, &changed).await;
    let tags = async |served: &Served, resource: &str| {
        let arn = format!("arn:aws:sagemaker:us-east-1:123456789012:{resource}");
        let tags = sagemaker(served, "ListTags", json!({ "ResourceArn": arn })).await;
        tags["Tags"].clone()
    };
    let pipeline = tags(&served, "pipeline/train").await;
    assert_eq!(pipeline, json!([{ "Key": "team", "Value": "two" }]));
    let group = tags(&served, "model-package-group/models").await;
    assert_eq!(group, json!([{ "Key": "kind", "Value": "new" }]));
    let without = changed.replace("Tags: [{ Key: team, Value: two }]", "");
    let served = redeployed(served, &without).await;
    assert_eq!(tags(&served, "pipeline/train").await, json!([]));
}

#[tokio::test]
async fn a_domain_without_a_pool_is_refused() {
    let served = serve("Resources: {}").await;
    let domain = "
Resources:
  Domain: { Type: AWS::Cognito::UserPoolDomain, Properties: { Domain: d } }
";
    let refused = refusal(served, domain).await;
    assert!(refused.contains("UserPoolId"), "{refused}");
}
