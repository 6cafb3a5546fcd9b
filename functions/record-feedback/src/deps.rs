//! The clients that the handler works with, built once.

use aws_types::SdkConfig;
use loop_state::{Bucket, Clock};

use crate::Config;

pub struct Deps {
    pub config: Config,
    pub clock: Clock,
    pub bucket: Bucket,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        Self {
            clock: Clock::new(aws),
            bucket: Bucket::new(aws, &config.bucket),
            config,
        }
    }
}
