//! A cloud of people alone, called by operation name.

use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::parts;
use local_core::store::Tx;
use local_core::wire::{Api, AwsError, Table, apis, constraints, table};
use local_core::{Cloud, Principal, Settings};
use local_s3 as s3;

pub const REGION: &str = "us-east-1";
pub const PASSWORD: &str = "Correct-horse-1";
pub const ROLE: &str = "arn:aws:iam::123456789012:role/review";

pub struct People {
    pub cloud: Arc<Cloud>,
    _folder: TempDir,
}

impl People {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cloud = Arc::new(Cloud::open(Settings::new(folder.path())).unwrap());
        let parts = parts();
        constraints::set(
            &cloud,
            parts.iter().flat_map(|part| part.constraints.clone()),
        );
        let operations = parts.into_iter().flat_map(|part| part.operations);
        Table::new(operations.collect()).set(&cloud);
        Self {
            cloud,
            _folder: folder,
        }
    }

    /// With the flow definition `reviews`, whose answers go to the bucket `answers`.
    pub async fn ready() -> Self {
        let people = Self::new();
        let bucket = s3::Bucket {
            region: REGION.to_owned(),
            created: people.cloud.world.now(),
            event_bridge: false,
        };
        let create = |tx: &Tx| s3::create_bucket(tx, "answers", &bucket);
        people.cloud.store.write(create).unwrap();
        let pool = people.create_pool(json!({})).await;
        let idp = apis::COGNITO_IDENTITY_PROVIDER;
        let client = json!({ "UserPoolId": pool, "ClientName": "portal" });
        let client = people.call(idp, "CreateUserPoolClient", client).await;
        let client = client.unwrap()["UserPoolClient"]["ClientId"].take();
        let group = json!({ "UserPoolId": pool, "GroupName": "reviewers" });
        people.call(idp, "CreateGroup", group).await.unwrap();
        let config = json!({ "UserPool": pool, "ClientId": client });
        let workforce = json!({ "WorkforceName": "people", "CognitoConfig": config });
        people
            .sagemaker("CreateWorkforce", workforce)
            .await
            .unwrap();
        let member = json!({ "UserPool": pool, "ClientId": client, "UserGroup": "reviewers" });
        let team = json!({
            "WorkteamName": "team", "Description": "they review",
            "MemberDefinitions": [{ "CognitoMemberDefinition": member }],
        });
        people.sagemaker("CreateWorkteam", team).await.unwrap();
        let ui = json!({ "HumanTaskUiName": "ui", "UiTemplate": { "Content": "<crowd-form/>" } });
        people.sagemaker("CreateHumanTaskUi", ui).await.unwrap();
        let flow = people.flow_definition();
        people
            .sagemaker("CreateFlowDefinition", flow)
            .await
            .unwrap();
        people.until_active().await;
        people
    }

    async fn until_active(&self) {
        let name = json!({ "FlowDefinitionName": "reviews" });
        loop {
            let flow = self.sagemaker("DescribeFlowDefinition", name.clone()).await;
            if flow.unwrap()["FlowDefinitionStatus"] == "Active" {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// The members of `CreateFlowDefinition`.
    pub fn flow_definition(&self) -> Value {
        json!({
            "FlowDefinitionName": "reviews",
            "RoleArn": ROLE,
            "OutputConfig": { "S3OutputPath": "s3://answers/review" },
            "HumanLoopConfig": {
                "WorkteamArn": arn("workteam/private-crowd/team"),
                "HumanTaskUiArn": arn("human-task-ui/ui"),
                "TaskTitle": "Is this review happy?",
                "TaskDescription": "Read it and choose.",
                "TaskCount": 1,
            },
        })
    }

    /// The id of a pool with these members beside its name.
    pub async fn create_pool(&self, mut members: Value) -> String {
        members["PoolName"] = json!("reviewers");
        let idp = apis::COGNITO_IDENTITY_PROVIDER;
        let created = self.call(idp, "CreateUserPool", members).await.unwrap();
        created["UserPool"]["Id"].as_str().unwrap().to_owned()
    }

    pub async fn start_loop(&self, name: &str) {
        let members = json!({
            "HumanLoopName": name,
            "FlowDefinitionArn": arn("flow-definition/reviews"),
            "HumanLoopInput": { "InputContent": "{}" },
        });
        self.a2i("StartHumanLoop", members).await.unwrap();
    }

    pub async fn a2i(&self, operation: &str, members: Value) -> Result<Value, AwsError> {
        self.call(apis::AUGMENTED_AI_RUNTIME, operation, members)
            .await
    }

    pub async fn sagemaker(&self, operation: &str, members: Value) -> Result<Value, AwsError> {
        self.call(apis::SAGEMAKER, operation, members).await
    }

    pub async fn call(&self, api: Api, operation: &str, members: Value) -> Result<Value, AwsError> {
        let caller = (REGION, Principal::user());
        table::call(&self.cloud, api, operation, caller, &members).await
    }
}

pub fn arn(resource: &str) -> String {
    format!("arn:aws:sagemaker:{REGION}:123456789012:{resource}")
}
