//! The clients that the handler works with, built once.

use aws_types::SdkConfig;
use loop_state::{Bucket, Clock, Reviewers};

use crate::Config;

pub struct Deps {
    pub config: Config,
    pub clock: Clock,
    pub bucket: Bucket,
    pub sagemaker: aws_sdk_sagemaker::Client,
    pub reviewers: Option<Reviewers>,
    pub lambda: aws_sdk_lambda::Client,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        let bucket = Bucket::new(aws, &config.bucket);
        let reviewers = config.reviewers.as_deref();
        Self {
            clock: Clock::new(aws),
            reviewers: reviewers.map(|name| Reviewers::new(aws, &bucket, name)),
            bucket,
            config,
            sagemaker: aws_sdk_sagemaker::Client::new(aws),
            lambda: aws_sdk_lambda::Client::new(aws),
        }
    }
}
