//! A cloud in a temporary folder, and clients of it.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use local_aws::{LocalAws, Settings};
use tempfile::TempDir;

/// Without background tasks: the state changes by calls only.
pub async fn cloud() -> (LocalAws, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (reopen(&folder).await, folder)
}

/// A cloud on a folder that an earlier one has used.
pub async fn reopen(folder: &TempDir) -> LocalAws {
    let mut settings = Settings::new(folder.path());
    settings.run_tasks = false;
    LocalAws::in_process(settings).await.unwrap()
}

/// The user's configuration, as `aws_config` would read it from the environment.
pub fn config(aws: &LocalAws) -> SdkConfig {
    let secret = aws.user.secret_access_key.clone();
    config_with(aws, &aws.user.access_key_id, &secret)
}

pub fn config_with(aws: &LocalAws, access_key_id: &str, secret_access_key: &str) -> SdkConfig {
    let credentials = Credentials::new(access_key_id, secret_access_key, None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .endpoint_url(&aws.endpoint_url)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(aws.connector())
        .build()
}

pub fn s3(config: &SdkConfig) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(config)
        .force_path_style(true)
        .build();
    aws_sdk_s3::Client::from_conf(config)
}
