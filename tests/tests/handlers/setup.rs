//! A cloud in a folder of its own with the stack's bucket, and how to wait for it without
//! sleeping.

use std::collections::HashMap;
use std::path::PathBuf;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sagemaker::types::{
    Bias, InferenceSpecification, MetricsSource, ModelApprovalStatus, ModelMetrics,
    ModelPackageContainerDefinition, ModelQuality,
};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector, http_client_fn};
use contracts::names;
use local_aws::LocalAws;
use loop_state::Bucket;
use policy::hosting::Hosting;
use policy::processing::Settings;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use super::{image, roles};

pub const STACK: &str = names::DEFAULT_STACK;
pub const ACCOUNT: &str = "123456789012";
pub const REGION: &str = "us-east-1";
/// As the samples in `events/` have it.
pub const FLOW_DEFINITION: &str = "reviewloop-review-aaaabbbbcccc";
pub const DATASET: &str = "reviews";
pub const IMAGE: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/reviewloop-classifier:1";

pub fn hosting() -> Hosting {
    Hosting::Serverless {
        memory_mb: 2048,
        max_concurrency: 5,
    }
}

/// Of the jobs that functions start.
pub fn processing() -> Settings {
    Settings {
        stack: STACK.to_owned(),
        image_uri: IMAGE.to_owned(),
        role_arn: format!("arn:aws:iam::{ACCOUNT}:role/reviewloop-ExecutionRole"),
        instance_type: "ml.m5.large".to_owned(),
    }
}

pub struct Setup {
    pub aws: LocalAws,
    pub config: SdkConfig,
    pub bucket: Bucket,
    pub sagemaker: aws_sdk_sagemaker::Client,
    pub group: String,
    folder: TempDir,
}

impl Setup {
    /// The configuration of a function's own clients, which sign as its role.
    pub fn of(&self, function: &str) -> SdkConfig {
        roles::signing_as(&self.aws, &self.config, &roles::principal(function))
    }

    /// The same, with requests that go through this connector.
    pub fn through<C: HttpConnector + Clone + 'static>(
        &self,
        function: &str,
        connector: C,
    ) -> SdkConfig {
        let client = http_client_fn(move |_, _| SharedHttpConnector::new(connector.clone()));
        self.of(function).to_builder().http_client(client).build()
    }

    pub async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let mut settings = local_aws::Settings::new(folder.path().join("state"));
        settings
            .images
            .insert("reviewloop-classifier".into(), image::link(folder.path()));
        settings.unordered_delivery = unordered_delivery();
        settings.authorizations = roles::log();
        let aws = LocalAws::in_process(settings).await.unwrap();
        roles::provision(&aws.cloud);
        let key = &aws.user;
        let credentials = aws_sdk_s3::config::Credentials::new(
            &key.access_key_id,
            &key.secret_access_key,
            None,
            None,
            "test",
        );
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .endpoint_url(&aws.endpoint_url)
            .credentials_provider(aws_sdk_s3::config::SharedCredentialsProvider::new(
                credentials,
            ))
            .http_client(aws.connector())
            .build();
        let s3 = aws_sdk_s3::Client::new(&config);
        let bucket = Bucket {
            s3,
            name: names::bucket(STACK, ACCOUNT, REGION),
        };
        bucket
            .s3
            .create_bucket()
            .bucket(&bucket.name)
            .send()
            .await
            .unwrap();
        let sagemaker = aws_sdk_sagemaker::Client::new(&config);
        let group = names::model_package_group(STACK);
        let create = sagemaker
            .create_model_package_group()
            .model_package_group_name(&group);
        create.send().await.unwrap();
        Self {
            aws,
            config,
            bucket,
            sagemaker,
            group,
            folder,
        }
    }

    pub async fn put(&self, key: &str, body: impl Into<Vec<u8>>) {
        let body = ByteStream::from(body.into());
        let put = self
            .bucket
            .s3
            .put_object()
            .bucket(&self.bucket.name)
            .key(key)
            .body(body);
        put.send().await.unwrap();
    }

    pub async fn read<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        loop_state::objects::read(&self.bucket, key)
            .await
            .unwrap()
            .map(|found| found.value)
    }

    /// The program that stands for the classifier's image.
    pub fn image(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    pub async fn delete(&self, key: &str) {
        loop_state::objects::delete(&self.bucket, key)
            .await
            .unwrap();
    }

    pub async fn keys(&self, prefix: &str) -> Vec<String> {
        loop_state::objects::list(&self.bucket, prefix)
            .await
            .unwrap()
    }

    /// Registers the next version, with a model that the image can serve unless `refuses_ping`.
    pub async fn register(&self, evaluation: &[u8], refuses_ping: bool) -> String {
        let number = loop_state::packages::list(&self.sagemaker, &self.group)
            .await
            .unwrap()
            .len();
        let (model, evidence) = (
            format!("executions/{number}/model.tar.gz"),
            format!("executions/{number}/evaluation.json"),
        );
        self.put(&model, model_archive(refuses_ping)).await;
        self.put(&evidence, evaluation).await;
        let container = ModelPackageContainerDefinition::builder()
            .image(IMAGE)
            .model_data_url(format!("s3://{}/{model}", self.bucket.name));
        let statistics = MetricsSource::builder()
            .content_type("application/json")
            .s3_uri(format!("s3://{}/{evidence}", self.bucket.name));
        let quality = ModelQuality::builder().statistics(statistics.build());
        let report = |name: &str| {
            let uri = format!("s3://{}/executions/{number}/{name}.json", self.bucket.name);
            let report = MetricsSource::builder().content_type("application/json");
            report.s3_uri(uri).build()
        };
        let bias = Bias::builder()
            .pre_training_report(report("before"))
            .post_training_report(report("after"));
        let created = self
            .sagemaker
            .create_model_package()
            .model_package_group_name(&self.group)
            .inference_specification(
                InferenceSpecification::builder()
                    .containers(container.build())
                    .supported_content_types("application/jsonlines")
                    .supported_response_mime_types("application/jsonlines")
                    .build(),
            )
            .model_metrics(
                ModelMetrics::builder()
                    .model_quality(quality.build())
                    .bias(bias.build())
                    .build(),
            )
            .model_approval_status(ModelApprovalStatus::PendingManualApproval)
            .send()
            .await
            .unwrap();
        created.model_package_arn.unwrap()
    }

    /// The ARN of the version that was registered last.
    pub async fn newest(&self) -> String {
        let packages = loop_state::packages::list(&self.sagemaker, &self.group);
        let packages = packages.await.unwrap().into_iter();
        packages.max_by_key(|package| package.version).unwrap().arn
    }

    pub async fn approve(&self, arn: &str) {
        self.decide(arn, ModelApprovalStatus::Approved).await;
    }

    pub async fn reject(&self, arn: &str) {
        self.decide(arn, ModelApprovalStatus::Rejected).await;
    }

    async fn decide(&self, arn: &str, status: ModelApprovalStatus) {
        let update = self.sagemaker.update_model_package().model_package_arn(arn);
        update.model_approval_status(status).send().await.unwrap();
    }

    pub async fn approval(&self, arn: &str) -> (ModelApprovalStatus, String) {
        let package = self
            .sagemaker
            .describe_model_package()
            .model_package_name(arn);
        let package = package.send().await.unwrap();
        let description = package.approval_description.unwrap_or_default();
        (package.model_approval_status.unwrap(), description)
    }

    pub async fn metadata(&self, arn: &str) -> HashMap<String, String> {
        let package = loop_state::packages::describe(&self.sagemaker, arn).await;
        let metadata = package.unwrap().customer_metadata_properties;
        metadata.unwrap_or_default()
    }

    /// Looks again after every change until `look` finds what it waits for.
    pub async fn until<T>(&self, look: impl AsyncFn() -> Option<T>) -> T {
        let mut changes = self.aws.cloud.store.changes();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            changes.changed().await;
        }
    }
}

/// `REVIEWLOOP_UNORDERED_DELIVERY` of the environment: this suite's clouds and those of `reviewloop up`
/// then deliver events twice, late and out of order.
fn unordered_delivery() -> Option<u64> {
    let seed = std::env::var("REVIEWLOOP_UNORDERED_DELIVERY").ok()?;
    Some(seed.parse().expect("a seed is a number"))
}

/// A file of `events/`, as Lambda would hand it over, with some words replaced.
pub fn event<E: DeserializeOwned>(name: &str, replace: &[(&str, &str)]) -> E {
    let path = format!("{}/../events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let mut text = std::fs::read_to_string(&path).unwrap();
    for (from, to) in replace {
        assert!(text.contains(from), "{name} has no {from}");
        text = text.replace(from, to);
    }
    lambda_main::envelope::read(serde_json::from_str(&text).unwrap()).unwrap()
}

pub fn model_archive(refuses_ping: bool) -> Vec<u8> {
    archive(if refuses_ping {
        "refuses-ping"
    } else {
        "weights"
    })
}

/// A model of one file, whose name says how the image serves it.
pub fn archive(file: &str) -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join(file), "x").unwrap();
    let tar = std::process::Command::new("tar")
        .args(["-czf", "-", "-C"])
        .arg(folder.path())
        .arg(".")
        .output()
        .unwrap();
    assert!(tar.status.success());
    tar.stdout
}
