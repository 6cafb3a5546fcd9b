//! A cloud with a work team, a task UI, a flow definition and a bucket, made with the SDKs.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sagemaker::types::{
    CognitoConfig, CognitoMemberDefinition, FlowDefinitionOutputConfig, FlowDefinitionStatus,
    HumanLoopConfig, MemberDefinition, UiTemplate,
};
use aws_sdk_sagemakera2iruntime::types::{HumanLoopInput, HumanLoopStatus};
use local_aws::{LocalAws, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::role::put_role;

pub const PASSWORD: &str = "Correct-horse-1";
pub const TEMPLATE: &str = include_str!("../../../../templates/sentiment-review.liquid.html");

pub struct Stage {
    pub aws: LocalAws,
    pub cognito: aws_sdk_cognitoidentityprovider::Client,
    pub sagemaker: aws_sdk_sagemaker::Client,
    pub a2i: aws_sdk_sagemakera2iruntime::Client,
    pub s3: aws_sdk_s3::Client,
    pub pool: String,
    pub client: String,
    _state: TempDir,
}

impl Stage {
    /// A cloud with a pool, a client and the group `reviewers`; nobody looks after its state.
    pub async fn empty() -> Stage {
        let state = TempDir::new().expect("a temporary folder");
        let settings = Settings {
            run_tasks: false,
            ..Settings::new(state.path())
        };
        let aws = LocalAws::start(settings).await.expect("local-aws starts");
        put_role(&aws, "review");
        let config = config(&aws);
        let cognito = aws_sdk_cognitoidentityprovider::Client::new(&config);
        let pool = cognito
            .create_user_pool()
            .pool_name("reviewers")
            .send()
            .await
            .expect("a pool");
        let pool = pool
            .user_pool()
            .and_then(|pool| pool.id())
            .expect("an id")
            .to_owned();
        let client = cognito
            .create_user_pool_client()
            .user_pool_id(&pool)
            .client_name("portal")
            .generate_secret(true)
            .send()
            .await
            .expect("a client");
        let client = client
            .user_pool_client()
            .and_then(|it| it.client_id())
            .expect("an id")
            .to_owned();
        cognito
            .create_group()
            .user_pool_id(&pool)
            .group_name("reviewers")
            .send()
            .await
            .expect("a group");
        Stage {
            cognito,
            sagemaker: aws_sdk_sagemaker::Client::new(&config),
            a2i: aws_sdk_sagemakera2iruntime::Client::new(&config),
            s3: aws_sdk_s3::Client::new(&config),
            pool,
            client,
            aws,
            _state: state,
        }
    }

    /// The same with a work team, a bucket, and the flow `reviews`, where so many people answer.
    pub async fn ready(task_count: i32) -> Stage {
        let stage = Stage::empty().await;
        stage.create_team().await;
        stage
            .s3
            .create_bucket()
            .bucket("answers")
            .send()
            .await
            .expect("a bucket");
        stage.create_flow("reviews", task_count).await;
        stage
    }

    pub async fn create_team(&self) {
        let config = CognitoConfig::builder()
            .user_pool(&self.pool)
            .client_id(&self.client)
            .build();
        self.sagemaker
            .create_workforce()
            .workforce_name("people")
            .cognito_config(config)
            .send()
            .await
            .expect("a workforce");
        let member = CognitoMemberDefinition::builder()
            .user_pool(&self.pool)
            .client_id(&self.client)
            .user_group("reviewers")
            .build();
        self.sagemaker
            .create_workteam()
            .workteam_name("team")
            .description("who reviews")
            .member_definitions(
                MemberDefinition::builder()
                    .cognito_member_definition(member)
                    .build(),
            )
            .send()
            .await
            .expect("a work team");
    }

    pub async fn create_flow(&self, name: &str, task_count: i32) {
        let template = UiTemplate::builder().content(TEMPLATE).build();
        let ui = self
            .sagemaker
            .create_human_task_ui()
            .human_task_ui_name(name)
            .ui_template(template)
            .send()
            .await
            .expect("a task UI");
        let team = self
            .sagemaker
            .describe_workteam()
            .workteam_name("team")
            .send()
            .await;
        let team = team.expect("the team");
        let team = team
            .workteam()
            .and_then(|team| team.workteam_arn())
            .expect("an ARN");
        let config = HumanLoopConfig::builder()
            .workteam_arn(team)
            .human_task_ui_arn(ui.human_task_ui_arn().expect("an ARN"))
            .task_title("Is this review happy?")
            .task_description("Read it and choose.")
            .task_count(task_count)
            .build();
        let output = FlowDefinitionOutputConfig::builder()
            .s3_output_path("s3://answers/review")
            .build();
        self.sagemaker
            .create_flow_definition()
            .flow_definition_name(name)
            .human_loop_config(config)
            .output_config(output)
            .role_arn("arn:aws:iam::123456789012:role/review")
            .send()
            .await
            .expect("a flow definition");
        while self.flow_status(name).await != FlowDefinitionStatus::Active {
            tokio::task::yield_now().await;
        }
    }

    async fn flow_status(&self, name: &str) -> FlowDefinitionStatus {
        let flow = self
            .sagemaker
            .describe_flow_definition()
            .flow_definition_name(name)
            .send()
            .await;
        flow.expect("the flow")
            .flow_definition_status()
            .expect("a status")
            .clone()
    }

    /// A user with a password for good, in the group or not.
    pub async fn create_reviewer(&self, username: &str, is_member: bool) {
        let (pool, cognito) = (&self.pool, &self.cognito);
        let user = cognito
            .admin_create_user()
            .user_pool_id(pool)
            .username(username);
        user.send().await.expect("a user");
        cognito
            .admin_set_user_password()
            .user_pool_id(pool)
            .username(username)
            .password(PASSWORD)
            .permanent(true)
            .send()
            .await
            .expect("a password");
        if is_member {
            cognito
                .admin_add_user_to_group()
                .user_pool_id(pool)
                .username(username)
                .group_name("reviewers")
                .send()
                .await
                .expect("a member");
        }
    }

    pub fn flow_arn(&self, name: &str) -> String {
        format!("arn:aws:sagemaker:us-east-1:123456789012:flow-definition/{name}")
    }

    pub async fn start_loop(&self, name: &str, text: &str) {
        let input = json!({"taskObject": text, "initialValue": "0", "labels": ["-1", "0", "1"]});
        let started = self.try_start_loop("reviews", name, &input).await;
        started.expect("the loop starts");
    }

    pub async fn try_start_loop(
        &self,
        flow: &str,
        name: &str,
        input: &Value,
    ) -> Result<String, aws_sdk_sagemakera2iruntime::Error> {
        let input = HumanLoopInput::builder()
            .input_content(input.to_string())
            .build();
        let started = self
            .a2i
            .start_human_loop()
            .human_loop_name(name)
            .flow_definition_arn(self.flow_arn(flow))
            .human_loop_input(input)
            .send()
            .await?;
        Ok(started.human_loop_arn().expect("an ARN").to_owned())
    }

    pub async fn loop_status(&self, name: &str) -> HumanLoopStatus {
        let described = self
            .a2i
            .describe_human_loop()
            .human_loop_name(name)
            .send()
            .await;
        described
            .expect("the loop")
            .human_loop_status()
            .expect("a status")
            .clone()
    }

    /// What was written for a loop that ended.
    pub async fn output(&self, name: &str) -> Value {
        let described = self
            .a2i
            .describe_human_loop()
            .human_loop_name(name)
            .send()
            .await;
        let described = described.expect("the loop");
        let uri = described
            .human_loop_output()
            .expect("an output")
            .output_s3_uri()
            .expect("a URI");
        let (bucket, key) = uri
            .strip_prefix("s3://")
            .and_then(|rest| rest.split_once('/'))
            .expect("an S3 URI");
        let object = self
            .s3
            .get_object()
            .bucket(bucket)
            .key(key)
            .send()
            .await
            .expect("output.json");
        let bytes = object.body.collect().await.expect("its bytes").to_vec();
        serde_json::from_slice(&bytes).expect("JSON")
    }

    /// The A2I events that wait to be delivered.
    pub fn events(&self) -> Vec<local_aws::event::Event> {
        let pending = self.aws.cloud.store.read(|tx| tx.pending_events(100));
        let events = pending.into_iter().map(|pending| pending.event);
        events
            .filter(|event| event.detail_type.contains("A2I"))
            .collect()
    }
}

fn config(aws: &LocalAws) -> SdkConfig {
    let credentials = aws_credential_types::Credentials::new(
        &aws.user.access_key_id,
        &aws.user.secret_access_key,
        None,
        None,
        "test",
    );
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(&aws.endpoint_url)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(aws.connector())
        .build()
}
