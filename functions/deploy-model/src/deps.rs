//! The clients that the handler works with, built once.

use aws_types::SdkConfig;
use loop_state::{Bucket, Clock};

use crate::Config;

pub struct Deps {
    pub config: Config,
    pub clock: Clock,
    pub bucket: Bucket,
    pub sagemaker: aws_sdk_sagemaker::Client,
    pub autoscaling: aws_sdk_applicationautoscaling::Client,
    pub cloudwatch: aws_sdk_cloudwatch::Client,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        Self {
            clock: Clock::new(aws),
            bucket: Bucket::new(aws, &config.bucket),
            config,
            sagemaker: aws_sdk_sagemaker::Client::new(aws),
            autoscaling: aws_sdk_applicationautoscaling::Client::new(aws),
            cloudwatch: aws_sdk_cloudwatch::Client::new(aws),
        }
    }
}
