//! The clients that the handler works with, built once.

use aws_types::SdkConfig;
use loop_state::{Bucket, Clock};

use crate::Config;

pub struct Deps {
    pub config: Config,
    pub clock: Clock,
    pub bucket: Bucket,
    pub runtime: aws_sdk_sagemakerruntime::Client,
    pub a2i: aws_sdk_sagemakera2iruntime::Client,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        let runtime = aws_sdk_sagemakerruntime::Client::new(aws);
        Self {
            clock: Clock::new(aws),
            bucket: Bucket::new(aws, &config.bucket),
            config,
            runtime,
            a2i: aws_sdk_sagemakera2iruntime::Client::new(aws),
        }
    }
}
