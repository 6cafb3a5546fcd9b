//! predict: whom it asks.

use aws_sdk_sagemaker::types::{
    ContainerDefinition, FlowDefinitionOutputConfig, HumanLoopConfig, ProductionVariant,
    ProductionVariantServerlessConfig, UiTemplate,
};
use contracts::dataset::Origin;
use contracts::prediction::{PredictResponse, Review};
use contracts::review::{HumanLoopRecord, Label};
use contracts::{keys, names};
use lambda_main::call::{Answer, Call};
use policy::review::{Budget, Caps};
use policy::text::{TextColumns, row_hash};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use super::gate::evaluation;
use super::roles;
use super::setup::{DATASET, FLOW_DEFINITION, STACK, Setup, event};

pub const SAMPLE_LOOP: &str = "reviewloop-aaaabbbbccccddddeeeeffff22";

pub struct People {
    pub setup: Setup,
    /// The flow definition's ARN, or another name of reviewers.
    pub reviewers: String,
    pub a2i: aws_sdk_sagemakera2iruntime::Client,
}

impl People {
    /// A stack with a flow definition.
    pub async fn new() -> Self {
        let setup = Setup::new().await;
        let reviewers = flow_definition(&setup).await;
        let a2i = aws_sdk_sagemakera2iruntime::Client::new(&setup.config);
        Self {
            setup,
            reviewers,
            a2i,
        }
    }

    pub fn predictor(&self, audit_rate: f64, daily_cap: usize) -> predict::Deps {
        predict::Deps::new(
            &self.setup.of("predict"),
            predict::Config {
                bucket: self.setup.bucket.name.clone(),
                endpoint_name: names::endpoint(STACK),
                reviewers: Some(self.reviewers.clone()),
                labels: ["-1", "0", "1"].map(str::to_owned).into(),
                text_columns: TextColumns::new(vec!["Review Text".to_owned()]).unwrap(),
                shares: None,
                captures: false,
                budget: Budget {
                    threshold: 0.9,
                    rate: 1.0,
                    audit_rate,
                },
                caps: Caps::new(daily_cap, audit_rate.ceil(), audit_rate).unwrap(),
            },
        )
    }

    pub fn requester(&self, budget: usize, daily_cap: usize) -> request_labels::Deps {
        let config = request_labels::Config {
            bucket: self.setup.bucket.name.clone(),
            dataset_name: DATASET.to_owned(),
            endpoint_name: names::endpoint(STACK),
            reviewers: Some(self.reviewers.clone()),
            labels: ["-1", "0", "1"].map(str::to_owned).into(),
            text_columns: TextColumns::new(vec!["Review Text".to_owned()]).unwrap(),
            budget,
            audit_rate: 0.0,
            caps: Caps::new(daily_cap, 0.0, 0.0).unwrap(),
            maximum_upload_bytes: 1_000_000,
        };
        request_labels::Deps::new(&self.setup.of("request-labels"), config)
    }

    /// As [`reconcile::deps`](super::reconcile::deps), with these people.
    pub fn reconciler(&self) -> reconcile::Deps {
        let config = reconcile::Config {
            reviewers: Some(self.reviewers.clone()),
            ..super::reconcile::deps(&self.setup).config
        };
        reconcile::Deps::new(&self.setup.of("reconcile"), config)
    }

    pub fn collector(&self) -> collect_labels::Deps {
        collect_labels::Deps::new(
            &self.setup.of("collect-labels"),
            collect_labels::Config {
                bucket: self.setup.bucket.name.clone(),
                reviewers: Some(self.reviewers.clone()),
                labels: ["-1", "0", "1"].map(str::to_owned).into(),
                maximum_attempts: 2,
                maximum_answers: 5,
                caps: Caps::new(9, 0.0, 0.0).unwrap(),
            },
        )
    }

    /// A2I knows nothing of the loop any more.
    pub async fn forget(&self, human_loop: &str) {
        self.stop(human_loop).await;
        let delete = self.a2i.delete_human_loop().human_loop_name(human_loop);
        delete.send().await.unwrap();
    }

    pub async fn stop(&self, human_loop: &str) {
        let stop = self.a2i.stop_human_loop().human_loop_name(human_loop);
        stop.send().await.unwrap();
    }

    /// Nobody answers in time: ten days are the longest that a loop waits.
    pub fn expire(&self) {
        let later = OffsetDateTime::now_utc() + Duration::days(11);
        local_aws::a2i::expire(&self.setup.aws.cloud, later);
    }

    pub async fn collect(&self, human_loop: &str) -> collect_labels::Outcome {
        let event = event("human-loop-completed", &[(SAMPLE_LOOP, human_loop)]);
        collect_labels::handle(&self.collector(), event)
            .await
            .unwrap()
    }
}

/// A user pool with a client and a group; their ids. The policies name the pool.
pub async fn pool(setup: &Setup) -> (String, String) {
    let cognito = aws_sdk_cognitoidentityprovider::Client::new(&setup.config);
    let pool = cognito
        .create_user_pool()
        .pool_name("reviewers")
        .send()
        .await
        .unwrap();
    let pool = pool.user_pool.unwrap().id.unwrap();
    roles::set_pool(&setup.aws.cloud, &pool);
    let client = cognito
        .create_user_pool_client()
        .user_pool_id(&pool)
        .client_name("c");
    let client = client.generate_secret(true).send().await.unwrap();
    let client = client.user_pool_client.unwrap().client_id.unwrap();
    let domain = cognito
        .create_user_pool_domain()
        .user_pool_id(&pool)
        .domain("reviewers");
    domain.send().await.unwrap();
    let group = cognito
        .create_group()
        .user_pool_id(&pool)
        .group_name("reviewers");
    group.send().await.unwrap();
    (pool, client)
}

/// A work team of the pool's group and a task UI; their ARNs.
pub async fn team(setup: &Setup, pool: &str, client: &str) -> (String, String) {
    let sagemaker = &setup.sagemaker;
    let member = aws_sdk_sagemaker::types::CognitoMemberDefinition::builder()
        .user_pool(pool)
        .user_group("reviewers")
        .client_id(client)
        .build();
    let member = aws_sdk_sagemaker::types::MemberDefinition::builder()
        .cognito_member_definition(member)
        .build();
    let team = sagemaker
        .create_workteam()
        .workteam_name("reviewers")
        .description("d");
    let team = team
        .member_definitions(member)
        .send()
        .await
        .unwrap()
        .workteam_arn
        .unwrap();
    let template = UiTemplate::builder()
        .content("<crowd-form></crowd-form>")
        .build();
    let task_ui = sagemaker
        .create_human_task_ui()
        .human_task_ui_name("ui")
        .ui_template(template);
    let task_ui = task_ui.send().await.unwrap().human_task_ui_arn.unwrap();
    (team, task_ui)
}

async fn flow_definition(setup: &Setup) -> String {
    let (pool, client) = pool(setup).await;
    let sagemaker = &setup.sagemaker;
    let config = aws_sdk_sagemaker::types::CognitoConfig::builder();
    let config = config.user_pool(&pool).client_id(&client).build();
    let workforce = sagemaker
        .create_workforce()
        .workforce_name(STACK)
        .cognito_config(config);
    workforce.send().await.unwrap();
    let (team, task_ui) = team(setup, &pool, &client).await;
    let config = HumanLoopConfig::builder()
        .workteam_arn(team)
        .human_task_ui_arn(task_ui)
        .task_title("t")
        .task_description("d")
        .task_count(1)
        .build();
    let output = FlowDefinitionOutputConfig::builder().s3_output_path(format!(
        "s3://{}/{}",
        setup.bucket.name,
        keys::HUMAN_REVIEW
    ));
    let flow = sagemaker
        .create_flow_definition()
        .flow_definition_name(FLOW_DEFINITION)
        .human_loop_config(config)
        .output_config(output.build())
        .role_arn(roles::REVIEW)
        .send()
        .await
        .unwrap();
    // It becomes active with time, not with a change of the store.
    loop {
        let name = FLOW_DEFINITION;
        let describe = sagemaker
            .describe_flow_definition()
            .flow_definition_name(name);
        let status = describe.send().await.unwrap().flow_definition_status;
        if status == Some(aws_sdk_sagemaker::types::FlowDefinitionStatus::Active) {
            break;
        }
        tokio::task::yield_now().await;
    }
    flow.flow_definition_arn.unwrap()
}

/// An endpoint that runs the image.
pub async fn serve(setup: &Setup) {
    let arn = setup.register(&evaluation(140, None), false).await;
    setup.approve(&arn).await;
    let container = ContainerDefinition::builder()
        .model_package_name(&arn)
        .build();
    let model = setup
        .sagemaker
        .create_model()
        .model_name("m")
        .execution_role_arn(roles::EXECUTION);
    model.primary_container(container).send().await.unwrap();
    let serverless = ProductionVariantServerlessConfig::builder();
    let serverless = serverless
        .memory_size_in_mb(2048)
        .max_concurrency(5)
        .build();
    let variant = ProductionVariant::builder()
        .variant_name("champion")
        .model_name("m")
        .serverless_config(serverless)
        .build();
    let config = setup
        .sagemaker
        .create_endpoint_config()
        .endpoint_config_name("c");
    config.production_variants(variant).send().await.unwrap();
    let endpoint = setup.sagemaker.create_endpoint().endpoint_name(STACK);
    endpoint.endpoint_config_name("c").send().await.unwrap();
    setup
        .until(async || {
            let endpoint = setup.sagemaker.describe_endpoint().endpoint_name(STACK);
            let status = endpoint.send().await.unwrap().endpoint_status.unwrap();
            (status == aws_sdk_sagemaker::types::EndpointStatus::InService).then_some(())
        })
        .await;
}

pub async fn predict(deps: &predict::Deps, texts: &[&str]) -> PredictResponse {
    let call: Call = serde_json::from_value(json!({ "texts": texts })).unwrap();
    match predict::handle(deps, call).await.unwrap() {
        Answer::Direct(response) => response,
        answer => panic!("{answer:?}"),
    }
}

#[tokio::test]
async fn people_are_asked_about_doubts_and_audits_once_and_within_the_cap() {
    let people = People::new().await;
    serve(&people.setup).await;
    let deps = people.predictor(0.0, 2);
    let first = predict(&deps, &["lovely", "unsure one"]).await;
    assert_eq!(first.predictions[0].review, Review::NotNeeded);
    let Review::Started { human_loop } = first.predictions[1].review.clone() else {
        panic!("{first:?}")
    };
    let again = predict(&deps, &["UNSURE  one", "unsure two", "unsure three"]).await;
    let asked = Review::AlreadyAsked {
        human_loop: human_loop.clone(),
    };
    assert_eq!(
        again.predictions[0].review, asked,
        "the same text however it is spelt"
    );
    assert!(
        matches!(again.predictions[1].review, Review::Started { .. }),
        "{again:?}"
    );
    assert_eq!(again.predictions[2].review, Review::OverBudget);
    let audit = predict(&people.predictor(1.0, 9), &["plain"]).await;
    assert!(
        matches!(audit.predictions[0].review, Review::Started { .. }),
        "{audit:?}"
    );
    let key = keys::human_loop(&row_hash("plain"));
    let record: HumanLoopRecord = people.setup.read(&key).await.unwrap();
    assert_eq!(record.input.origin, Origin::Audit);
    // Reviewers of the audit are not told what the model said; the record keeps it.
    assert_eq!(record.input.initial_value, "");
    assert_eq!(record.predicted, "1");
    assert_eq!(record.inclusion_probability, Some(1.0));

    // A text that has its label is not asked again.
    let label = Label {
        context: [].into(),
        text: "unsure four".into(),
        label: "0".into(),
        origin: Origin::Uncertain,
        inclusion_probability: None,
        predicted: "1".into(),
        human_loop: "x".into(),
        posterior: None,
        human_answers: Vec::new(),
        created_at: OffsetDateTime::UNIX_EPOCH,
    };
    let key = keys::label(&row_hash("unsure four"));
    people
        .setup
        .put(&key, serde_json::to_vec(&label).unwrap())
        .await;
    let known = predict(&people.predictor(1.0, 9), &["unsure four"]).await;
    assert_eq!(known.predictions[0].review, Review::AlreadyLabelled);

    // The audit has met no other label than this one.
    let frequent = predict(&people.predictor(0.0, 9), &["unsure five"]).await;
    assert_eq!(frequent.predictions[0].label.as_deref(), Some("1"));
    assert_eq!(frequent.predictions[0].review, Review::NotNeeded);
}

#[tokio::test]
async fn the_function_url_answers_bad_requests_with_400() {
    let people = People::new().await;
    serve(&people.setup).await;
    let deps = people.predictor(0.0, 0);
    let url = async |sample| match predict::handle(&deps, event(sample, &[])).await.unwrap() {
        Answer::Url(response) => response,
        answer => panic!("{answer:?}"),
    };
    for (sample, status) in [
        ("predict-function-url", 200),
        ("predict-function-url-base64", 200),
        ("predict-function-url-bad-request", 400),
    ] {
        assert_eq!(url(sample).await.status_code, status, "{sample}");
    }
}
