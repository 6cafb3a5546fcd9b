//! The clients that the handler works with, built once.

use aws_types::SdkConfig;
use loop_state::{Bucket, Clock};

use crate::Config;

pub struct Deps {
    pub config: Config,
    pub bucket: Bucket,
    pub sagemaker: aws_sdk_sagemaker::Client,
    pub clock: Clock,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        Self {
            bucket: Bucket::new(aws, &config.bucket),
            config,
            sagemaker: aws_sdk_sagemaker::Client::new(aws),
            clock: Clock::new(aws),
        }
    }
}
