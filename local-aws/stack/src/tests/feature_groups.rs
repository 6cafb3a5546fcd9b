//! A feature group of the template.

use local_core::driver::drive;
use local_core::tags;
use local_core::wire::apis;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::Stack;

fn template(features: &str, more: &str) -> String {
    format!(
        "
Resources:
  Data: {{ Type: AWS::S3::Bucket, Properties: {{ BucketName: data }} }}
  Writes:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{ Effect: Allow, Principal: {{ Service: sagemaker.amazonaws.com }}, Action: sts:AssumeRole }}
      Policies:
        - PolicyName: writes
          PolicyDocument: {{ Statement: [{{ Effect: Allow, Action: s3:PutObject, Resource: 'arn:aws:s3:::data/*' }}] }}
  Reviews:
    Type: AWS::SageMaker::FeatureGroup
    Properties:
      FeatureGroupName: reviews
      RecordIdentifierFeatureName: id
      EventTimeFeatureName: at
      FeatureDefinitions:
        - {{ FeatureName: id, FeatureType: String }}
        - {{ FeatureName: at, FeatureType: Fractional }}
        {features}
      OfflineStoreConfig: {{ S3StorageConfig: {{ S3Uri: 's3://data/features' }} }}
      RoleArn: !GetAtt Writes.Arn
      {more}
Outputs:
  Name: {{ Value: !Ref Reviews }}
  Status: {{ Value: !GetAtt Reviews.FeatureGroupStatus }}
"
    )
}

/// The group's controller at work.
fn driven(stack: &Stack) -> JoinSet<()> {
    let controllers = local_feature_store::part().controllers.into_iter();
    controllers
        .map(|controller| drive(stack.cloud.clone(), controller))
        .collect()
}

async fn described(stack: &Stack) -> Option<Value> {
    let name = json!({ "FeatureGroupName": "reviews" });
    stack
        .call(apis::SAGEMAKER, "DescribeFeatureGroup", name)
        .await
        .ok()
}

#[tokio::test]
async fn a_feature_group_lives_with_the_stack_and_features_are_added_in_place() {
    let stack = Stack::empty();
    let _driven = driven(&stack);
    let first = template("", "Tags: [{ Key: team, Value: reviews }]");
    stack.deploy(&first).await.unwrap();
    let outputs = super::outputs(&stack.cloud);
    assert_eq!(
        (outputs["Name"].as_str(), outputs["Status"].as_str()),
        ("reviews", "Created")
    );
    let before = described(&stack).await.unwrap();

    let title = "- { FeatureName: title, FeatureType: String }";
    let second = template(title, "Tags: [{ Key: team, Value: shop }]");
    stack.deploy(&second).await.unwrap();
    let after = described(&stack).await.unwrap();
    assert_eq!(after["FeatureDefinitions"][2]["FeatureName"], "title");
    assert_eq!(after["CreationTime"], before["CreationTime"]);
    let arn = after["FeatureGroupArn"].as_str().unwrap();
    let tags = stack.cloud.store.read(|tx| tags::of(tx, arn));
    assert_eq!(json!(tags), json!({ "team": "shop" }));

    let refused = format!("{:#}", stack.deploy(&first).await.unwrap_err());
    assert!(
        refused.contains("not removed from a feature group"),
        "{refused}"
    );
    let described_otherwise = template(title, "Description: other");
    let refused = stack.deploy(&described_otherwise).await.unwrap_err();
    let refused = format!("{refused:#}");
    assert!(
        refused.contains("custom-named resource requires replacing"),
        "{refused}"
    );

    super::super::delete(&stack.cloud).await.unwrap();
    assert_eq!(described(&stack).await, None);
}

#[tokio::test]
async fn a_feature_group_whose_role_may_not_write_fails_with_its_reason() {
    let stack = Stack::empty();
    let _driven = driven(&stack);
    let template = template("", "").replace("s3:PutObject", "s3:GetObject");
    let refused = format!("{:#}", stack.deploy(&template).await.unwrap_err());
    assert!(
        refused.contains("feature group reviews") && refused.contains("s3:PutObject"),
        "{refused}"
    );
    assert_eq!(described(&stack).await, None);
}
