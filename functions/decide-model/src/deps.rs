//! The clients that the pages work with, built once.

use std::time::Duration;

use accounts::Accounts;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use loop_state::{Bucket, Clock};

use crate::Config;

/// Of one call, retries included: what hangs is told on a page that keeps the answer, before Lambda ends the function.
const PATIENCE: Duration = Duration::from_secs(8);

pub struct Deps {
    pub clock: Clock,
    pub(crate) config: Config,
    pub(crate) bucket: Bucket,
    pub(crate) sagemaker: aws_sdk_sagemaker::Client,
    pub(crate) accounts: Accounts,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        let timeouts = TimeoutConfig::builder().operation_timeout(PATIENCE);
        let aws = &aws.to_builder().timeout_config(timeouts.build()).build();
        Self {
            clock: Clock::new(aws),
            bucket: Bucket::new(aws, &config.bucket),
            sagemaker: aws_sdk_sagemaker::Client::new(aws),
            accounts: Accounts::new(aws, config.members.clone()),
            config,
        }
    }
}
